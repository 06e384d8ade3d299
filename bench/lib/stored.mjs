/** Counts what a stopped server's store holds, with the built project's own parts. */
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { wholeDays } from './check.mjs'

/** Bytes of `through` before each value in LMDB (docs/format/rows.md). */
const THROUGH_BYTES = 6

/**
 * @param {string} dist
 * @param {string} dataDir
 * @param {{ startS: number, hours: number }} range
 * @returns {Promise<{ rows: number, buckets: number, bytes: number, keyBytes: number, valueBytes: number }>}
 */
export async function countStored(dist, dataDir, range) {
  const load = (...names) => import(pathToFileURL(join(dist, ...names)).href)
  const { LmdbStore } = await load('store', 'lmdb', 'lmdb-store.js')
  const address = await load('rollup', 'address.js')
  const { RowCursor } = await load('rollup', 'row-cursor.js')
  const intervals = await load('model', 'interval.js')
  const { KIND_DIMENSION, KIND_KEY } = await load('rollup', 'nodes.js')
  const store = new LmdbStore(join(dataDir, 'store'))
  const cursor = new RowCursor(null)
  const counted = { rows: 0, buckets: 0, bytes: 0, keyBytes: 0, valueBytes: 0 }
  const visitRow = groupBytes => (member, value) => {
    counted.rows++
    counted.keyBytes += groupBytes + member.length
    counted.valueBytes += THROUGH_BYTES + value.length
    cursor.open(value)
    while (cursor.next()) for (let i = 0; i < cursor.count; i++) if (cursor.values[i] !== 0) counted.buckets++
  }
  const countRowsBelow = async parent => {
    for (const interval of intervals.KEPT_INTERVALS) {
      for (const chunk of chunksOf(interval, intervals, range)) {
        const group = address.rowGroup(interval, chunk, parent)
        await store.scan(group, {}, visitRow(group.length))
      }
    }
  }
  const childrenOf = async (parent, kind) => {
    const digests = []
    await store.scan(address.childGroup(parent, kind), {}, (member, value) => {
      const { dimensionChildren, keyChildren } = address.decodeChild(value)
      if (kind === KIND_DIMENSION && dimensionChildren === 0) return
      const name = address.parseName(member)
      if (dimensionChildren + keyChildren > 0) digests.push(address.childDigest(parent, kind, name))
    })
    return digests
  }
  await store.open()
  try {
    const waiting = [address.ROOT_DIGEST]
    for (let parent = waiting.pop(); parent !== undefined; parent = waiting.pop()) {
      await countRowsBelow(parent)
      for (const kind of [KIND_KEY, KIND_DIMENSION]) waiting.push(...(await childrenOf(parent, kind)))
    }
    return { ...counted, bytes: await store.sizeBytes() }
  } finally {
    await store.close()
  }
}

/** The chunks of an interval that the workload's whole days touch. */
function chunksOf(interval, { CHUNK_BUCKETS, KEPT_INTERVAL_MS }, range) {
  const { fromS, untilS } = wholeDays(range)
  const chunkMs = CHUNK_BUCKETS[interval] * KEPT_INTERVAL_MS[interval]
  const first = Math.floor((fromS * 1000) / chunkMs)
  const last = Math.floor((untilS * 1000 - 1) / chunkMs)
  return Array.from({ length: last - first + 1 }, (_, i) => first + i)
}
