/** What `/state` answers, and its numbers in words. Pure. */
import { numberFormat } from '../../../src/picture/numbers.js'

/** The server's own state. Times are epoch milliseconds. */
export interface StateAnswer {
  readonly version: string
  readonly started: number
  readonly now: number
  readonly ready: boolean
  readonly detail: string
  readonly durability: string
  /** One number for each of the last 60 seconds, the oldest first. */
  readonly rates: Readonly<Record<RateName, readonly number[]>>
  readonly journal: {
    readonly kind: string
    readonly sequence: number
    readonly flushed: number
    readonly bytes: number
    readonly segments: number
  }
  readonly store: { readonly kind: string; readonly bytes: number | null }
  readonly memory: { readonly rss: number; readonly heap: number; readonly rollup: number }
  readonly partitions: readonly {
    readonly partition: number
    readonly owner: string | null
    readonly through: number
    readonly flushedThrough: number
    readonly events: number
  }[]
  readonly streams: { readonly readers: number; readonly topics: number }
}

/** What happens by the second. */
export type RateName = 'events' | 'requests' | 'duplicates' | 'refused'

/** What is meant by a durability, for operators. */
const DURABILITIES: Readonly<Record<string, string>> = {
  fdatasync: 'An acknowledged event is on this machine’s disk: it survives a crash and a power cut.',
  memory: 'Nothing is written to disk: a restart forgets all.',
}

/** A durability in words. */
export function durabilityWords(durability: string): string {
  return DURABILITIES[durability] ?? durability
}

/** The mean of the last ten seconds, per second. */
export function rateNow(seconds: readonly number[]): number {
  const last = seconds.slice(-10)
  return last.reduce((sum, each) => sum + each, 0) / Math.max(1, last.length)
}

/** Bytes for people. */
export function bytesText(bytes: number): string {
  return numberFormat('bytes').full(bytes)
}

/** A whole number for people. */
export function countText(count: number): string {
  return numberFormat('').full(count)
}

/** `3 d 4 h`: the two largest parts of a length of time. */
export function lengthText(ms: number): string {
  const parts: readonly (readonly [unit: string, ms: number])[] = [
    ['d', 86_400_000],
    ['h', 3_600_000],
    ['min', 60_000],
    ['s', 1000],
  ]
  const first = parts.findIndex(([, each]) => ms >= each)
  if (first < 0) return '0 s'
  let rest = ms
  const texts = parts.slice(first, first + 2).map(([unit, each]) => {
    const amount = Math.floor(rest / each)
    rest -= amount * each
    return amount === 0 ? '' : `${amount} ${unit}`
  })
  return texts.filter(text => text !== '').join(' ')
}
