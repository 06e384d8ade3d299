/**
 * The roll-up of one partition in memory: applies batches in journal order, and hands over what it has gathered when
 * it is frozen for a flush. Meanwhile it goes on with the next generation.
 */
import type { Limits } from '../model/limits.js'
import { OVERFLOW_NAME } from '../model/path.js'
import type { Store } from '../store/store.js'
import type { IdEntry } from './address.js'
import type { Batch, BatchOutcome, Interner } from './batch.js'
import { Deltas } from './deltas.js'
import { type IdMap, IdWindow } from './ids.js'
import { grown, KIND_KEY, KIND_OVERFLOW, type NodeKind, ROOT_NODE } from './nodes.js'
import { type Policies, type SeriesChanges, SeriesTable } from './series.js'

/** What was gathered between two flushes. */
export interface Generation {
  /** The last batch before it: a row that holds more than that holds all of the generation. */
  readonly after: number
  readonly series: SeriesTable
  readonly deltas: Deltas
  readonly ids: IdMap
}

/** A generation that takes no more: what a flush writes. */
export interface FrozenGeneration extends Generation {
  /** The last batch in it. */
  readonly through: number
  readonly changes: SeriesChanges
}

/** What a roll-up is made of. */
export interface RollupOptions {
  readonly policies: Policies
  readonly limits: Limits
  readonly store: Pick<Store, 'read'>
  readonly dedupeWindowMs: number
  /** Names may take this much memory before the table of series is started anew, in bytes. */
  readonly seriesBytes: number
}

/** From the numbers of one interner to those of the series table. */
interface Mapping {
  readonly series: SeriesTable
  nodes: Int32Array
  readonly shapes: number[]
  /** Nodes of the interner that are counted under an overflow child. */
  readonly overflowed: Set<number>
}

const NONE: ReadonlySet<number> = new Set()
const NO_DUPLICATES = new Uint8Array(0)

/** The roll-up of one partition in memory. */
export class Rollup {
  /** The last batch that was applied. */
  through: number
  current: Generation
  frozen: FrozenGeneration | undefined
  readonly ids: IdWindow
  /**
   * When the oldest batch of the current generation was received, epoch milliseconds; Infinity where there is none. A replay judges its ids again
   * as of then: what the store remembers of ids must reach back a window before it.
   */
  oldestMs = Number.POSITIVE_INFINITY
  readonly #options: RollupOptions
  readonly #recoverAfter: number | undefined
  #mappings = new WeakMap<Interner, Mapping>()
  #stamp = new Int32Array(1024)
  #round = 0

