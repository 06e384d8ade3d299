/**
 * A batch cut into one for each partition that it has events of. All leaves of an entry have one key, which says the partition. Mostly a
 * batch is of one partition: then it is not copied.
 */
import type { Path } from '../model/path.js'
import { type Batch, type BatchOutcome, GUARD_BYTES, type Interner } from './batch.js'
import { grown, KIND_KEY, type NodeTable, ROOT_NODE } from './nodes.js'
import { partitionOf } from './partition.js'

/** What a partition gets of a batch. */
export interface BatchPart {
  readonly partition: number
  readonly batch: Batch
  /** The entries of the whole batch that it has, in order; null where it is the whole batch. */
  readonly entries: Int32Array | null
}

const NO_GUARDS = new Int32Array(0)
const NO_BYTES = new Uint8Array(0)

/** Cuts a batch; one without entries is of partition 0. */
export function splitBatch(batch: Batch, partitions: number): BatchPart[] {
  if (partitions === 1 || batch.count === 0) return [{ partition: 0, batch, entries: null }]
  const { of, counts } = partitionsOf(batch, partitions)
  const first = of[0]!
  if (counts[first] === batch.count) return [{ partition: first, batch, entries: null }]
  const entries = Array.from(counts, count => new Int32Array(count))
  const filled = new Int32Array(partitions)
  for (let e = 0; e < batch.count; e++) {
    const partition = of[e]!
    entries[partition]![filled[partition]!++] = e
  }
  const parts: BatchPart[] = []
  for (const [partition, own] of entries.entries()) {
    if (own.length > 0) parts.push({ partition, batch: partOf(batch, own), entries: own })
  }
  return parts
}

/** Adds what became of a part to what became of the whole batch. */
export function mergeOutcome(
  whole: { readonly duplicate: Uint8Array; readonly overflowed: Set<number> },
  { entries }: Pick<BatchPart, 'entries'>,
  { duplicate, overflowed }: BatchOutcome,
): void {
  for (let e = 0; e < duplicate.length; e++) {
    if (duplicate[e]) whole.duplicate[entries ? entries[e]! : e] = 1
  }
  for (const e of overflowed) whole.overflowed.add(entries ? entries[e]! : e)
}

/** The partition of each entry, and how many entries each partition has. */
function partitionsOf(batch: Batch, partitions: number): { of: Int32Array; counts: Int32Array } {
  const known = KnownPartitions.of(batch.interner, partitions)
  const of = new Int32Array(batch.count)
  const counts = new Int32Array(partitions)
  for (let e = 0, leaf = 0; e < batch.count; e++) {
    const partition = known.partition(batch.leaves[leaf]!)
    of[e] = partition
    counts[partition]!++
    leaf = batch.leafEnd[e]!
  }
  return { of, counts }
}

/** The partitions of an interner's nodes, as far as they were asked for. */
class KnownPartitions {
  static readonly #all = new WeakMap<Interner, KnownPartitions>()
  readonly #nodes: NodeTable
  readonly #partitions: number
  /** By node: its partition + 1, or 0. */
  #known = new Int32Array(0)

  private constructor(nodes: NodeTable, partitions: number) {
    this.#nodes = nodes
    this.#partitions = partitions
  }

  /** Those of an interner, with room for all of its nodes. */
  static of(interner: Interner, partitions: number): KnownPartitions {
    let known = KnownPartitions.#all.get(interner)
    if (known === undefined || known.#partitions !== partitions) {
      known = new KnownPartitions(interner.nodes, partitions)
      KnownPartitions.#all.set(interner, known)
    }
    known.#known = grown(known.#known, interner.nodes.count)
    return known
  }

  partition(node: number): number {
    const known = this.#known[node]!
    return known > 0 ? known - 1 : this.#learn(node)
  }

  #learn(node: number): number {
    const { kind, parent } = this.#nodes
    const partition =
      kind[node] === KIND_KEY
        ? partitionOf(keyOf(this.#nodes, node), this.#partitions)
        : this.partition(parent[node]!)
    this.#known[node] = partition + 1
    return partition
  }
}

function keyOf(nodes: NodeTable, node: number): Path {
  const key: string[] = []
  for (let at = node; at !== ROOT_NODE; at = nodes.parent[at]!) key.unshift(nodes.nameOf(at))
  return key
}

function partOf(batch: Batch, entries: Int32Array): Batch {
  const count = entries.length
  let leafCount = 0
  let valueCount = 0
  for (const e of entries) {
    leafCount += batch.leafEnd[e]! - startOf(batch.leafEnd, e)
    valueCount += batch.valueEnd[e]! - startOf(batch.valueEnd, e)
  }
  const ticks = new Int32Array(count)
  const shapes = new Int32Array(count)
  const leafEnd = new Int32Array(count)
  const leaves = new Int32Array(leafCount)
  const valueEnd = new Int32Array(count)
  const values = new Float64Array(valueCount)
  for (let i = 0, leaf = 0, value = 0; i < count; i++) {
    const e = entries[i]!
    ticks[i] = batch.ticks[e]!
    shapes[i] = batch.shapes[e]!
    for (let from = startOf(batch.leafEnd, e); from < batch.leafEnd[e]!; from++)
      leaves[leaf++] = batch.leaves[from]!
    for (let from = startOf(batch.valueEnd, e); from < batch.valueEnd[e]!; from++)
      values[value++] = batch.values[from]!
    leafEnd[i] = leaf
    valueEnd[i] = value
  }
  const { interner, receivedAtMs, exact } = batch
  const columns = { ticks, shapes, leafEnd, leaves, valueEnd, values }
  return { interner, receivedAtMs, exact, count, ...columns, ...guardsOf(batch, entries) }
}

function startOf(ends: Int32Array, e: number): number {
  return e === 0 ? 0 : ends[e - 1]!
}

type Guards = Pick<Batch, 'guards' | 'guardCount' | 'eventGuard' | 'requestGuard'>

/** The guards of some entries, numbered anew in their old order: of two alike, the first one stays the first. */
function guardsOf(batch: Batch, entries: Int32Array): Guards {
  if (batch.guardCount === 0)
    return { guards: NO_BYTES, guardCount: 0, eventGuard: NO_GUARDS, requestGuard: NO_GUARDS }
  const numbers = new Int32Array(batch.guardCount).fill(-1)
  for (const e of entries) {
    for (const guard of [batch.eventGuard[e]!, batch.requestGuard[e]!]) if (guard >= 0) numbers[guard] = 0
  }
  let guardCount = 0
  for (let guard = 0; guard < numbers.length; guard++) if (numbers[guard] === 0) numbers[guard] = guardCount++
  const guards = new Uint8Array(guardCount * GUARD_BYTES)
  for (const [guard, number] of numbers.entries()) {
    if (number >= 0) guards.set(guardBytes(batch, guard), number * GUARD_BYTES)
  }
  const renumbered = (guard: number): number => (guard < 0 ? -1 : numbers[guard]!)
  return {
    guards,
    guardCount,
    eventGuard: entries.map(e => renumbered(batch.eventGuard[e]!)),
    requestGuard: entries.map(e => renumbered(batch.requestGuard[e]!)),
  }
}

function guardBytes(batch: Batch, guard: number): Uint8Array {
  return batch.guards.subarray(guard * GUARD_BYTES, (guard + 1) * GUARD_BYTES)
}
