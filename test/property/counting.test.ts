/**
 * The whole embedded server against its model: thousands of generated events in every spelling and transport, and every question,
 * asked live, in the middle of a flush, after it, after a restart and after a crash.
 */
import fc from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import { Dice } from '../support/dice.js'
import { ANY_STYLE, makeEvent } from '../support/made-events.js'
import { runs } from '../support/runs.js'
import { askMany, checkPoints, countBoth } from '../support/server-checks.js'
import { type HarnessOptions, ServerHarness } from '../support/server-harness.js'

/** Days after the clocks went forward in Europe. */
const NOW_MS = Date.UTC(2026, 3, 2, 23, 58, 41, 370)

const started: ServerHarness[] = []
afterEach(async () => {
  for (const harness of started.splice(0)) await harness.stop()
})

async function start(options: HarnessOptions): Promise<ServerHarness> {
  const harness = await ServerHarness.start(options)
  started.push(harness)
  return harness
}

async function countSome(harness: ServerHarness, dice: Dice, requests: number): Promise<void> {
  const ids = Array.from({ length: 20 }, () => `id ${dice.below(1000)}`)
  for (let i = 0; i < requests; i++) {
    const events = Array.from({ length: dice.pick([1, 1, 1, 2, 5, 20]) }, () => {
      const event = makeEvent(dice, ANY_STYLE, harness.nowMs)
      return dice.once(4) ? { ...event, id: dice.pick(ids) } : event
    })
    await countBoth(harness, dice, events, dice.once(5) ? dice.pick(ids) : undefined)
  }
}

async function checkAll(harness: ServerHarness, dice: Dice, when: string): Promise<void> {
  await askMany(harness, dice, 40, when)
  for (let i = 0; i < 4; i++) {
    const { key, path } = dice.pick(harness.model.allSeries)
    await checkPoints(harness, key, path, when)
  }
}

/** One life of a server: counts, is asked at each stage, goes on. */
async function live(harness: ServerHarness, dice: Dice): Promise<void> {
  await countSome(harness, dice, 25)
  await checkAll(harness, dice, 'live')
  await harness.flushHalfway(dice.between(1, 400))
  await checkAll(harness, dice, 'in the middle of a flush')
  await countSome(harness, dice, 10)
  await checkAll(harness, dice, 'counted in the middle of a flush')
  await harness.flush()
  await checkAll(harness, dice, 'flushed')
  harness.pass(dice.pick([3000, 10_000, 61_000, 900_000, 7_200_000]))
  await countSome(harness, dice, 10)
  await harness.reopen()
  await checkAll(harness, dice, 'reopened')
  await countSome(harness, dice, 10)
  if (dice.once(2)) await harness.flushHalfway(dice.between(1, 400))
  await harness.crash()
  await checkAll(harness, dice, 'after a crash')
  await harness.flush()
  await checkAll(harness, dice, 'flushed after a crash')
  expect(harness.fatal).toEqual([])
}

describe('a flush in the middle of a question', () => {
  test('is not seen in its answer', async () => {
    const property = fc.asyncProperty(fc.integer(), async seed => {
      const dice = new Dice(seed)
      const harness = await start({ nowMs: NOW_MS, inMemory: true })
      for (let i = 0; i < 40; i++) {
        await countSome(harness, dice, 1)
        const ask = () => askMany(harness, dice, 1, 'with a flush between its reads')
        await harness.flushBetweenReads(dice.between(0, 6), ask)
      }
      await harness.stop()
    })
    await fc.assert(property, runs(4))
  })
})

describe('counted over HTTP and by the model', () => {
  const variants: readonly (Omit<HarnessOptions, 'nowMs'> & { readonly name: string })[] = [
    { name: 'files, over sockets', overSocket: true },
    { name: 'files, injected, little memory', cacheMemoryBytes: 200_000 },
    { name: 'in memory, injected', inMemory: true },
    { name: 'in memory, over three partitions', inMemory: true, partitions: 3 },
  ]
  test.each(variants)('$name', async ({ name: _name, ...variant }) => {
    await fc.assert(
      fc.asyncProperty(fc.integer(), async seed => {
        const harness = await start({ nowMs: NOW_MS, ...variant })
        await live(harness, new Dice(seed))
        await harness.stop()
      }),
      runs(3),
    )
  })
})
