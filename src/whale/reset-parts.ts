/** The time of a reset, cut into parts by which interval is the finest that still holds it. */
import type { Reset } from '../model/changes.js'
import { KEPT_INTERVAL_MS } from '../model/interval.js'
import { type Retention, readableFromMs } from '../model/retention.js'
import type { TimeSegment } from '../query/reader.js'
import { addSums } from '../rollup/sum.js'
import { AHEAD_MS, type StoredValue } from './stored-tree.js'

/** A part of a reset's time, read from one interval. */
export interface ResetPart extends TimeSegment {
  /**
   * Where the finer interval begins within this part's last bucket: what it holds there. That has a part of its own, so only the rest
   * of the last bucket is to be taken away here.
   */
  readonly within?: TimeSegment
}

/**
 * The parts of a reset: seconds for the last hours, days for the rest. The ends are widened to whole buckets of
 * the interval they lie in.
 */
export function resetParts(retention: Retention, { fromMs = 0, untilMs }: Reset, nowMs: number): ResetPart[] {
  const parts: ResetPart[] = []
  let finer: TimeSegment | undefined
  for (const rule of retention) {
    const widthMs = KEPT_INTERVAL_MS[rule.interval]
    const keptMs = Math.ceil(readableFromMs(rule, nowMs) / widthMs) * widthMs
    const startMs = Math.max(keptMs, Math.floor(fromMs / widthMs) * widthMs)
    const latestMs = Math.ceil((untilMs ?? nowMs + AHEAD_MS) / widthMs) * widthMs
    const endMs = finer ? Math.ceil(finer.fromMs / widthMs) * widthMs : Number.POSITIVE_INFINITY
    const stopMs = Math.min(endMs, latestMs)
    const isNeeded = startMs < stopMs && (!finer || fromMs < finer.fromMs)
    if (isNeeded) {
      const part = { interval: rule.interval, fromMs: startMs, untilMs: stopMs }
      const isCut = finer !== undefined && stopMs === endMs && finer.fromMs < endMs
      parts.push(isCut ? { ...part, within: { ...finer!, untilMs: endMs } } : part)
    }
    if (!finer || keptMs < finer.fromMs) finer = { interval: rule.interval, fromMs: keptMs, untilMs: keptMs }
  }
  return parts
}

/** What the finer interval holds of a part's last bucket, by metric. */
export class FinerSums {
  readonly #sums = new Map<string, number>()

  add({ metric, value }: StoredValue): void {
    this.#sums.set(metric, addSums(this.#sums.get(metric) ?? 0, value))
  }

  /** A value of the part, less what the finer interval holds of it. */
  rest(stored: StoredValue, part: ResetPart): StoredValue {
    const sum = this.#sums.get(stored.metric)
    const isLast = stored.bucketMs + KEPT_INTERVAL_MS[part.interval] === part.untilMs
    return sum === undefined || !isLast ? stored : { ...stored, value: addSums(stored.value, -sum) }
  }
}
