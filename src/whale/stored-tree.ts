/**
 * The tree of series as the store has it, to be walked and taken apart: what a reset reads, and what it forgets. Only
 * right while nothing is waiting to be flushed.
 */
import { CHUNK_BUCKETS, KEPT_INTERVAL_MS } from '../model/interval.js'
import type { Path } from '../model/path.js'
import { expiredBeforeMs } from '../model/retention.js'
import type { TimeSegment } from '../query/reader.js'
import {
  childDigest,
  childGroup,
  decodeChild,
  encodeChild,
  KIND_METRIC,
  nameMember,
  parseName,
  parseRowMember,
  ROOT_DIGEST,
  rowGroup,
  rowMember,
} from '../rollup/address.js'
import { KIND_DIMENSION, KIND_KEY, KIND_OVERFLOW, type NodeKind } from '../rollup/nodes.js'
import { RowCursor } from '../rollup/row-cursor.js'
import type { Policies } from '../rollup/series.js'
import type { Change, Store } from '../store/store.js'

/** A step down the tree. */
export interface Step {
  readonly kind: NodeKind
  readonly name: string
}

/** A node: the steps that lead to it, keys first. */
export type Steps = readonly Step[]

/** The value of one metric in one stored bucket. */
export interface StoredValue {
  readonly bucketMs: number
  readonly metric: string
  readonly value: number
}

/** A place whose removal was begun. */
export interface Forgetting {
  readonly key: Path
  readonly path: Path
}

/** Counts may lie ahead of the clock by as much as an event may, and by clocks that were put back. */
export const AHEAD_MS = 2 * KEPT_INTERVAL_MS['1d']

/** Cells removed at once. */
const DELETED = 1000

/** The node of a path. */
export function stepsOf(key: Path, path: Path): Steps {
  return [
    ...key.map(name => ({ kind: KIND_KEY, name }) as const),
    ...path.map(name => ({ kind: KIND_DIMENSION, name }) as const),
  ]
}

/** The segments of all that may be stored: what is to be forgotten is looked for in each. */
export function allSegments(policies: Policies, nowMs: number): TimeSegment[] {
  return policies.all.flatMap(({ retention }) =>
    retention.map(rule => {
      const widthMs = KEPT_INTERVAL_MS[rule.interval]
      const fromMs = Math.max(0, expiredBeforeMs(rule, nowMs) - AHEAD_MS)
      return {
        interval: rule.interval,
        fromMs: Math.floor(fromMs / widthMs) * widthMs,
        untilMs: nowMs + AHEAD_MS,
      }
    }),
  )
}

/** A store's tree. */
export class StoredTree {
  readonly #store: Pick<Store, 'read' | 'scan' | 'write'>

  constructor(store: Pick<Store, 'read' | 'scan' | 'write'>) {
    this.#store = store
  }

  /** The children of a node, keys and dimensions, overflow children too. */
  async children(node: Steps): Promise<Step[]> {
    const children: Step[] = []
    for (const kind of [KIND_KEY, KIND_DIMENSION, KIND_OVERFLOW] as const) {
      const group = childGroup(digestOf(node), kind)
      await this.#store.scan(group, {}, member => children.push({ kind, name: parseName(member) }))
    }
    return children
  }

