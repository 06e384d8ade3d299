/**
 * Which stored buckets add up to which time. All kept intervals hold the same sums, so any tiling of a range answers
 * the same; these are the ones that read the least. Widths divide each other and 1970 is a multiple of each.
 * Nothing is counted before 1970: tiles start there.
 */
import { CHUNK_BUCKETS, type Interval, KEPT_INTERVAL_MS, type KeptInterval } from './interval.js'
import { type Retention, readableFromMs } from './retention.js'

/** A half-open range of time, read from the buckets of one kept interval; both ends are multiples of its width. */
export interface Tile {
  readonly interval: KeptInterval
  readonly fromMs: number
  readonly untilMs: number
}

/** A kept interval, and from when on it can be read. */
interface Level {
  readonly interval: KeptInterval
  readonly widthMs: number
  readonly readableMs: number
}

/**
 * Tiles for points: each point [edges[i], edges[i+1]) is tiled by itself, widest buckets first, so no tile lies across
 * an edge unless its buckets end there. Adjacent tiles of one interval are one. `asked` is the question's interval.
 * Null where some of the time is not kept in buckets that fit.
 */
export function tilePoints(
  edgesMs: Float64Array,
  asked: Interval,
  retention: Retention,
  nowMs: number,
): Tile[] | null {
  const levels = levelsOf(retention, asked, nowMs)
  const tiles: Tile[] = []
  for (let i = 1; i < edgesMs.length; i++) {
    if (!tile(levels, 0, Math.max(0, edgesMs[i - 1]!), edgesMs[i]!, tiles)) return null
  }
  return tiles
}

/** The index of the first point from which on `tilePoints` finds tiles for all; the number of points, if for none. */
export function firstTileable(
  edgesMs: Float64Array,
  asked: Interval,
  retention: Retention,
  nowMs: number,
): number {
  const levels = levelsOf(retention, asked, nowMs)
  let first = edgesMs.length - 1
  while (first > 0 && tile(levels, 0, Math.max(0, edgesMs[first - 1]!), edgesMs[first]!, [])) first--
  return first
}

/**
 * Tiles for a sum over a range: wide buckets in the middle, finer ones at the ends, the widest that need no more rows than
 * any other choice. Null where some of the time is not kept in buckets that fit.
 */
export function tileTotal(
  fromMs: number,
  untilMs: number,
  asked: Interval,
  retention: Retention,
  nowMs: number,
): Tile[] | null {
  const levels = levelsOf(retention, asked, nowMs)
  let best: Tile[] | null = null
  for (let widest = 0; widest < levels.length; widest++) {
    const tiles: Tile[] = []
    if (!tile(levels, widest, Math.max(0, fromMs), untilMs, tiles)) continue
    if (best === null || rowsOf(tiles) < rowsOf(best)) best = tiles
  }
  return best
}

/** Widest first. */
function levelsOf(retention: Retention, asked: Interval, nowMs: number): Level[] {
  return retention
    .map(rule => ({
      interval: rule.interval,
      widthMs: KEPT_INTERVAL_MS[rule.interval],
      readableMs: readableFromMs(rule, nowMs, asked),
    }))
    .sort((a, b) => b.widthMs - a.widthMs)
}

/**
 * Appends the tiles of [fromMs, untilMs) to `tiles` in order: as much as fits of the level at `index`, the rest before and
 * after it from finer levels. False where the finest doesn't fit either.
 */
function tile(
  levels: readonly Level[],
  index: number,
  fromMs: number,
  untilMs: number,
  tiles: Tile[],
): boolean {
  if (fromMs >= untilMs) return true
  const level = levels[index]
  if (!level) return false
  const { widthMs } = level
  const startMs = Math.ceil(Math.max(fromMs, level.readableMs) / widthMs) * widthMs
  const endMs = Math.floor(untilMs / widthMs) * widthMs
  if (startMs >= endMs) return tile(levels, index + 1, fromMs, untilMs, tiles)
  if (!tile(levels, index + 1, fromMs, startMs, tiles)) return false
  append(tiles, { interval: level.interval, fromMs: startMs, untilMs: endMs })
  return tile(levels, index + 1, endMs, untilMs, tiles)
}

function append(tiles: Tile[], next: Tile): void {
  const last = tiles.at(-1)
  const merges = last?.interval === next.interval && last.untilMs === next.fromMs
  if (merges) tiles[tiles.length - 1] = { ...last, untilMs: next.untilMs }
  else tiles.push(next)
}

/** Stored rows that a reader of these tiles touches for one series. */
function rowsOf(tiles: readonly Tile[]): number {
  return tiles.reduce((rows, { interval, fromMs, untilMs }) => {
    const rowMs = KEPT_INTERVAL_MS[interval] * CHUNK_BUCKETS[interval]
    return rows + Math.ceil(untilMs / rowMs) - Math.floor(fromMs / rowMs)
  }, 0)
}
