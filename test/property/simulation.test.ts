/**
 * The seeded simulation: random lists of operations (counting, flushing, stopping in the middle of a flush, crashes, restarts,
 * jumps of the clock, corrections) on the real server and its model. A failure prints the list, already shrunk.
 */
import fc from 'fast-check'
import { afterEach, describe, test } from 'vitest'
import { DAY_MS } from '../../src/model/interval.js'
import { parseRetention } from '../../src/model/retention.js'
import { ANY_STYLE, type EventStyle } from '../support/made-events.js'
import { runs } from '../support/runs.js'
import { type HarnessOptions, ServerHarness } from '../support/server-harness.js'
import { live, type Operation, operations } from '../support/server-life.js'

const NOW_MS = Date.UTC(2026, 2, 28, 22, 10, 7, 91)

/** Few names and little time, so that they meet; no numbers among the names, whose order an object would change. */
const FEW: EventStyle = {
  keys: [['_'], ['site'], ['site', 'blog'], ['site', 'shop'], ['site', 'blog', 'x'], ['site', '…']],
  names: ['a', 'b', 'c', 'd', 'é', '…', 'f', 'g'],
  mostPaths: 1,
  latestMs: 2 * DAY_MS,
}

const harnesses = new Set<ServerHarness>()
afterEach(async () => {
  for (const harness of harnesses) await harness.stop()
  harnesses.clear()
})

async function simulate(
  options: Omit<HarnessOptions, 'nowMs'>,
  style: EventStyle,
  list: readonly Operation[],
): Promise<void> {
  const harness = await ServerHarness.start({ nowMs: NOW_MS, ...options })
  harnesses.add(harness)
  try {
    await live(harness, style, list)
  } finally {
    await harness.stop()
    harnesses.delete(harness)
  }
}

function simulation(
  options: Omit<HarnessOptions, 'nowMs'>,
  style: EventStyle,
  count: number,
  resets = false,
): Promise<void> {
  const property = fc.asyncProperty(operations(resets), list => simulate(options, style, list))
  return fc.assert(property, runs(count))
}

describe('a life of operations', () => {
  test('that crashes in the middle of a flush and comes back when its ids have expired', () => {
    const count = (seed: number): Operation => ({ kind: 'count', seed, requests: 5 })
    const list: Operation[] = [
      count(30),
      { kind: 'halfway', cells: 5 },
      count(22),
      count(439799037),
      { kind: 'pass', ms: 45 * DAY_MS },
      { kind: 'crash' },
    ]
    return simulate({}, FEW, list)
  })

  test('that holds a flush for days: what it wrote of ids must outlive them until the batches behind it are flushed', () => {
    const count = (seed: number, requests: number): Operation => ({ kind: 'count', seed, requests })
    const list: Operation[] = [
      count(639862182, 6),
      { kind: 'pass', ms: 3_600_000 },
      { kind: 'halfway', cells: 241 },
      count(791049822, 6),
      { kind: 'pass', ms: 10_000 },
      count(373896769, 6),
      { kind: 'pass', ms: 900_000 },
      { kind: 'pass', ms: 9 * DAY_MS },
      { kind: 'halfway', cells: 153 },
      count(2126045031, 1),
      count(1015515290, 1),
      { kind: 'crash' },
    ]
    return simulate({}, { ...FEW, mostPaths: 3 }, list)
  })
})

describe('a life of random operations', () => {
  test('on files, with anything that can be counted', () => simulation({ overSocket: true }, ANY_STYLE, 5))

  test('with few children under a parent', () => simulation({ childrenPerParent: 3 }, FEW, 6))

  test('with few children under a parent, in memory, and little of that', () =>
    simulation(
      { childrenPerParent: 4, inMemory: true, cacheMemoryBytes: 100_000, overSocket: true },
      FEW,
      10,
    ))

  test('with ids that are forgotten, and keys that are kept for a time of their own', () => {
    const retentionByKey = new Map([
      ['["site","blog"]', parseRetention('1m:2h,1h:3d')],
      ['["site"]', parseRetention('10s:10m,15m:5d,1d:40d')],
      ['["_"]', parseRetention('1h:2d,1d:10d')],
    ])
    return simulation({ dedupeWindowMs: 15 * 60_000, retentionByKey }, { ...FEW, latestMs: 30 * DAY_MS }, 6)
  })

  test('with resets', () => simulation({}, { ...FEW, mostPaths: 3 }, 6, true))
})
