/**
 * The flush: merges a frozen generation into the store, row by row, and moves the checkpoint.
 *
 * It is exact on any store, without a transaction across rows: before its first write the flush says how far it goes
 * (`flushing`); each row carries the sequence it holds (`through`), and a row that already holds the generation is left alone. A flush that was
 * cut short is done again by the next start with the same generation (the journal replayed from the checkpoint to `flushing`).
 * Order: rows, new children, counts of their parents, ids, then the checkpoint.
 */
import { CHUNK_BUCKETS, KEPT_INTERVAL_MS, type KeptInterval, TICK_MS } from '../model/interval.js'
import { expiredBeforeMs } from '../model/retention.js'
import type { Address, Change, Store } from '../store/store.js'
import {
  childGroup,
  encodeChild,
  KIND_METRIC,
  nameMember,
  rowGroup,
  rowMember,
  STATE_GROUP,
} from './address.js'
import type { IdWindow } from './ids.js'
import { KIND_KEY, type NodeKind } from './nodes.js'
import type { FrozenGeneration, Generation } from './rollup.js'
import { mergeRow, RowCells } from './row.js'
import { RowCursor } from './row-cursor.js'
import type { Policies, Policy } from './series.js'

/** Cells written at once: enough to be cheap, few enough that counting and asking go on in between. */
const SLICE = 1000

/** What a flush needs. */
export interface FlushOptions {
  readonly store: Store
  readonly policies: Policies
  readonly ids: IdWindow
  readonly nowMs: number
  /** Lets the event loop go round: awaited between slices. */
  readonly pause: () => Promise<void>
}

/** What a flush did. */
export interface FlushReport {
  readonly rows: number
  readonly children: number
}

/** Members of the state group. */
export const STATE = {
  checkpoint: nameMember('checkpoint'),
  flushing: nameMember('flushing'),
  /** What a reset is removing, as JSON. */
  forgetting: nameMember('forgetting'),
} as const

/** Writes a frozen generation; resolves once the checkpoint that includes it is durable. */
export async function flush(frozen: FrozenGeneration, options: FlushOptions): Promise<FlushReport> {
  const { store } = options
  const { through } = frozen
  await writeState(store, STATE.flushing, through)
  const rows = await writeRows(frozen, options)
  const children = await writeSlices(childChanges(frozen), options)
  await writeSlices(parentChanges(frozen), options)
  await writeSlices(options.ids.changes(frozen.ids, through), options)
  await writeState(store, STATE.checkpoint, through)
  return { rows, children }
}

/** A sequence kept in the state group; 0 where there is none. */
export async function readState(store: Pick<Store, 'read'>, member: Uint8Array): Promise<number> {
  const [cell] = await store.read([{ group: STATE_GROUP, member }])
  return cell?.through ?? 0
}

/** Keeps a sequence in the state group. */
export async function writeState(store: Store, member: Uint8Array, through: number): Promise<void> {
  await store.write([{ group: STATE_GROUP, member, through, value: new Uint8Array(0) }])
}

/** A row to be written: where, what is added, and when it may go. */
interface RowTask extends Address {
  readonly cells: RowCells
  readonly expiresAtMs: number
}

async function writeRows(frozen: FrozenGeneration, options: FlushOptions): Promise<number> {
  let tasks: RowTask[] = []
  let written = 0
  const cursor = new RowCursor(null)
  for (const task of rowTasks(frozen, options)) {
    tasks.push(task)
    if (tasks.length < SLICE) continue
    written += await mergeRows(tasks, frozen.through, options.store, cursor)
    tasks = []
    await options.pause()
  }
  return written + (await mergeRows(tasks, frozen.through, options.store, cursor))
}

/** Reads, merges and writes rows; those that hold the generation already are left alone. */
async function mergeRows(
  tasks: readonly RowTask[],
  through: number,
  store: Store,
  cursor: RowCursor,
): Promise<number> {
  if (tasks.length === 0) return 0
  const cells = await store.read(tasks)
  const changes: Change[] = []
  for (const [i, task] of tasks.entries()) {
    const stored = cells[i]
    if (stored && stored.through >= through) continue
    const value = mergeRow(stored?.value, task.cells, cursor)
    const change = { group: task.group, member: task.member, through, value }
    changes.push(
      task.expiresAtMs === Number.POSITIVE_INFINITY ? change : { ...change, expiresAtMs: task.expiresAtMs },
    )
  }
  await store.write(changes)
  return changes.length
}

/** Every row that the generation adds to: series × kept interval × chunk. */
function* rowTasks(frozen: FrozenGeneration, options: FlushOptions): Generator<RowTask> {
  const { series } = frozen
  const { nodes } = series
  const levels = options.policies.all.map(policy => levelsOf(policy, options.nowMs))
  for (const node of countedNodes(frozen)) {
    const parentDigest = series.digest(nodes.parent[node]!)
    const member = rowMember(nodes.kind[node]! as NodeKind, nodes.nameOf(node))
    for (const level of levels[series.policy[node]!]!) {
      for (const [chunk, cells] of cellsByChunk(frozen, node, level)) {
        const expiresAtMs = (chunk + 1) * level.chunkMs + level.keepMs
        yield { group: rowGroup(level.interval, chunk, parentDigest), member, cells, expiresAtMs }
      }
    }
  }
}

