/**
 * The flush: merges a frozen generation into the store, row by row, and moves the checkpoint.
 *
 * It is exact on any store, without a transaction across rows: before its first write the flush says how far it goes
 * (`flushing`); each row carries the sequence it holds (`through`), and a row that already holds the generation is left alone. A flush that was
 * cut short is done again by the next start with the same generation (the journal replayed from the checkpoint to `flushing`).
 * Order: rows, new children, counts of their parents, ids, then the checkpoint.
 */
import { type Cell, type Change, type Store, StoreWentBackError } from '../store/store.js'
import { childGroup, encodeChild, KIND_METRIC, nameMember, STATE_GROUP } from './address.js'
import { countedNodes, type RowTask, type RowTaskOptions, rowTasks } from './flush-rows.js'
import type { IdWindow } from './ids.js'
import { KIND_KEY, type NodeKind } from './nodes.js'
import type { FrozenGeneration, Generation } from './rollup.js'
import { mergeRow } from './row.js'
import { RowCursor } from './row-cursor.js'
import type { ParentCounts } from './series.js'

/** Cells prepared in one go: a millisecond or two, so that counting and asking go on in between. */
const STEP = 256
/** Cells written at once: each write is synced. */
const WRITE = 16 * STEP

/** Bytes of a time in the state group. */
const TIME_BYTES = 8

/** What a flush needs. */
export interface FlushOptions extends WriteOptions {
  readonly store: Store
  /** When the generation was frozen, epoch milliseconds (default: now): nothing later is in it. */
  readonly frozenAtMs?: number
}

interface WriteOptions extends RowTaskOptions {
  readonly store: FlushStore
  readonly ids: IdWindow
  /** Lets the event loop go round: awaited every few milliseconds. What it throws ends the flush. */
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
  const { through } = frozen
  // All of it is written to the store that was found to hold what came before, or none of the rest is.
  const store = sameStore(options.store)
  const inStore = { ...options, store }
  await refuseOlderStore(store, frozen.after)
  await writeState(store, STATE.flushing, through)
  const rows = await writeRows(frozen, inStore)
  const children = await writeAll(childChanges(frozen), inStore)
  await writeAll(parentChanges(frozen), inStore)
  await writeAll(options.ids.changes(frozen.ids, through), inStore)
  await writeState(store, STATE.checkpoint, through, timeBytes(options.frozenAtMs ?? options.nowMs))
  return { rows, children }
}

/** What a flush does with a store. */
type FlushStore = Pick<Store, 'read' | 'write'>

/** A store whose writes reject once it may have forgotten anything. */
export function sameStore(store: Store): Pick<Store, 'read' | 'scan' | 'write'> {
  const { incarnation } = store
  return {
    read: addresses => store.read(addresses),
    scan: (group, range, visit) => store.scan(group, range, visit),
    write: changes => store.write(changes, incarnation),
  }
}

/**
 * Throws `StoreWentBackError` where the checkpoint is older than `after`, which was the last one: such a store has forgotten rows as
 * well, which are in memory no more.
 */
export async function refuseOlderStore(store: Pick<Store, 'read'>, after: number): Promise<void> {
  const stored = await readState(store, STATE.checkpoint)
  if (stored >= after) return
  throw new StoreWentBackError(
    `the store held counts through ${after} and now only through ${stored}: it has crashed and lost its last writes. The next start counts them again from the journal`,
  )
}

/** A sequence kept in the state group; 0 where there is none. */
export async function readState(store: Pick<Store, 'read'>, member: Uint8Array): Promise<number> {
  const [cell] = await store.read([{ group: STATE_GROUP, member }])
  return cell?.through ?? 0
}

/** Keeps a sequence in the state group. */
export async function writeState(
  store: FlushStore,
  member: Uint8Array,
  through: number,
  value: Uint8Array = new Uint8Array(0),
): Promise<void> {
  await store.write([{ group: STATE_GROUP, member, through, value }])
}

