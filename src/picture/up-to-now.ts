/** What of the period before is fair to compare with a period whose last bucket is still being counted. Pure. */
import type { SeriesValues } from '../query/values.js'

/** How much of the last bucket is over, 0 to 1: `startMs` and `endMs` are its edges. */
export function partOver(startMs: number, endMs: number, nowMs: number): number {
  if (endMs <= startMs) return 1
  return Math.min(1, Math.max(0, (nowMs - startMs) / (endMs - startMs)))
}

/**
 * The total of the period before up to the same moment: of its last bucket only as large a part as is over of the one that
 * is still being counted. Otherwise every number would fall at the start of each bucket. `over` is that part, 0 to 1. Only
 * sums have parts; the total of a ratio stays what it is.
 */
export function totalUpToNow(before: SeriesValues, metric: string, over: number): number {
  const total = before.total[metric] ?? 0
  const points = before.points[metric] ?? []
  const sum = points.reduce((all, point) => all + point, 0)
  const isSum = Math.abs(sum - total) <= 1e-9 * points.reduce((all, point) => all + Math.abs(point), 0)
  return isSum ? total - (points.at(-1) ?? 0) * (1 - over) : total
}