/** The nodes that the generation has deltas of. */
function* countedNodes({ series, deltas }: FrozenGeneration): Generator<number> {
  for (let node = 1; node < series.nodes.count; node++) if (deltas.has(node)) yield node
}

/** A kept interval as a flush sees it; widths in ticks unless said otherwise. */
interface Level {
  readonly interval: KeptInterval
  readonly ticks: number
  readonly chunkBuckets: number
  readonly chunkMs: number
  readonly keepMs: number
  /** Chunks before this one hold nothing that is still kept. */
  readonly firstKeptChunk: number
}

function levelsOf(policy: Policy, nowMs: number): Level[] {
  return policy.retention.map(rule => {
    const widthMs = KEPT_INTERVAL_MS[rule.interval]
    const chunkBuckets = CHUNK_BUCKETS[rule.interval]
    return {
      interval: rule.interval,
      ticks: widthMs / TICK_MS,
      chunkBuckets,
      chunkMs: chunkBuckets * widthMs,
      keepMs: rule.keepMs,
      firstKeptChunk: Math.floor(expiredBeforeMs(rule, nowMs) / (chunkBuckets * widthMs)),
    }
  })
}

/** A series' deltas in one interval, by chunk; those of chunks that are no longer kept are left out. */
function cellsByChunk(
  { deltas, series }: FrozenGeneration,
  node: number,
  level: Level,
): Map<number, RowCells> {
  const found: [tick: number, shape: number, values: Float64Array, at: number][] = []
  deltas.each(node, level.interval, (...delta) => found.push(delta))
  const chunks = new Map<number, RowCells>()
  // Oldest first, so that cells are nearly always added at a row's end.
  for (let i = found.length - 1; i >= 0; i--) {
    const [tick, shape, values, at] = found[i]!
    const bucket = Math.floor(tick / level.ticks)
    const chunk = Math.floor(bucket / level.chunkBuckets)
    if (chunk < level.firstKeptChunk) continue
    let cells = chunks.get(chunk)
    if (!cells) {
      cells = new RowCells()
      chunks.set(chunk, cells)
    }
    const metrics = series.shapes.names[shape]!
    for (let m = 0; m < metrics.length; m++) {
      cells.add(metrics[m]!, bucket - chunk * level.chunkBuckets, values[at + m]!)
    }
  }
  return chunks
}

async function writeSlices(changes: Iterable<Change>, options: FlushOptions): Promise<number> {
  let slice: Change[] = []
  let written = 0
  for (const change of changes) {
    slice.push(change)
    written++
    if (slice.length < SLICE) continue
    await options.store.write(slice)
    slice = []
    await options.pause()
  }
  if (slice.length > 0) await options.store.write(slice)
  return written
}

/** Registry entries of the new nodes (their own children still uncounted) and of the metrics of each key. */
function* childChanges(frozen: FrozenGeneration): Generator<Change> {
  const { series, through } = frozen
  for (const node of frozen.changes.fresh) {
    yield childChange(frozen, node, { dimensionChildren: 0, keyChildren: 0 })
  }
  const { kind } = series.nodes
  const value = encodeChild({ registeredAt: through, dimensionChildren: 0, keyChildren: 0 })
  for (const node of countedNodes(frozen)) {
    if (kind[node] !== KIND_KEY) continue
    const group = childGroup(series.digest(node), KIND_METRIC)
    for (const metric of metricsOf(frozen, node)) yield { group, member: nameMember(metric), through, value }
  }
}

/** The counts of parents that got children: last, so that whoever reads them finds the children they count. */
function* parentChanges(frozen: FrozenGeneration): Generator<Change> {
  for (const counts of frozen.changes.parents) yield childChange(frozen, counts.node, counts)
}

function childChange(
  frozen: FrozenGeneration,
  node: number,
  counts: { readonly dimensionChildren: number; readonly keyChildren: number },
): Change {
  const { series, through } = frozen
  const { nodes } = series
  const { dimensionChildren, keyChildren } = counts
  return {
    group: childGroup(series.digest(nodes.parent[node]!), nodes.kind[node]! as NodeKind),
    member: nameMember(nodes.nameOf(node)),
    through,
    value: encodeChild({ registeredAt: through, dimensionChildren, keyChildren }),
  }
}

/** The metrics of a series in the generation. */
export function metricsOf({ deltas, series }: Generation, node: number): Set<string> {
  const metrics = new Set<string>()
  const { interval } = series.retentionOf(node)[0]!
  deltas.each(node, interval, (_tick, shape) => {
    for (const metric of series.shapes.names[shape]!) metrics.add(metric)
  })
  return metrics
}