/** When what was flushed last was frozen, epoch milliseconds; null where there was none, or an earlier version made it. */
export async function readFlushedAt(store: Pick<Store, 'read'>): Promise<number | null> {
  const [cell] = await store.read([{ group: STATE_GROUP, member: STATE.checkpoint }])
  if (cell?.value.length !== TIME_BYTES) return null
  return Buffer.from(cell.value.buffer, cell.value.byteOffset, TIME_BYTES).readDoubleLE(0)
}

function timeBytes(atMs: number): Uint8Array {
  const bytes = Buffer.alloc(TIME_BYTES)
  bytes.writeDoubleLE(atMs, 0)
  return bytes
}

/** Writes the rows in large writes, made ready in small steps; answers how many. */
async function writeRows(frozen: FrozenGeneration, options: WriteOptions): Promise<number> {
  const writer = new StepWriter(options)
  const cursor = new RowCursor(null)
  const tasks: RowTask[] = []
  const merge = async (): Promise<void> => {
    const stored = await storedRows(tasks, options.store)
    for (const [i, task] of tasks.entries()) {
      const change = mergedRow(task, stored[i], frozen.through, cursor)
      if (change) writer.changes.push(change)
    }
    tasks.length = 0
    await writer.step()
  }
  for (const task of rowTasks(frozen, options)) if (tasks.push(task) === STEP) await merge()
  await merge()
  return writer.end()
}

/** The stored rows of the tasks; those that can't be there are not looked for. */
async function storedRows(tasks: readonly RowTask[], store: FlushStore): Promise<(Cell | undefined)[]> {
  const old = tasks.filter(task => !task.isNew)
  if (old.length === 0) return []
  const cells = await store.read(old)
  if (old.length === tasks.length) return cells
  let at = 0
  return tasks.map(task => (task.isNew ? undefined : cells[at++]))
}

/** The row with what is added to it; `undefined` where it holds the generation already. */
function mergedRow(
  { group, member, cells, expiresAtMs }: RowTask,
  stored: Cell | undefined,
  through: number,
  cursor: RowCursor,
): Change | undefined {
  if (stored && stored.through >= through) return undefined
  const change = { group, member, through, value: mergeRow(stored?.value, cells, cursor) }
  return expiresAtMs === Number.POSITIVE_INFINITY ? change : { ...change, expiresAtMs }
}

/** Gathers changes for large writes. */
class StepWriter {
  readonly changes: Change[] = []
  readonly #options: WriteOptions
  #written = 0

  constructor(options: WriteOptions) {
    this.#options = options
  }

  /** Call after every few changes: writes them when they are many, and lets others work. */
  async step(): Promise<void> {
    if (this.changes.length >= WRITE) await this.#write()
    await this.#options.pause()
  }

  /** Writes what is left; answers how many changes were written in all. */
  async end(): Promise<number> {
    await this.#write()
    return this.#written
  }

  async #write(): Promise<void> {
    if (this.changes.length === 0) return
    await this.#options.store.write(this.changes)
    this.#written += this.changes.length
    this.changes.length = 0
  }
}

async function writeAll(changes: Iterable<Change>, options: WriteOptions): Promise<number> {
  const writer = new StepWriter(options)
  for (const change of changes) if (writer.changes.push(change) % STEP === 0) await writer.step()
  return writer.end()
}

/** Registry entries of the new nodes (their own children still uncounted) and of the metrics of each key. */
function* childChanges(frozen: FrozenGeneration): Generator<Change> {
  const { series, through } = frozen
  for (const node of frozen.changes.fresh) {
    yield childChange(frozen, { node, isNew: true, dimensionChildren: 0, keyChildren: 0 })
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
  for (const counts of frozen.changes.parents) yield childChange(frozen, counts)
}

function childChange(
  { after, series, through }: FrozenGeneration,
  { node, isNew, dimensionChildren, keyChildren }: ParentCounts,
): Change {
  const { nodes } = series
  const registeredAt = isNew ? through : after
  return {
    group: childGroup(series.digest(nodes.parent[node]!), nodes.kind[node]! as NodeKind),
    member: nameMember(nodes.nameOf(node)),
    through,
    value: encodeChild({ registeredAt, dimensionChildren, keyChildren }),
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
