import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { changeOf } from './change.js'

const text = (now: number, before: number) => changeOf(now, before, 'en')?.text ?? null
const way = (now: number, before: number) => changeOf(now, before, 'en')?.way ?? null

describe('a change', () => {
  test('is a percentage of what was', () => {
    expect(text(112, 100)).toBe('+12%')
    expect(text(95.5, 100)).toBe('-4.5%')
    expect(text(100, 100)).toBe('0%')
    expect(text(0, 100)).toBe('-100%')
    expect(text(950, 100)).toBe('+850%')
  })

  test('is new where there was nothing, and nothing where there is nothing', () => {
    expect(text(5, 0)).toBe('new')
    expect(way(5, 0)).toBe('up')
    expect(way(-5, 0)).toBe('down')
    expect(text(0, 0)).toBeNull()
    expect(text(Number.NaN, 3)).toBeNull()
    expect(text(Number.POSITIVE_INFINITY, 3)).toBeNull()
  })

  test('of negative values has the sign of its way', () => {
    expect(text(-50, -100)).toBe('+50%')
    expect(text(-150, -100)).toBe('-50%')
    expect(text(50, -100)).toBe('+150%')
    expect(text(-50, 100)).toBe('-150%')
  })

  test('is a multiple from ten times on', () => {
    expect(text(1000, 100)).toBe('×10')
    expect(text(1_234_000, 1)).toBe('×1M')
    expect(text(-1000, -100)).toBe('×10')
    expect(way(-1000, -100)).toBe('down')
  })

  test('goes up where there is more, whatever was before', () => {
    const value = fc.integer({ min: -1e6, max: 1e6 })
    fc.assert(
      fc.property(value, value, (now, before) => {
        const change = changeOf(now, before, 'en')
        if (change === null || change.way === 'same') return
        expect(change.way).toBe(now > before ? 'up' : 'down')
      }),
    )
  })
})
