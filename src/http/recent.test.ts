import { describe, expect, test } from 'vitest'
import type { CountEvent } from '../model/event.js'
import { Recent } from './recent.js'

function event(key: readonly string[], atMs = 0): CountEvent {
  return { key, paths: [], metrics: new Map([['hits', 1]]), atMs }
}

describe('recent', () => {
  test('the last 100 of a key, newest first, by reference', () => {
    const recent = new Recent()
    const events = Array.from({ length: 250 }, (_, i) => event(['k'], i))
    recent.counted(events.slice(0, 30), 1)
    recent.counted(events.slice(30), 2)
    const found = recent.events(['k'])
    expect(found.map(({ event: { atMs } }) => atMs)).toEqual(Array.from({ length: 100 }, (_, i) => 249 - i))
    expect(found[0]!.event).toBe(events[249])
    expect(found[0]!.receivedMs).toBe(2)
    recent.counted([event(['k'], 250)], 3)
    expect(recent.events(['k']).map(({ event: { atMs } }) => atMs)[99]).toBe(151)
  })

  test('an event is under the prefixes of its key too', () => {
    const recent = new Recent()
    recent.counted([event(['a', 'b']), event(['ab']), event(['a'])], 0)
    expect(recent.events(['a'])).toHaveLength(2)
    expect(recent.events(['a', 'b'])).toHaveLength(1)
    expect(recent.events(['a', 'c'])).toEqual([])
  })

  test('keys are bounded: the least recently counted goes', () => {
    const recent = new Recent()
    for (let i = 0; i < 5_000; i++) {
      recent.add(event([`k${i}`]), i)
      recent.add(event(['often']), i)
    }
    expect(recent.events(['often'])).toHaveLength(100)
    expect(recent.events(['k4999'])).toHaveLength(1)
    expect(recent.events(['k4001'])).toHaveLength(1)
    expect(recent.events(['k3999'])).toEqual([])
  })

  test('events in all are bounded', () => {
    const recent = new Recent()
    for (let i = 0; i < 100 * 300; i++) recent.add(event([`k${i % 300}`]), i)
    const held = Array.from({ length: 300 }, (_, i) => recent.events([`k${i}`]).length)
    expect(held.reduce((a, b) => a + b)).toBeLessThanOrEqual(20_000)
    expect(held[299]).toBeGreaterThan(0)
  })

  test('refused requests, without tokens', () => {
    const recent = new Recent()
    const refused = { method: 'GET', status: 400, code: 'invalid_parameter', detail: 'x' } as const
    for (let i = 0; i < 120; i++) recent.refuse({ ...refused, atMs: i, url: `/count?token=s3cret&x=${i}` })
    expect(recent.refused()).toHaveLength(100)
    expect(recent.refused()[0]).toEqual({ ...refused, atMs: 119, url: '/count?token=…&x=119' })
  })
})
