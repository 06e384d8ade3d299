/**
 * Tables of totals beside a graph: one for each metric, a line for each dimension, a column for each period. Plain tables for the
 * page's own style sheet, in the class `hailwhale-totals`.
 */
import { numberFormat } from '../../src/picture/numbers.js'
import { parsePath } from '../elements/base/paths.js'
import { browserEnvironment } from '../live/environment.js'
import { errorIn } from '../live/refused.js'

/** An answer of `/totals`: period → dimension → metric → number. */
export type Totals = Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, number>>>>>>

/** Who is asked, and with which token. */
export interface Asked {
  readonly server: string
  readonly token: string | null
}

/**
 * Asks for totals and shows them in `box`, once, or every `everyMs` for as long as it stands in the page. Why there is no answer
 * stands in their place.
 */
export async function showTotals(
  box: HTMLElement,
  asked: Asked,
  query: URLSearchParams,
  everyMs: number | null,
): Promise<void> {
  try {
    box.replaceChildren(...tablesOf(await ask(asked, query)))
  } catch (error) {
    const message = document.createElement('p')
    message.setAttribute('role', 'alert')
    message.textContent =
      error instanceof TypeError ? `No answer from ${asked.server}` : (error as Error).message
    box.replaceChildren(message)
  }
  if (everyMs === null) return
  setTimeout(() => {
    if (box.isConnected) void showTotals(box, asked, query, everyMs)
  }, everyMs)
}

async function ask({ server, token }: Asked, query: URLSearchParams): Promise<Totals> {
  const answer = await browserEnvironment(token).fetch(`${server}totals?${query}`, { cache: 'no-store' })
  if (!answer.ok) throw await errorIn(answer)
  return (await answer.json()) as Totals
}

/** The tables of an answer. */
function tablesOf(totals: Totals): HTMLTableElement[] {
  const periods = Object.keys(totals)
  const dimensions = distinct(periods.flatMap(period => Object.keys(totals[period]!)))
  const metrics = distinct(
    periods.flatMap(period => Object.values(totals[period]!).flatMap(sums => Object.keys(sums))),
  )
  return metrics.map(metric => {
    const write = numberFormat('').full
    const rows = dimensions.map(dimension => [
      nameOf(dimension),
      ...periods.map(period => write(totals[period]?.[dimension]?.[metric] ?? 0)),
    ])
    return table(metric, ['', ...periods], rows)
  })
}

function table(caption: string, head: readonly string[], rows: readonly (readonly string[])[]) {
  const element = document.createElement('table')
  element.className = 'hailwhale-totals'
  element.createCaption().textContent = caption
  fill(element.createTHead().insertRow(), head, () => 'col')
  const body = element.createTBody()
  for (const row of rows) fill(body.insertRow(), row, column => (column === 0 ? 'row' : null))
  return element
}

function fill(
  row: HTMLTableRowElement,
  texts: readonly string[],
  scopeAt: (column: number) => string | null,
) {
  for (const [column, text] of texts.entries()) {
    const scope = scopeAt(column)
    const cell = document.createElement(scope === null || text === '' ? 'td' : 'th')
    if (cell.localName === 'th') cell.setAttribute('scope', scope!)
    cell.textContent = text
    row.append(cell)
  }
}

/** `_`, a bare name, or a JSON array, as `/totals` calls its dimensions. */
function nameOf(dimension: string): string {
  return parsePath(dimension).join(' › ') || 'Overall'
}

function distinct(texts: readonly string[]): string[] {
  return [...new Set(texts)]
}
