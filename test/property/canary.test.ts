/**
 * The canary: the same simulation over stores that lie must fail. It shows that the harness would see a lost write, a row that
 * forgets which batches it holds, one that is a flush behind, and a checkpoint that runs ahead.
 */
import { describe, expect, test } from 'vitest'
import { bucketStartMs } from '../../src/model/interval.js'
import { STATE_GROUP } from '../../src/rollup/address.js'
import { Dice } from '../support/dice.js'
import type { Tampering } from '../support/held-store.js'
import { ANY_STYLE, type EventStyle } from '../support/made-events.js'
import { ServerHarness } from '../support/server-harness.js'
import { live, type Operation } from '../support/server-life.js'

const NOW_MS = bucketStartMs('1h', Date.UTC(2026, 4, 5, 6, 7, 8))

/** A few series that meet again and again. */
const STYLE: EventStyle = {
  ...ANY_STYLE,
  keys: [['_'], ['site', 'blog']],
  names: ['a', 'b', 'c'],
  mostPaths: 2,
  latestMs: 60_000,
}

const LIFE: readonly Operation[] = [
  { kind: 'count', seed: 1, requests: 12 },
  { kind: 'flush' },
  { kind: 'count', seed: 2, requests: 12 },
  { kind: 'halfway', cells: 40 },
  { kind: 'ask', seed: 3 },
  { kind: 'crash' },
  { kind: 'ask', seed: 4 },
  { kind: 'count', seed: 5, requests: 12 },
  { kind: 'flush' },
  { kind: 'ask', seed: 6 },
]

async function liveOver(tamper: Tampering): Promise<void> {
  const harness = await ServerHarness.start({ nowMs: NOW_MS, inMemory: true, tamper })
  try {
    await live(harness, STYLE, LIFE)
  } finally {
    await harness.stop()
  }
}

const isState = (group: Uint8Array): boolean => Buffer.compare(group, STATE_GROUP) === 0

describe('the simulation', () => {
  test('passes over a store that keeps its word', () => liveOver(change => change))

  const lies: readonly (readonly [name: string, makeTampering: () => Tampering])[] = [
    ['forgets through', () => change => (isState(change.group) ? change : { ...change, through: 0 })],
    [
      'says through of batches to come',
      () => change => (isState(change.group) ? change : { ...change, through: change.through + 1000 }),
    ],
    ['drops one write in fifty', () => dropping(50)],
    ['loses its checkpoint', () => change => (isState(change.group) ? undefined : change)],
    ['keeps the first value of a row', () => keepingFirst()],
  ]
  test.each(lies)('fails over a store that %s', async (_name, makeTampering) => {
    await expect(liveOver(makeTampering())).rejects.toThrow(/expected|journal/)
  })
})

function dropping(outOf: number): Tampering {
  const dice = new Dice(7)
  return change => (!isState(change.group) && dice.once(outOf) ? undefined : change)
}

function keepingFirst(): Tampering {
  const known = new Set<string>()
  return change => {
    const id = `${Buffer.from(change.group).toString('hex')} ${Buffer.from(change.member).toString('hex')}`
    if (isState(change.group) || !known.has(id)) {
      known.add(id)
      return change
    }
    return undefined
  }
}
