/**
 * Where in a graph its reader is, beyond what the attributes say: the path that was drilled into, and the part of the time that
 * was zoomed into. Pure.
 */
import { INTERVALS, type Interval, intervalMs } from '../../../src/model/interval.js'
import { samePath } from '../base/paths.js'

/** A stretch of time, epoch milliseconds, half-open. */
export interface Stretch {
  readonly from: number
  readonly to: number
}

/** What can be zoomed into at least: three buckets of ten seconds. */
const LEAST_MS = 30_000

/** More points than this say no more, in a chart of usual width. */
const MOST_POINTS = 400

/** Where it is. */
export interface Place {
  /** Drilled into; null: where the attributes say. */
  readonly by: readonly string[] | null
  /** Zoomed into; null: the whole time. `undefined`: what the attributes say. */
  readonly zoom: Stretch | null | undefined
  /** The intervals that the zoom can be asked with: the first of them, or the next where that one isn't kept. */
  readonly intervals: readonly string[]
}

/** Where the attributes say. */
export const HOME: Place = { by: null, zoom: undefined, intervals: [] }

/** Zoomed into a stretch, or with null out again. `interval` is that of the graph that was looked at. */
export function zoomedTo(place: Place, stretch: Stretch | null, interval: string): Place {
  if (stretch === null) return { ...place, zoom: null, intervals: [] }
  const zoom = widened(stretch)
  return { ...place, zoom, intervals: zoomIntervals(zoom, interval) }
}

/** The intervals for a stretch, finest first, down to the one of the graph it is a part of: none that gives too many points. */
export function zoomIntervals({ from, to }: Stretch, interval: string): string[] {
  const finer = INTERVALS.slice(0, INTERVALS.indexOf(interval as Interval))
  return [...finer.filter(each => (to - from) / intervalMs(each) <= MOST_POINTS), interval]
}

/** The part of a stretch around a time that is half as long: how keys zoom in. */
export function half({ from, to }: Stretch, aroundMs: number): Stretch {
  const lengthMs = (to - from) / 2
  const start = Math.min(Math.max(from, aroundMs - lengthMs / 2), to - lengthMs)
  return { from: Math.round(start), to: Math.round(start + lengthMs) }
}

/** One level up from a path; null where it is home already, or not below home. */
export function above(path: readonly string[], home: readonly string[]): readonly string[] | null {
  if (path.length <= home.length || !samePath(path.slice(0, home.length), home)) return null
  return path.slice(0, -1)
}

/** The question about a place's time: what is zoomed into, or the whole `period` again where the attributes are a part of one. */
export function placeFields(
  fields: Readonly<Record<string, string>>,
  { zoom, intervals }: Place,
  period: string | null,
): Readonly<Record<string, string>> {
  if (zoom === undefined || (zoom === null && period === null)) return fields
  const { period: _period, from: _from, to: _to, interval: _interval, ...rest } = fields
  if (zoom === null) return { ...rest, period: period! }
  const [interval] = intervals
  return {
    ...rest,
    from: String(zoom.from),
    to: String(zoom.to),
    ...(interval !== undefined && { interval }),
  }
}

function widened({ from, to }: Stretch): Stretch {
  const missingMs = Math.max(0, LEAST_MS - (to - from))
  return { from: Math.round(from - missingMs / 2), to: Math.round(to + missingMs / 2) }
}
