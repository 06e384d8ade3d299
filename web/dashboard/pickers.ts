/** The four controls above the graph: filled from the server's listings, and always showing what the view says. */
import type { DimensionsAnswer, KeysAnswer, MetricNamesAnswer } from '../../src/query/listing.js'
import { byId, element } from './elements.js'
import { ask } from './server.js'
import { parsePath, pathText, type View } from './view.js'

const PERIODS: readonly (readonly [period: string, name: string])[] = [
  ['10s:10m', 'Last 10 minutes'],
  ['1m:1h', 'Last hour'],
  ['1m:6h', 'Last 6 hours'],
  ['15m:24h', 'Last 24 hours'],
  ['today', 'Today'],
  ['yesterday', 'Yesterday'],
  ['1h:7d', 'Last 7 days'],
  ['wtd', 'This week'],
  ['1d:30d', 'Last 30 days'],
  ['mtd', 'This month'],
  ['1d:365d', 'Last 365 days'],
  ['ytd', 'This year'],
]

/** A period as a person says it: `the last hour`. */
export function periodName(period: string): string {
  const name = PERIODS.find(([written]) => written === period)?.[1] ?? period
  return name.replace(/^(Last|This|Today|Yesterday)/, word => word.toLowerCase()).replace(/^last/, 'the last')
}

/** The next longer period to try; null after the longest. */
export function longerPeriod(period: string): string | null {
  const rolling = PERIODS.map(([written]) => written).filter(written => written.includes(':'))
  return rolling[rolling.indexOf(period) + 1] ?? null
}

/** What the pickers offer. */
export interface Offers {
  readonly keys: readonly (readonly string[])[]
  readonly dimensions: readonly string[]
  readonly metrics: readonly string[]
}

const LISTED = '500'

/** The keys at the top, in the server's order. */
export async function listKeys(): Promise<(readonly string[])[]> {
  const { keys } = await ask<KeysAnswer>('keys', new URLSearchParams({ limit: LISTED }))
  return keys.map(key => key.path)
}

/** The dimensions and metrics of a key. */
export async function listOf(key: readonly string[]): Promise<Pick<Offers, 'dimensions' | 'metrics'>> {
  const query = new URLSearchParams({ key: pathText(key), limit: LISTED })
  const [{ children }, { metrics }] = await Promise.all([
    ask<DimensionsAnswer>('dimensions', query),
    ask<MetricNamesAnswer>('metric_names', query),
  ])
  return { dimensions: children.map(child => child.name), metrics }
}

/** The controls. `change` is called with what a person chose. */
export class Pickers {
  readonly #key = byId<HTMLSelectElement>('key')
  readonly #by = byId<HTMLSelectElement>('by')
  readonly #metrics = byId<HTMLInputElement>('metrics')
  readonly #period = byId<HTMLSelectElement>('period')
  readonly #names = byId('metric-names')

  constructor(change: (changed: Partial<View>) => void) {
    this.#key.addEventListener('change', () => change({ key: parsePath(this.#key.value), by: [] }))
    this.#by.addEventListener('change', () => change({ by: parsePath(this.#by.value) }))
    this.#period.addEventListener('change', () => change({ period: this.#period.value }))
    this.#metrics.addEventListener('change', () => change({ metrics: this.#metrics.value.trim() || 'hits' }))
    byId('pickers').addEventListener('submit', event => {
      event.preventDefault()
      change({ metrics: this.#metrics.value.trim() || 'hits' })
    })
  }

  /** Shows the view, and what there is to choose from. */
  show(view: View, offers: Offers): void {
    const key = pathText(view.key ?? ['_'])
    fill(
      this.#key,
      withChosen(
        offers.keys.map(path => [pathText(path), keyName(path)]),
        [key, keyName(view.key ?? ['_'])],
      ),
    )
    this.#key.value = key
    const by = view.by.length === 0 ? '' : pathText(view.by)
    const choices = offers.dimensions.map(name => [pathText([name]), name] as const)
    fill(this.#by, withChosen([['', 'First level'], ...choices], [by, view.by.join(' › ')]))
    this.#by.value = by
    if (document.activeElement !== this.#metrics) this.#metrics.value = view.metrics
    this.#names.replaceChildren(...offers.metrics.map(name => element('option', { value: metricText(name) })))
    fill(this.#period, withChosen(PERIODS, [view.period, view.period]))
    this.#period.value = view.period
  }
}

type Choice = readonly [value: string, name: string]

function withChosen(choices: readonly Choice[], chosen: Choice): readonly Choice[] {
  return choices.some(([value]) => value === chosen[0]) ? choices : [...choices, chosen]
}

function fill(select: HTMLSelectElement, choices: readonly Choice[]): void {
  const shown = [...select.options].map(option => `${option.value} ${option.text}`).join('\n')
  if (shown === choices.map(([value, name]) => `${value} ${name}`).join('\n')) return
  select.replaceChildren(...choices.map(([value, name]) => element('option', { value }, [name])))
}

/** A key as it is shown. */
export function keyName(key: readonly string[]): string {
  return key.length === 1 && key[0] === '_' ? 'Default key' : key.join(' / ')
}

/** A metric's name as an expression: back-quoted where it is no identifier. */
function metricText(name: string): string {
  return /^[\p{L}_][\p{L}\p{N}_]*$/u.test(name) ? name : `\`${name}\``
}
