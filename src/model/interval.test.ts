import { describe, expect, test } from 'vitest'
import {
  bucketStartMs,
  CHUNK_BUCKETS,
  INTERVALS,
  intervalMs,
  isKeptInterval,
  KEPT_INTERVAL_MS,
  KEPT_INTERVALS,
  parseInterval,
} from './interval.js'

describe('intervals', () => {
  test('are read by exactly their names', () => {
    for (const name of INTERVALS) expect(parseInterval(name)).toBe(name)
    for (const text of ['10 s', '5m', '60s', '1M', '', 'toString', '1d ']) {
      expect(() => parseInterval(text)).toThrow(/^interval: .*10s, 1m, 15m, 1h, 1d, 1w, 1mo, 1y/)
    }
    expect(() => parseInterval('5m', 'period')).toThrow(/^period: /)
  })

  test('widths divide each other', () => {
    const widths = KEPT_INTERVALS.map(interval => KEPT_INTERVAL_MS[interval])
    widths.slice(1).forEach((width, i) => {
      expect(width % widths[i]!).toBe(0)
    })
    expect(Object.keys(CHUNK_BUCKETS)).toEqual([...KEPT_INTERVALS])
  })

  test('bucket starts', () => {
    expect(bucketStartMs('10s', 19_999)).toBe(10_000)
    expect(bucketStartMs('10s', 20_000)).toBe(20_000)
    expect(bucketStartMs('1d', -1)).toBe(-86_400_000)
  })

  test('nominal lengths', () => {
    expect(INTERVALS.map(intervalMs).map(ms => ms / 1000)).toEqual([
      10, 60, 900, 3600, 86_400, 604_800, 2_592_000, 31_536_000,
    ])
    expect(INTERVALS.filter(isKeptInterval)).toEqual(KEPT_INTERVALS)
  })
})
