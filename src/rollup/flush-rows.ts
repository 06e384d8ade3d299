/** What a flush adds to which row: the deltas of a frozen generation, series by series, interval by interval, chunk by chunk. */
import { CHUNK_BUCKETS, KEPT_INTERVAL_MS, type KeptInterval, TICK_MS } from '../model/interval.js'
import { expiredBeforeMs } from '../model/retention.js'
import type { Address } from '../store/store.js'
import { rowGroup, rowMember } from './address.js'
import type { DeltaVisitor } from './delta-table.js'
import type { NodeKind } from './nodes.js'
import type { FrozenGeneration } from './rollup.js'
import { RowCells } from './row.js'
import type { Policies, Policy } from './series.js'

/** What decides about the rows. */
export interface RowTaskOptions {
  readonly policies: Policies
  readonly nowMs: number
  /** A flush of the same generation may have been cut short: rows of series that are new may be there. */
  readonly again?: boolean
}

/** A row to be written: where, what is added, and when it may go. */
export interface RowTask extends Address {
  readonly cells: RowCells
  readonly expiresAtMs: number
  /** The series has no rows yet. */
  readonly isNew: boolean
}

/** Every row that the generation adds to: series × kept interval × chunk. */
export function* rowTasks(frozen: FrozenGeneration, options: RowTaskOptions): Generator<RowTask> {
  const { nodes, policy } = frozen.series
  const levels = options.policies.all.map(one => levelsOf(one, options.nowMs))
  const collector = new RowCollector(frozen)
  const isNew = new Uint8Array(nodes.count)
  if (!options.again) for (const node of frozen.changes.fresh) isNew[node] = 1
  for (const node of countedNodes(frozen)) {
    const parentDigest = frozen.series.digest(nodes.parent[node]!)
    const member = rowMember(nodes.kind[node]! as NodeKind, nodes.nameOf(node))
    for (const level of levels[policy[node]!]!) {
      for (const { chunk, cells } of collector.rowsOf(node, level)) {
        const group = rowGroup(level.interval, chunk, parentDigest)
        const expiresAtMs = (chunk + 1) * level.chunkMs + level.keepMs
        yield { group, member, cells, expiresAtMs, isNew: isNew[node] === 1 }
      }
    }
  }
}

/** The nodes that the generation has deltas of. */
export function* countedNodes({ series, deltas }: FrozenGeneration): Generator<number> {
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

/** The cells that a generation adds to one row. */
interface ChunkCells {
  readonly chunk: number
  readonly cells: RowCells
}

/** Gathers a series' deltas by row; its arrays are used again for each. */
class RowCollector {
  readonly #frozen: FrozenGeneration
  readonly #ticks: number[] = []
  readonly #shapes: number[] = []
  readonly #values: Float64Array[] = []
  readonly #at: number[] = []

  constructor(frozen: FrozenGeneration) {
    this.#frozen = frozen
  }

  readonly #take: DeltaVisitor = (tick, shape, values, at) => {
    this.#ticks.push(tick)
    this.#shapes.push(shape)
    this.#values.push(values)
    this.#at.push(at)
  }

  /** A series' deltas in one interval, by chunk; those of chunks that are no longer kept are left out. */
  rowsOf(node: number, level: Level): ChunkCells[] {
    const { deltas, series } = this.#frozen
    this.#ticks.length = this.#shapes.length = this.#values.length = this.#at.length = 0
    deltas.each(node, level.interval, this.#take)
    const rows: ChunkCells[] = []
    // Oldest first, so that cells are nearly always added at a row's end.
    for (let i = this.#ticks.length - 1; i >= 0; i--) {
      const bucket = Math.floor(this.#ticks[i]! / level.ticks)
      const chunk = Math.floor(bucket / level.chunkBuckets)
      if (chunk < level.firstKeptChunk) continue
      const cells = cellsOf(rows, chunk)
      const metrics = series.shapes.names[this.#shapes[i]!]!
      const position = bucket - chunk * level.chunkBuckets
      for (let m = 0; m < metrics.length; m++) {
        cells.add(metrics[m]!, position, this.#values[i]![this.#at[i]! + m]!)
      }
    }
    return rows
  }
}

/** The cells of a chunk, which is nearly always the last one. */
function cellsOf(rows: ChunkCells[], chunk: number): RowCells {
  for (let i = rows.length - 1; i >= 0; i--) if (rows[i]!.chunk === chunk) return rows[i]!.cells
  const cells = new RowCells()
  rows.push({ chunk, cells })
  return cells
}
