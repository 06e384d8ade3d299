/**
 * The UTC offsets of a time zone over time, as spans between its transitions. Temporal is asked once per span, and only for
 * spans that somebody needed; after that an offset is a look-up. Not a calendar: see `timezone.ts`.
 * Before 1900 and after 2200 the offset at that border is taken to go on, which bounds the spans of a zone to some 500.
 */
import { Temporal } from 'temporal-polyfill'

/** A half-open range of time in which the offset stays the same; the outermost ends are ±Infinity. */
export interface OffsetSpan {
  readonly fromMs: number
  readonly untilMs: number
  /** Local time minus UTC, in milliseconds. */
  readonly offsetMs: number
}

const EARLIEST_MS = Date.UTC(1900, 0, 1)
const LATEST_MS = Date.UTC(2200, 0, 1)

/** The spans of one zone: contiguous, ascending, grown at both ends as they are asked for. */
export class OffsetTable {
  readonly #timeZone: string
  readonly #spans: OffsetSpan[]
  #lastHit = 0

  private constructor(timeZone: string, spans: OffsetSpan[]) {
    this.#timeZone = timeZone
    this.#spans = spans
  }

  /** One offset for ever. */
  static fixed(offsetMs: number): OffsetTable {
    return new OffsetTable('UTC', [{ fromMs: -Infinity, untilMs: Infinity, offsetMs }])
  }

  /** The offsets of an IANA zone; nothing is looked up yet. */
  static ofZone(timeZone: string): OffsetTable {
    return new OffsetTable(timeZone, [])
  }

  /** The span that holds `ms`. */
  at(ms: number): OffsetSpan {
    const hit = this.#spans[this.#lastHit]
    if (hit && hit.fromMs <= ms && ms < hit.untilMs) return hit
    this.#growTo(ms)
    this.#lastHit = this.#find(ms)
    return this.#spans[this.#lastHit]!
  }

  #growTo(ms: number): void {
    if (this.#spans.length === 0) this.#spans.push(spanAround(this.#timeZone, ms))
    for (let last = this.#spans.at(-1)!; ms >= last.untilMs; last = this.#spans.at(-1)!) {
      const start = at(this.#timeZone, last.untilMs)
      const untilMs = latest(start.getTimeZoneTransition('next'))
      this.#spans.push({ fromMs: last.untilMs, untilMs, offsetMs: offsetMs(start) })
    }
    for (let first = this.#spans[0]!; ms < first.fromMs; first = this.#spans[0]!) {
      const fromMs = earliest(at(this.#timeZone, first.fromMs).getTimeZoneTransition('previous'))
      const end = at(this.#timeZone, first.fromMs - 1)
      this.#spans.unshift({ fromMs, untilMs: first.fromMs, offsetMs: offsetMs(end) })
    }
  }

  #find(ms: number): number {
    let low = 0
    let high = this.#spans.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if (this.#spans[middle]!.fromMs <= ms) low = middle
      else high = middle - 1
    }
    return low
  }
}

function spanAround(timeZone: string, ms: number): OffsetSpan {
  const knownMs = Math.min(Math.max(ms, EARLIEST_MS), LATEST_MS)
  const time = at(timeZone, knownMs)
  const next = time.getTimeZoneTransition('next')
  const previous = at(timeZone, knownMs + 1).getTimeZoneTransition('previous')
  return { fromMs: earliest(previous), untilMs: latest(next), offsetMs: offsetMs(time) }
}

function at(timeZone: string, ms: number): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(timeZone)
}

function offsetMs(time: Temporal.ZonedDateTime): number {
  return time.offsetNanoseconds / 1e6
}

function earliest(transition: Temporal.ZonedDateTime | null): number {
  const ms = transition?.epochMilliseconds ?? -Infinity
  return ms < EARLIEST_MS ? -Infinity : ms
}

function latest(transition: Temporal.ZonedDateTime | null): number {
  const ms = transition?.epochMilliseconds ?? Infinity
  return ms > LATEST_MS ? Infinity : ms
}
