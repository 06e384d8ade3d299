/** The same events in one reader and spread over several: every question has the same answer. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { event } from '../../test/support/ask.js'
import { BruteReader } from '../../test/support/brute-reader.js'
import { portAnswers } from '../../test/support/port-answers.js'
import { runs } from '../../test/support/runs.js'
import type { CountEvent } from '../model/event.js'
import type { Path } from '../model/path.js'
import type { TimePlan } from '../query/reader.js'
import { MergedReader } from './merged-reader.js'

const KEYS: readonly Path[] = [['site'], ['site', 'blog'], ['site', 'é'], ['shop']]
const PATHS: readonly Path[] = [[], ['a'], ['a', 'x'], ['a', 'y'], ['b'], ['b', '\uffff'], ['😀']]
const METRICS = ['hits', 'dollars', 'weight']
const plan: TimePlan = { edgesMs: Float64Array.of(0, 10, 25, 30), segments: [] }

const counted = fc
  .record({
    key: fc.constantFrom(...KEYS),
    paths: fc.uniqueArray(fc.constantFrom(...PATHS), { maxLength: 3 }),
    // Halves and quarters are exact, whatever the order they are added in.
    dollars: fc.integer({ min: -8, max: 8 }).map(quarters => quarters / 4),
    hasWeight: fc.boolean(),
    atMs: fc.integer({ min: 0, max: 32 }),
  })
  .map(({ key, paths, dollars, hasWeight, atMs }) =>
    event(paths, hasWeight ? { dollars, weight: 1 } : { dollars }, { key, atMs }),
  )

const spread = fc.record({
  parts: fc.integer({ min: 1, max: 5 }),
  events: fc.array(fc.tuple(counted, fc.nat()), { maxLength: 40 }),
})

const questions = fc.record({
  plan: fc.constant(plan),
  key: fc.constantFrom(...KEYS),
  path: fc.constantFrom(...PATHS),
  metrics: fc.option(fc.subarray(METRICS)),
  addedUp: fc.subarray(METRICS),
  most: fc.integer({ min: 0, max: 4 }),
  except: fc.subarray(['a', 'b', 'x', '😀']),
  page: fc
    .record({
      prefix: fc.constantFrom('', 'a', 's'),
      after: fc.constantFrom('', 'a', 'shop'),
      limit: fc.nat(3),
    })
    .map(({ prefix, after, limit }) => ({
      ...(prefix && { prefix }),
      ...(after && { after }),
      limit: limit + 1,
    })),
})

test('several parts answer as one that has all of their events', async () => {
  await fc.assert(
    fc.asyncProperty(spread, questions, async ({ parts, events }, asked) => {
      const whole = new BruteReader(0)
      const some = Array.from({ length: parts }, () => new BruteReader(0))
      for (const [each, place] of events) {
        whole.add(each)
        some[place % parts]!.add(each)
      }
      const merged = new MergedReader(() => some, whole)
      expect(await portAnswers(merged, asked)).toEqual(await portAnswers(whole, asked))
    }),
    runs(400),
  )
})

test('what its parts are is asked for each question, and why there are none is told', async () => {
  const all: CountEvent[] = [event([['a']]), event([['b']])]
  const parts = all.map(each => {
    const reader = new BruteReader(0)
    reader.add(each)
    return reader
  })
  let now: readonly BruteReader[] = [parts[0]!]
  const merged = new MergedReader(() => {
    if (now.length === 0) throw new Error('nobody is here')
    return now
  }, parts[0]!)
  expect(await merged.listChildren(['_'], [], { limit: 9 })).toHaveLength(1)
  now = parts
  expect(await merged.listChildren(['_'], [], { limit: 9 })).toHaveLength(2)
  now = []
  await expect(merged.listChildren(['_'], [], { limit: 9 })).rejects.toThrow('nobody is here')
})
