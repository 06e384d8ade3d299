import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { DAY_MS, HOUR_MS, KEPT_INTERVAL_MS, KEPT_INTERVALS } from './interval.js'
import {
  DEFAULT_RETENTION,
  expiredBeforeMs,
  formatRetention,
  parseRetention,
  type RetentionRule,
  readableFromMs,
} from './retention.js'

const NOW = Date.UTC(2026, 2, 1, 10, 30, 20)

const anyRule: fc.Arbitrary<RetentionRule> = fc
  .tuple(
    fc.constantFrom(...KEPT_INTERVALS),
    fc.oneof(fc.integer({ min: 1, max: 10_000 }), fc.constant(Infinity)),
  )
  .map(([interval, buckets]) => ({ interval, keepMs: buckets * KEPT_INTERVAL_MS[interval] }))

describe('text', () => {
  test('the default', () => {
    expect(formatRetention(DEFAULT_RETENTION)).toBe('10s:6h,1m:8d,15m:400d,1h:400d,1d:forever')
    expect(parseRetention('10s:6h,1m:8d,15m:400d,1h:400d,1d:forever')).toEqual(DEFAULT_RETENTION)
  })

  test('any order, spaces, all units; a finer one may be kept for longer', () => {
    expect(parseRetention(' 1d:1y , 1h : 2w,1m:400d,15m:1mo, 10s:90m')).toEqual([
      { interval: '10s', keepMs: 90 * 60_000 },
      { interval: '1m', keepMs: 400 * DAY_MS },
      { interval: '15m', keepMs: 30 * DAY_MS },
      { interval: '1h', keepMs: 14 * DAY_MS },
      { interval: '1d', keepMs: 365 * DAY_MS },
    ])
  })

  test('what is written is read back', () => {
    fc.assert(
      fc.property(fc.uniqueArray(anyRule, { selector: rule => rule.interval, minLength: 1 }), rules => {
        const sorted = KEPT_INTERVALS.flatMap(interval => rules.filter(rule => rule.interval === interval))
        expect(parseRetention(formatRetention(rules))).toEqual(sorted)
      }),
    )
  })

  test.each([
    ['', /interval:length/],
    ['10s', /interval:length/],
    ['10s:6h:1', /interval:length/],
    ['10s:6h,', /interval:length/],
    ['1w:forever', /built from 1d/],
    ['1mo:forever', /built from 1d/],
    ['1y:forever', /built from 1d/],
    ['5m:8d', /10s, 1m, 15m, 1h, 1d/],
    ['1m:8d,1m:9d', /1m is there twice/],
    ['1h:30m', /at least 1h:1h/],
    ['1h:ever', /7d/],
    ['1h:500y', /200y/],
  ])('refuses %s', (text, why) => {
    expect(() => parseRetention(text)).toThrow(why)
    expect(() => parseRetention(text)).toThrow(/^retain: /)
  })
})

describe('edges', () => {
  test('the earliest readable bucket', () => {
    const minute = { interval: '1m', keepMs: 8 * DAY_MS } as const
    expect(readableFromMs(minute, NOW)).toBe(Date.UTC(2026, 1, 21, 10, 31))
    expect(readableFromMs(minute, NOW, '1d')).toBe(Date.UTC(2026, 1, 21, 8, 31))
    expect(readableFromMs({ interval: '1d', keepMs: Infinity }, NOW)).toBe(0)
    expect(expiredBeforeMs({ interval: '1d', keepMs: Infinity }, NOW)).toBe(-Infinity)
    expect(expiredBeforeMs({ interval: '10s', keepMs: 6 * HOUR_MS }, NOW)).toBe(NOW - 6 * HOUR_MS)
  })

  test('nothing readable expires, nor does it while a question of up to one bucket is under way', () => {
    const asked = fc.constantFrom('10s', '1h', '1d', '1mo', undefined)
    fc.assert(
      fc.property(anyRule, fc.nat(4e12), asked, (rule, nowMs, interval) => {
        const later = nowMs + KEPT_INTERVAL_MS[rule.interval]
        const readable = readableFromMs(rule, nowMs, interval)
        expect(expiredBeforeMs(rule, later)).toBeLessThanOrEqual(readable)
        const hasSlack = interval !== undefined || rule.interval === '1d'
        expect(hasSlack || readable % KEPT_INTERVAL_MS[rule.interval] === 0).toBe(true)
      }),
    )
  })
})