  /** `through`: the checkpoint to start from. `recovering`: a flush after it may have been cut short. */
  constructor(options: RollupOptions, through: number, recovering = false) {
    this.#options = options
    this.through = through
    this.#recoverAfter = recovering ? through : undefined
    this.ids = new IdWindow(options.dedupeWindowMs)
    this.current = this.#generation(
      new SeriesTable(options.policies, options.limits, { recoverAfter: this.#recoverAfter }),
    )
  }

  /** About how much memory the roll-up takes, in bytes. */
  get bytes(): number {
    const { current, frozen } = this
    const of = (g: Generation): number => g.deltas.bytes + g.ids.size * 160
    const series =
      current.series.bytes + (frozen && frozen.series !== current.series ? frozen.series.bytes : 0)
    return of(current) + (frozen ? of(frozen) : 0) + series
  }

  /** Applies the next batch. Batches must come one after the other, in journal order, each once. */
  apply(batch: Batch, sequence: number): Promise<void> | void {
    const mapping = this.#mapping(batch.interner)
    if (batch.guardCount === 0 && this.#resolve(batch, mapping)) {
      this.#add(batch, mapping, sequence, undefined)
      return
    }
    return this.#applyLater(batch, sequence)
  }

  /** Ends the current generation: what was applied so far is handed over to be flushed. Only one can be frozen at a time. */
  freeze(): FrozenGeneration {
    if (this.frozen) throw new Error('a generation is being flushed already')
    const { series } = this.current
    const frozen = { ...this.current, through: this.through, changes: series.takeChanges() }
    this.oldestMs = Number.POSITIVE_INFINITY
    this.frozen = frozen
    const startAnew = series.bytes > this.#options.seriesBytes
    this.current = this.#generation(startAnew ? this.#seriesAfter(series) : series)
    if (startAnew) this.#mappings = new WeakMap()
    return frozen
  }

  /** Starts the table of series anew, after the registry in the store was changed or mended. Nothing may be waiting to be flushed. */
  startAnew(): void {
    this.current = this.#generation(new SeriesTable(this.#options.policies, this.#options.limits))
    this.#mappings = new WeakMap()
  }

  /** The frozen generation is in the store. */
  flushed(): void {
    this.frozen = undefined
    this.current.series.forgetPrevious()
  }

  #seriesAfter(previous: SeriesTable): SeriesTable {
    return new SeriesTable(this.#options.policies, this.#options.limits, { previous })
  }

  #generation(series: SeriesTable): Generation {
    return { after: this.through, series, deltas: new Deltas(series, this.#options.policies), ids: new Map() }
  }

  #mapping(interner: Interner): Mapping {
    let mapping = this.#mappings.get(interner)
    if (!mapping) {
      mapping = {
        series: this.current.series,
        nodes: new Int32Array(1024),
        shapes: [],
        overflowed: new Set(),
      }
      this.#mappings.set(interner, mapping)
    }
    return mapping
  }

  /** As `apply`, where the store must be read: anew when a flush has begun or ended meanwhile, for then what was read is old. */
  async #applyLater(batch: Batch, sequence: number): Promise<void> {
    for (;;) {
      const { current, frozen } = this
      const mapping = this.#mapping(batch.interner)
      const recalled = batch.guardCount > 0 ? await this.ids.recall(batch, this.#options.store) : undefined
      while (this.current === current && this.frozen === frozen) {
        // Judging the same batch again comes to the same: a guard is no duplicate of itself.
        const skip = recalled && this.#judge(batch, sequence, recalled)
        if (this.#resolve(batch, mapping, skip)) return this.#add(batch, mapping, sequence, skip)
        await mapping.series.load(this.#options.store)
      }
    }
  }

  /**
   * Maps the batch's leaves and shapes; false where the store must be read first.
   * @param skip entries that will not be counted: their names make no series
   */
  #resolve(batch: Batch, mapping: Mapping, skip?: Uint8Array): boolean {
    const { interner } = batch
    if (mapping.nodes.length < interner.nodes.count)
      mapping.nodes = grown(mapping.nodes, interner.nodes.count)
    const leafCount = batch.count === 0 ? 0 : batch.leafEnd[batch.count - 1]!
    const { nodes, series } = mapping
    let complete = true
    series.admitAll()
    for (let i = 0, e = 0; i < leafCount; i++) {
      const leaf = batch.leaves[i]!
      if (skip) {
        while (i >= batch.leafEnd[e]!) e++
        if (skip[e]) continue
      }
      if (nodes[leaf] !== 0 || this.#resolveNode(leaf, mapping, interner) >= 0) continue
      complete = false
      // Each leaf still to come may bring one new child to a parent.
      series.admitOnlyWithRoomFor(leafCount)
    }
    for (let s = mapping.shapes.length; s < interner.shapes.names.length; s++) {
      mapping.shapes.push(mapping.series.shapes.intern(interner.shapes.names[s]!))
    }
    if (complete) series.admitted()
    return complete
  }

  #resolveNode(node: number, mapping: Mapping, interner: Interner): number {
    const known = mapping.nodes[node]!
    if (known !== 0) return known
    const parent = interner.nodes.parent[node]!
    const above = parent === ROOT_NODE ? ROOT_NODE : this.#resolveNode(parent, mapping, interner)
    if (above < 0) return above
    const kind = interner.nodes.kind[node]! as NodeKind
    const name = interner.nodes.nameOf(node)
    const to = mapping.series.ensure(above, kind, name)
    if (to < 0) return to
    mapping.nodes[node] = to
    if (mapping.overflowed.has(parent) || isOverflowOf(mapping.series, to, kind, name))
      mapping.overflowed.add(node)
    return to
  }

  #add(batch: Batch, mapping: Mapping, sequence: number, skip: Uint8Array | undefined): void {
    const { deltas } = this.current
    deltas.fit()
    const { count } = mapping.series.nodes
    if (this.#stamp.length < count) this.#stamp = grown(this.#stamp, count)
    const overflowed = mapping.overflowed.size > 0 ? new Set<number>() : NONE
    for (let e = 0, leaf = 0, value = 0; e < batch.count; e++) {
      const leafEnd = batch.leafEnd[e]!
      const valueEnd = batch.valueEnd[e]!
      const isCounted = !skip?.[e]
      if (isCounted) this.#addEntry(batch, mapping, e, leaf, leafEnd, value, valueEnd - value)
      if (isCounted && overflowed !== NONE) {
        for (let i = leaf; i < leafEnd; i++) {
          if (mapping.overflowed.has(batch.leaves[i]!)) (overflowed as Set<number>).add(e)
        }
      }
      leaf = leafEnd
      value = valueEnd
    }
    this.through = sequence
    this.oldestMs = Math.min(this.oldestMs, batch.receivedAtMs)
    const outcome: BatchOutcome = { duplicate: skip ?? NO_DUPLICATES, overflowed }
    batch.applied?.(outcome)
  }

  /** Adds one entry to its leaves and to every prefix of them, once each, in the key and in every key above it. */
  #addEntry(
    batch: Batch,
    mapping: Mapping,
    e: number,
    from: number,
    until: number,
    value: number,
    width: number,
  ): void {
    const { series, nodes } = mapping
    const { deltas } = this.current
    const { up, keyUp } = series
    const stamp = this.#stamp
    if (this.#round === 0x7fffffff) stamp.fill(0)
    const round = this.#round === 0x7fffffff ? 1 : this.#round + 1
    this.#round = round
    const tick = batch.ticks[e]!
    const shape = mapping.shapes[batch.shapes[e]!]!
    const { values, exact } = batch
    for (let i = from; i < until; i++) {
      for (let node = nodes[batch.leaves[i]!]!; node !== 0 && stamp[node] !== round; node = up[node]!) {
        for (let own = node; own !== 0 && stamp[own] !== round; own = keyUp[own]!) {
          stamp[own] = round
          deltas.add(own, tick, shape, values, value, width)
          if (exact) break
        }
        if (exact) break
      }
    }
  }

  /** Which entries guards forbid: 1 where one is a duplicate. A duplicate request's own ids are not recorded. */
  #judge(batch: Batch, sequence: number, recalled: readonly IdEntry[][]): Uint8Array {
    const duplicate = new Uint8Array(batch.guardCount)
    const judged = new Uint8Array(batch.guardCount)
    const skip = new Uint8Array(batch.count)
    const { current, frozen } = this
    const isDuplicate = (guard: number): boolean => {
      if (guard < 0) return false
      if (!judged[guard]) {
        judged[guard] = 1
        const known = recalled[guard]!
        duplicate[guard] = this.ids.judge(batch, guard, sequence, known, current.ids, frozen?.ids) ? 1 : 0
      }
      return duplicate[guard] === 1
    }
    for (let e = 0; e < batch.count; e++) {
      if (isDuplicate(batch.requestGuard[e]!) || isDuplicate(batch.eventGuard[e]!)) skip[e] = 1
    }
    return skip
  }
}

function isOverflowOf(series: SeriesTable, node: number, askedKind: NodeKind, askedName: string): boolean {
  const kind = series.nodes.kind[node]
  if (kind === KIND_OVERFLOW) return askedKind !== KIND_OVERFLOW
  return kind === KIND_KEY && askedName !== OVERFLOW_NAME && series.nodes.nameOf(node) === OVERFLOW_NAME
}