  /** Every stored value of a node's own row in the segments. */
  async *values(node: Steps, segments: readonly TimeSegment[]): AsyncGenerator<StoredValue> {
    const { parentDigest, member } = rowAddressOf(node)
    const cursor = new RowCursor(null)
    for (const piece of piecesOf(segments)) {
      const [cell] = await this.#store.read([
        { group: rowGroup(piece.interval, piece.chunk, parentDigest), member },
      ])
      if (cell) yield* valuesIn(cursor, cell.value, piece)
    }
  }

  /** Every stored value of a node's children in the segments, with the child's step. Reads the rows of all children at once. */
  async *childValues(
    node: Steps,
    segments: readonly TimeSegment[],
  ): AsyncGenerator<readonly [Step, StoredValue[]]> {
    const cursor = new RowCursor(null)
    const digest = digestOf(node)
    for (const piece of piecesOf(segments)) {
      const rows: [Step, StoredValue[]][] = []
      await this.#store.scan(rowGroup(piece.interval, piece.chunk, digest), {}, (member, value) => {
        rows.push([parseRowMember(member), [...valuesIn(cursor, value, piece)]])
      })
      yield* rows
    }
  }

  /** Removes a node and all below it from the store: rows in the segments, registry, metric names. */
  async forget(node: Steps, segments: readonly TimeSegment[]): Promise<void> {
    const { parentDigest, member } = rowAddressOf(node)
    for (const { interval, chunk } of piecesOf(segments)) {
      const address = { group: rowGroup(interval, chunk, parentDigest), member }
      const [cell] = await this.#store.read([address])
      if (cell) await this.#store.write([{ ...address, through: cell.through, value: null }])
    }
    await this.#forgetBelow(node, segments)
    await this.#unregister(node)
  }

  /** Removes what is below a node: deepest first, so that a removal cut short can find the rest. */
  async #forgetBelow(node: Steps, segments: readonly TimeSegment[]): Promise<void> {
    const children = await this.children(node)
    for (const child of children) await this.#forgetBelow([...node, child], segments)
    const digest = digestOf(node)
    if (children.length > 0) {
      for (const { interval, chunk } of piecesOf(segments))
        await this.#empty(rowGroup(interval, chunk, digest))
    }
    for (const kind of [KIND_KEY, KIND_DIMENSION, KIND_OVERFLOW, KIND_METRIC] as const) {
      await this.#empty(childGroup(digest, kind))
    }
  }

  async #empty(group: Uint8Array): Promise<void> {
    const changes: Change[] = []
    await this.#store.scan(group, {}, (member, _value, through) => {
      changes.push({ group, member: new Uint8Array(member), through, value: null })
    })
    for (let from = 0; from < changes.length; from += DELETED) {
      await this.#store.write(changes.slice(from, from + DELETED))
    }
  }

  /** Takes a node out of its parent's children, and out of their count. */
  async #unregister(node: Steps): Promise<void> {
    const own = registryOf(node)
    const parent = node.slice(0, -1)
    const addresses = parent.length > 0 ? [own, registryOf(parent)] : [own]
    const [cell, parentCell] = await this.#store.read(addresses)
    if (!cell) return
    const changes: Change[] = [{ ...own, through: cell.through, value: null }]
    if (parentCell) {
      const { kind } = node.at(-1)!
      const entry = decodeChild(parentCell.value)
      const value = encodeChild({
        ...entry,
        keyChildren: entry.keyChildren - (kind === KIND_KEY ? 1 : 0),
        dimensionChildren: entry.dimensionChildren - (kind === KIND_DIMENSION ? 1 : 0),
      })
      changes.push({ ...registryOf(parent), through: parentCell.through, value })
    }
    await this.#store.write(changes)
  }
}

/** The digest of a node; of no steps that of the root. */
export function digestOf(node: Steps): Uint8Array {
  return node.reduce((digest, { kind, name }) => childDigest(digest, kind, name), ROOT_DIGEST)
}

function registryOf(node: Steps): { group: Uint8Array; member: Uint8Array } {
  const { kind, name } = node.at(-1)!
  return { group: childGroup(digestOf(node.slice(0, -1)), kind), member: nameMember(name) }
}

function rowAddressOf(node: Steps): { parentDigest: Uint8Array; member: Uint8Array } {
  const { kind, name } = node.at(-1)!
  return { parentDigest: digestOf(node.slice(0, -1)), member: rowMember(kind, name) }
}

/** The part of a segment that lies in one chunk of rows. */
export interface Piece extends TimeSegment {
  readonly chunk: number
}

/** The chunks of segments. */
export function* piecesOf(segments: readonly TimeSegment[]): Generator<Piece> {
  for (const segment of segments) {
    const chunkMs = CHUNK_BUCKETS[segment.interval] * KEPT_INTERVAL_MS[segment.interval]
    for (let chunk = Math.floor(segment.fromMs / chunkMs); chunk * chunkMs < segment.untilMs; chunk++) {
      yield { ...segment, chunk }
    }
  }
}

function* valuesIn(
  cursor: RowCursor,
  row: Uint8Array,
  { interval, chunk, fromMs, untilMs }: Piece,
): Generator<StoredValue> {
  const widthMs = KEPT_INTERVAL_MS[interval]
  cursor.open(row)
  while (cursor.next()) {
    for (let c = 0; c < cursor.count; c++) {
      const bucketMs = (chunk * CHUNK_BUCKETS[interval] + cursor.positions[c]!) * widthMs
      if (bucketMs < fromMs || bucketMs >= untilMs) continue
      yield { bucketMs, metric: cursor.metric, value: cursor.values[c]! }
    }
  }
}
