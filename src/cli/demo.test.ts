import { describe, expect, test } from 'vitest'
import type { Service } from '../http/service.js'
import type { CountEvent } from '../model/event.js'
import { startDemo } from './demo.js'
import { shopVisits } from './shop.js'

const noon = Date.UTC(2030, 5, 1, 12)

/** Numbers that look random and are the same each time (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

describe('shop', () => {
  test('the same time and the same random numbers give the same visits', () => {
    expect(shopVisits(noon, noon + 60_000, seeded(7))).toEqual(shopVisits(noon, noon + 60_000, seeded(7)))
  })

  test('visits lie in their time, in order, and are events as the road knows them', () => {
    const visits = shopVisits(noon, noon + 600_500, seeded(1))
    expect(visits.every(visit => visit.atMs >= noon && visit.atMs < noon + 600_500)).toBe(true)
    expect(visits.map(visit => visit.atMs)).toEqual(visits.map(visit => visit.atMs).sort((a, b) => a - b))
    for (const visit of visits) {
      expect(visit.paths.map(path => path[0])).toEqual(['channel', 'country', 'device'])
      expect(visit.metrics.get('hits')).toBe(1)
      expect(visit.metrics.has('orders')).toBe(visit.metrics.has('dollars'))
    }
  })

  test('a few a second by day, fewer by night', () => {
    const perSecond = (hour: number) =>
      shopVisits(noon + hour * 3.6e6, noon + (hour + 1) * 3.6e6, seeded(3)).length / 3600
    expect(perSecond(2)).toBeGreaterThan(1.5)
    expect(perSecond(2)).toBeLessThan(5)
    expect(perSecond(-8)).toBeLessThan(perSecond(2) / 2)
  })
})

describe('demo', () => {
  /** A demo over a service that only remembers; `tick` lets the injected timer fire and waits for what it started. */
  function rig(options: { metrics?: string[]; ready?: boolean } = {}) {
    const state = {
      nowMs: noon,
      ready: options.ready ?? true,
      counted: [] as CountEvent[],
      errors: [] as unknown[],
      fails: false,
    }
    let fire: (() => void) | null = null
    const service = {
      readiness: () => ({ ready: state.ready }),
      reader: { listMetrics: async () => options.metrics ?? [] },
    } as unknown as Service
    const demo = startDemo({
      service,
      count: async events => {
        if (state.fails) throw new Error('full')
        state.counted.push(...events)
      },
      now: () => state.nowMs,
      random: seeded(5),
      every: (_, tick) => {
        fire = tick
        return () => {
          fire = null
        }
      },
      onError: error => state.errors.push(error),
    })
    const tick = async (passMs: number) => {
      state.nowMs += passMs
      fire?.()
      await new Promise(resolve => setImmediate(resolve))
    }
    return { state, demo, tick }
  }

  test('fills the last day once, when the key is empty', async () => {
    const { state, tick } = rig()
    await tick(500)
    expect(state.counted[0]!.atMs).toBeLessThan(noon - 86_000_000)
    const after = state.counted.length
    expect(after).toBeGreaterThan(50_000)
    await tick(5000)
    const live = state.counted.slice(after)
    expect(live.length).toBeGreaterThan(3)
    expect(live.every(visit => visit.atMs >= noon + 500)).toBe(true)
  })

  test('counts on where the key is not empty, and makes up for no more than 10 seconds', async () => {
    const { state, tick } = rig({ metrics: ['hits'] })
    await tick(3_600_000)
    expect(state.counted.length).toBeGreaterThan(0)
    expect(state.counted.every(visit => visit.atMs >= noon + 3_590_000)).toBe(true)
  })

  test('waits until the server is ready; goes on after an error; stops', async () => {
    const { state, demo, tick } = rig({ metrics: ['hits'], ready: false })
    await tick(5000)
    expect(state.counted).toEqual([])
    state.ready = true
    state.fails = true
    await tick(5000)
    expect(state.errors).toHaveLength(1)
    state.fails = false
    await tick(5000)
    expect(state.counted.length).toBeGreaterThan(0)
    await demo.stop()
    const before = state.counted.length
    await tick(5000)
    expect(state.counted.length).toBe(before)
  })
})
