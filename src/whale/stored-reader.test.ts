/** A partition read from its store alone: what had been flushed, and when. */
import { expect, test } from 'vitest'
import { FlushedStore, POLICIES } from '../../test/support/flushed-store.js'
import { DEFAULT_LIMITS } from '../model/limits.js'
import { sumsAt } from '../query/children.js'
import { singleBucket, type TimePlan } from '../query/reader.js'
import { STATE_GROUP } from '../rollup/address.js'
import { STATE } from '../rollup/flush.js'
import { StoredReader } from './stored-reader.js'

const NOW_MS = Date.UTC(2026, 1, 2, 3, 4, 5)
const TODAY = singleBucket('1d', Date.UTC(2026, 1, 2), Date.UTC(2026, 1, 3))

function readerOf({ store }: FlushedStore): StoredReader {
  return new StoredReader({ store, policies: POLICIES, limits: DEFAULT_LIMITS, now: () => NOW_MS })
}

async function hits(reader: StoredReader, plan: TimePlan): Promise<number | undefined> {
  return (await reader.series(['shop'], [], plan, null)).columns.get('hits')?.values[0]
}

test('what was flushed is read, what was counted since is not; the flush is dated', async () => {
  const partition = await FlushedStore.open()
  await partition.count(NOW_MS, 'apples', 'pears')
  await partition.flush(NOW_MS)
  await partition.count(NOW_MS, 'apples')

  const reader = readerOf(partition)
  expect(await reader.flushed()).toEqual({ through: 2, atMs: NOW_MS })
  expect(await hits(reader, TODAY)).toBe(2)
  const children = await reader.children(['shop'], [], TODAY, null)
  const told = [...children.found].map(place => [
    children.child(place).name,
    sumsAt(children, place).columns.get('hits')?.values[0],
  ])
  expect(told.sort()).toEqual([
    ['apples', 1],
    ['pears', 1],
  ])
  expect(await reader.listKeys([], { limit: 5 })).toEqual([{ name: 'shop', overflow: false }])
  expect(await reader.listMetrics(['shop'], { limit: 5 })).toEqual(['hits'])

  await partition.flush(NOW_MS + 10_000)
  expect(await reader.flushed()).toEqual({ through: 3, atMs: NOW_MS + 10_000 })
  expect(await hits(reader, TODAY)).toBe(3)
})

test('a store that was never flushed, or by a version that kept no time, has no date', async () => {
  const partition = await FlushedStore.open()
  expect(await readerOf(partition).flushed()).toEqual({ through: 0, atMs: null })
  const group = STATE_GROUP
  await partition.store.write([{ group, member: STATE.checkpoint, through: 3, value: new Uint8Array(0) }])
  expect(await readerOf(partition).flushed()).toEqual({ through: 3, atMs: null })
})
