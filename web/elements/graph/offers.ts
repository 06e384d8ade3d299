/** Where to look instead, when a graph has nothing in it: what the server's listings know of its key. */

import { periodWords } from '../../../src/picture/periods.js'
import type { DimensionsAnswer, MetricNamesAnswer } from '../../../src/query/listing.js'
import type { GraphFields, Live } from '../../live/live.js'
import { parsePath, pathText } from '../base/paths.js'
import { inputNames } from './curl-line.js'

/** Why there is nothing, as far as it is known. */
export type Offer =
  /** Nothing was ever counted under the key. */
  | { readonly kind: 'nothing' }
  /** Something was, but not this metric, or not this dimension; there are these. */
  | { readonly kind: 'metrics' | 'dimensions'; readonly missing: string; readonly names: readonly string[] }
  /** Not in this time, but in this longer period. */
  | { readonly kind: 'period'; readonly period: string }
  /** Not in this time, and nothing better is known. */
  | { readonly kind: 'time' }

/** While a graph is empty, its listings are asked again after so long, milliseconds. */
const AGAIN_MS = 10_000

/** Looks for an offer while a graph is empty, and forgets it when it isn't any more. */
export class OfferFinder {
  readonly #found: () => void
  #offer: Offer | null = null
  #about = ''
  #askedAtMs = 0
  #stop = new AbortController()

  /** `found` is called when there is something new. */
  constructor(found: () => void) {
    this.#found = found
  }

  /** What is known; null: nothing yet. */
  get offer(): Offer | null {
    return this.#offer
  }

  /** The graph of this question is empty. Does nothing while that is known and not long ago. */
  look(live: Live, fields: GraphFields, nowMs: number): void {
    const about = JSON.stringify([live.server, fields])
    if (about === this.#about && nowMs - this.#askedAtMs < AGAIN_MS) return
    if (about !== this.#about) this.forget()
    this.#about = about
    this.#askedAtMs = nowMs
    void this.#find(live, fields, this.#stop.signal)
  }

  /** It isn't empty, or not there, any more. */
  forget(): void {
    this.#stop.abort()
    this.#stop = new AbortController()
    this.#offer = null
    this.#about = ''
  }

  async #find(live: Live, fields: GraphFields, signal: AbortSignal): Promise<void> {
    const offer = await findOffer(live, fields, signal).catch((): Offer => ({ kind: 'time' }))
    if (signal.aborted) return
    this.#offer = offer
    this.#found()
  }
}

/** So many names are offered. */
const OFFERED = 12

/** From short to long, as `/totals` calls them. */
const LONGER: readonly string[] = ['hour', 'day', 'week', 'month', 'year']

/** Finds out. `fields` is the question that had nothing. Throws what `live.ask` throws. */
async function findOffer(live: Live, fields: GraphFields, signal: AbortSignal): Promise<Offer> {
  const { key = '_', by, metrics = 'hits', tz } = fields
  const path = parsePath(by)
  const above = path.slice(0, -1)
  const [counted, listed] = await Promise.all([
    live.ask<MetricNamesAnswer>('metric_names', { key, limit: '1000' }, signal),
    live.ask<DimensionsAnswer>('dimensions', { key, dimensions: pathText(above), limit: '1000' }, signal),
  ])
  if (counted.metrics.length === 0) return { kind: 'nothing' }
  const missing = inputNames(metrics).find(name => !counted.metrics.includes(name))
  if (missing !== undefined && counted.next === null)
    return { kind: 'metrics', missing, names: counted.metrics.slice(0, OFFERED) }
  const names = listed.children.map(child => child.name)
  const last = path.at(-1)
  if (last !== undefined && listed.next === null && !names.includes(last))
    return { kind: 'dimensions', missing: last, names: names.slice(0, OFFERED) }
  const asked = { key, metrics, ...(by !== undefined && { dimensions: by }), ...(tz && { tz }) }
  return periodOffer(live, asked, fields.period, signal)
}

async function periodOffer(
  live: Live,
  fields: GraphFields,
  now: string | undefined,
  signal: AbortSignal,
): Promise<Offer> {
  const totals = await live.ask<Totals>('totals', fields, signal)
  const values = (name: string) => Object.values(totals[name] ?? {}).flatMap(each => Object.values(each))
  const isSame = (name: string) => now !== undefined && periodWords(name) === periodWords(now)
  const period = LONGER.find(name => !isSame(name) && values(name).some(value => value !== 0))
  return period === undefined ? { kind: 'time' } : { kind: 'period', period }
}

type Totals = Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, number>>>>>>
