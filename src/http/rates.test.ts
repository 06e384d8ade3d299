import { expect, test } from 'vitest'
import type { Totals } from './meter.js'
import { Rates } from './rates.js'

const START_MS = 1_800_000_000_000

function setup() {
  const totals = { events: 1000, duplicates: 0, requests: 0, refused: 0 }
  const clock = { nowMs: START_MS, stopped: false }
  let tick = (): void => undefined
  const every = (periodMs: number, run: () => void) => {
    expect(periodMs).toBe(1000)
    tick = run
    return () => {
      clock.stopped = true
    }
  }
  const rates = new Rates(
    (): Totals => ({ ...totals }),
    () => clock.nowMs,
    every,
  )
  const pass = (ms: number) => {
    clock.nowMs += ms
    tick()
  }
  const last = (count: number) => rates.answer().events.slice(-count)
  return { totals, rates, pass, last, clock }
}

test('what happened before is in no second; then each second has what happened in it', () => {
  const { totals, rates, pass } = setup()
  expect(rates.answer().events).toEqual(new Array(60).fill(0))
  expect(rates.answer().until).toBe(START_MS)
  totals.events += 5
  totals.refused += 1
  expect(rates.answer().events).toEqual(new Array(60).fill(0))
  pass(1001)
  totals.events += 7
  totals.requests += 2
  totals.duplicates += 3
  pass(1002)
  const answer = rates.answer()
  expect(answer.until).toBe(START_MS + 2003)
  expect(answer.events).toEqual([...new Array(58).fill(0), 5, 7])
  expect(answer.refused).toEqual([...new Array(58).fill(0), 1, 0])
  expect(answer.requests).toEqual([...new Array(58).fill(0), 0, 2])
  expect(answer.duplicates).toEqual([...new Array(58).fill(0), 0, 3])
})

test('only the last 60 are remembered', () => {
  const { totals, rates, pass } = setup()
  for (let second = 1; second <= 100; second++) {
    totals.events += second
    pass(1000)
  }
  expect(rates.answer().events).toEqual(Array.from({ length: 60 }, (_, i) => 41 + i))
})

test('late looks leave the seconds empty in which nothing could happen', () => {
  const { totals, pass, last } = setup()
  totals.events += 1
  pass(1000)
  totals.events += 5
  pass(3200)
  expect(last(5)).toEqual([0, 1, 0, 0, 5])
})

test('a clock that jumps, back or ahead, loses nothing and breaks nothing', () => {
  const { totals, rates, pass, last } = setup()
  totals.events += 2
  pass(-3_600_000)
  expect(last(2)).toEqual([0, 2])
  totals.events += 3
  pass(90 * 86_400_000)
  expect(rates.answer().events).toEqual([...new Array(59).fill(0), 3])
})

test('the looking can be ended', () => {
  const { rates, clock } = setup()
  rates.close()
  expect(clock.stopped).toBe(true)
})
