/** The order of the legend's rows. Pure. */
import type { Line } from '../../../src/picture/lines.js'

/** What the rows are sorted by. */
export type Column = 'name' | 'share' | 'value'

/** A column, and which way. */
export interface Order {
  readonly by: Column
  readonly descending: boolean
}

/** The order after a click on a column's head: first the way one expects, then the other, then as the server had it (null). */
export function nextOrder(order: Order | null, by: Column): Order | null {
  const first = by !== 'name'
  if (order?.by !== by) return { by, descending: first }
  return order.descending === first ? { by, descending: !first } : null
}

/** Sorts the children; overall stays first, and what remains last. Equal ones stay as they were. */
export function inOrder(lines: readonly Line[], order: Order | null, locale?: string): Line[] {
  if (order === null) return [...lines]
  const compare = comparisons(locale)[order.by]
  const children = lines.filter(line => line.kind === 'series')
  children.sort((a, b) => (order.descending ? compare(b, a) : compare(a, b)))
  const rest = (kinds: readonly string[]) => lines.filter(line => kinds.includes(line.kind))
  return [...rest(['overall']), ...children, ...rest(['other', 'unattributed'])]
}

function comparisons(locale: string | undefined): Record<Column, (a: Line, b: Line) => number> {
  const words = new Intl.Collator(locale, { numeric: true })
  return {
    name: (a, b) => words.compare(a.name, b.name),
    share: (a, b) => (a.share ?? 0) - (b.share ?? 0),
    value: (a, b) => a.total - b.total,
  }
}
