/**
 * The wire form of a batch (`docs/format/batch.md`): self-contained, so that any record can be read alone, by
 * any process. Names are written once a batch; entries refer to them by number; columns that are the same throughout
 * cost a byte.
 */
import { type Batch, GUARD_BYTES, Interner } from './batch.js'
import { ByteReader, ByteWriter, readNumbers, writeNumbers } from './bytes.js'
import { grown, KIND_OVERFLOW, type NodeKind } from './nodes.js'

const VERSION = 1
const EXACT = 1
/** Values of one batch: more than a request's body has room for. Bytes that ask for more are no batch. */
const MOST_VALUES = 2 ** 27

/** Writes batches; keeps its scratch tables between them. */
export class BatchEncoder {
  #stamp = new Int32Array(0)
  #local = new Int32Array(0)
  #round = 0
  #interner: Interner | undefined

  /** The bytes of a batch. */
  encode(batch: Batch): Buffer {
    const writer = new ByteWriter(64 + batch.count * 24)
    writer.byte(VERSION)
    writer.byte(batch.exact ? EXACT : 0)
    writer.float64(batch.receivedAtMs)
    this.#begin(batch)
    const nodes = this.#usedNodes(batch)
    writeNodes(writer, batch, nodes, this.#local)
    const shapeLocal = writeShapes(writer, batch)
    writer.varint(batch.guardCount)
    writer.raw(batch.guards)
    writer.varint(batch.count)
    writeRuns(writer, batch.ticks, batch.count)
    writeColumn(writer, batch.count, e => shapeLocal.get(batch.shapes[e]!)!)
    writeColumn(writer, batch.count, e => batch.leafEnd[e]! - (e === 0 ? 0 : batch.leafEnd[e - 1]!))
    const leafCount = batch.count === 0 ? 0 : batch.leafEnd[batch.count - 1]!
    for (let i = 0; i < leafCount; i++) writer.varint(this.#local[batch.leaves[i]!]!)
    if (batch.guardCount > 0) {
      writeColumn(writer, batch.count, e => batch.eventGuard[e]! + 1)
      writeColumn(writer, batch.count, e => batch.requestGuard[e]! + 1)
    }
    writeValues(writer, batch)
    return writer.toBytes()
  }

  #begin(batch: Batch): void {
    const count = batch.interner.nodes.count
    if (this.#interner !== batch.interner || this.#stamp.length < count) {
      this.#interner = batch.interner
      this.#stamp = new Int32Array(count * 2)
      this.#local = new Int32Array(count * 2)
      this.#round = 0
    }
    this.#round++
  }

  /** The nodes of the batch's leaves and all above them, parents first, numbered from 1. */
  #usedNodes(batch: Batch): Int32Array {
    const { parent } = batch.interner.nodes
    const stamp = this.#stamp
    const local = this.#local
    const leafCount = batch.count === 0 ? 0 : batch.leafEnd[batch.count - 1]!
    let order = new Int32Array(Math.min(batch.interner.nodes.count, leafCount * 2 + 64))
    let chain = new Int32Array(64)
    let used = 0
    stamp[0] = this.#round
    local[0] = 0
    for (let i = 0; i < leafCount; i++) {
      let depth = 0
      for (let node = batch.leaves[i]!; stamp[node] !== this.#round; node = parent[node]!) {
        stamp[node] = this.#round
        chain = grown(chain, depth + 1)
        chain[depth++] = node
      }
      order = grown(order, used + depth)
      while (depth > 0) {
        const node = chain[--depth]!
        order[used] = node
        local[node] = ++used
      }
    }
    return order.subarray(0, used)
  }
}

function writeNodes(writer: ByteWriter, batch: Batch, nodes: Int32Array, local: Int32Array): void {
  const table = batch.interner.nodes
  const nameOf = new Map<string, number>()
  writer.varint(nodes.length)
  for (const node of nodes) {
    const name = table.nameOf(node)
    const seen = nameOf.get(name)
    // Parent and kind in one number; then the name: 0 and its text the first time, its number after that.
    writer.varint(local[table.parent[node]!]! * 4 + table.kind[node]!)
    if (seen === undefined) {
      nameOf.set(name, nameOf.size + 1)
      writer.byte(0)
      writer.text(name)
    } else writer.varint(seen)
  }
}

function writeShapes(writer: ByteWriter, batch: Batch): Map<number, number> {
  const local = new Map<number, number>()
  for (let e = 0; e < batch.count; e++) {
    const shape = batch.shapes[e]!
    if (!local.has(shape)) local.set(shape, local.size)
  }
  writer.varint(local.size)
  for (const shape of local.keys()) {
    const names = batch.interner.shapes.names[shape]!
    writer.varint(names.length)
    for (const name of names) writer.text(name)
  }
  return local
}

/** Runs of (length, difference to the run before): times come nearly sorted. */
function writeRuns(writer: ByteWriter, column: Int32Array, count: number): void {
  let last = 0
  for (let e = 0; e < count; ) {
    const value = column[e]!
    let length = 1
    while (e + length < count && column[e + length] === value) length++
    writer.varint(length)
    writer.zigzag(value - last)
    last = value
    e += length
  }
}

/** A column of small integers: 1 and the value where all are the same, else 0 and each. */
function writeColumn(writer: ByteWriter, count: number, valueAt: (e: number) => number): void {
  if (count === 0) return
  const first = valueAt(0)
  let same = true
  for (let e = 1; e < count && same; e++) same = valueAt(e) === first
  writer.byte(same ? 1 : 0)
  if (same) writer.varint(first)
  else for (let e = 0; e < count; e++) writer.varint(valueAt(e))
}

/** Values by shape, then by metric: a column holds the same kind of number throughout. */
function writeValues(writer: ByteWriter, batch: Batch): void {
  for (const [shape, entries] of entriesByShape(batch.shapes, batch.count)) {
    const column = new Float64Array(entries.length)
    const width = batch.interner.shapes.names[shape]!.length
    for (let metric = 0; metric < width; metric++) {
      for (let i = 0; i < entries.length; i++) {
        column[i] = batch.values[batch.valueEnd[entries[i]!]! - width + metric]!
      }
      writeNumbers(writer, column, entries.length)
    }
  }
}

/** Entry indexes of each shape, in order of first appearance. */
function entriesByShape(shapes: Int32Array, count: number): Map<number, number[]> {
  const entries = new Map<number, number[]>()
  for (let e = 0; e < count; e++) {
    const list = entries.get(shapes[e]!)
    if (list) list.push(e)
    else entries.set(shapes[e]!, [e])
  }
  return entries
}

/** Reads a batch; its names are in an interner of its own. Throws a `RangeError` on bytes that are no batch. */
export function decodeBatch(bytes: Uint8Array): Batch {
  const reader = new ByteReader(bytes)
  const version = reader.byte()
  if (version !== VERSION)
    throw new RangeError(`batch version ${version} is not known; this program reads ${VERSION}`)
  const exact = (reader.byte() & EXACT) !== 0
  const receivedAtMs = reader.float64()
  const interner = new Interner()
  const nodes = readNodes(reader, interner)
  const shapeIds = readShapes(reader, interner)
  const guardCount = reader.varint()
  const guards = new Uint8Array(reader.raw(guardCount * GUARD_BYTES))
  // An entry has a leaf at least, which takes a byte.
  const count = readCount(reader)
  const ticks = readRuns(reader, count)
  const shapes = readColumn(reader, count, 0, shapeIds.length - 1).map(shape => shapeIds[shape]!)
  const leafEnd = runningSums(readColumn(reader, count, 1, reader.left), reader.left)
  const leaves = readLeaves(reader, leafEnd[count - 1] ?? 0, nodes)
  const eventGuard = readGuards(reader, count, guardCount)
  const requestGuard = readGuards(reader, count, guardCount)
  const valueEnd = runningSums(
    shapes.map(shape => interner.shapes.names[shape]!.length),
    MOST_VALUES,
  )
  const values = readValues(reader, interner, shapes, valueEnd)
  return {
    interner,
    receivedAtMs,
    exact,
    count,
    ticks,
    shapes,
    leafEnd,
    leaves,
    valueEnd,
    values,
    guards,
    guardCount,
    eventGuard,
    requestGuard,
  }
}

const NO_GUARDS = new Int32Array(0)

/** How many things follow, each of a byte at least: bytes that were damaged must not ask for more memory than they are worth. */
function readCount(reader: ByteReader): number {
  const count = reader.varint()
  if (count > reader.left) throw new RangeError(`${count} things can't be in ${reader.left} bytes`)
  return count
}

/** Turns counts into ends, in place; their sum may be at most `most`. */
function runningSums(counts: Int32Array, most: number): Int32Array {
  let end = 0
  for (let e = 0; e < counts.length; e++) {
    end += counts[e]!
    if (end > most) throw new RangeError(`the counts of a column sum to more than ${most}`)
    counts[e] = end
  }
  return counts
}

function readNodes(reader: ByteReader, interner: Interner): Int32Array {
  const count = readCount(reader)
  const nodes = new Int32Array(count + 1)
  const names: string[] = []
  for (let i = 1; i <= count; i++) {
    const above = reader.varint()
    const parent = Math.floor(above / 4)
    const kind = above % 4
    const known = reader.varint()
    if (known === 0) names.push(reader.text())
    const name = known === 0 ? names[names.length - 1]! : names[known - 1]
    if (name === undefined || parent >= i || kind > KIND_OVERFLOW)
      throw new RangeError('a node refers to what is not there')
    nodes[i] = interner.nodes.intern(nodes[parent]!, kind as NodeKind, name)
  }
  return nodes
}

function readShapes(reader: ByteReader, interner: Interner): Int32Array {
  const shapes = new Int32Array(readCount(reader))
  for (let s = 0; s < shapes.length; s++) {
    const names: string[] = []
    for (let left = reader.varint(); left > 0; left--) names.push(reader.text())
    shapes[s] = interner.shapes.intern(names)
  }
  return shapes
}

function readRuns(reader: ByteReader, count: number): Int32Array {
  const column = new Int32Array(count)
  let last = 0
  for (let e = 0; e < count; ) {
    const length = reader.varint()
    last += reader.zigzag()
    if (length === 0 || length > count - e) throw new RangeError(`a run of ${length} of ${count - e} entries`)
    column.fill(last, e, e + length)
    e += length
  }
  return column
}

/** A column of small integers, each from `least` to `most`. */
function readColumn(reader: ByteReader, count: number, least: number, most: number): Int32Array {
  const column = new Int32Array(count)
  if (count === 0) return column
  if (reader.byte() === 1) return column.fill(readWithin(reader, least, most))
  for (let e = 0; e < count; e++) column[e] = readWithin(reader, least, most)
  return column
}

function readWithin(reader: ByteReader, least: number, most: number): number {
  const value = reader.varint()
  if (value < least || value > most) throw new RangeError(`${value} is not within ${least} to ${most}`)
  return value
}

function readLeaves(reader: ByteReader, count: number, nodes: Int32Array): Int32Array {
  const leaves = new Int32Array(count)
  for (let i = 0; i < count; i++) leaves[i] = nodes[readWithin(reader, 1, nodes.length - 1)]!
  return leaves
}

function readGuards(reader: ByteReader, count: number, guardCount: number): Int32Array {
  if (guardCount === 0) return NO_GUARDS
  return readColumn(reader, count, 0, guardCount).map(guard => guard - 1)
}

function readValues(
  reader: ByteReader,
  interner: Interner,
  shapes: Int32Array,
  valueEnd: Int32Array,
): Float64Array {
  const values = new Float64Array(valueEnd[valueEnd.length - 1] ?? 0)
  for (const [shape, entries] of entriesByShape(shapes, shapes.length)) {
    const column = new Float64Array(entries.length)
    const width = interner.shapes.names[shape]!.length
    for (let metric = 0; metric < width; metric++) {
      readNumbers(reader, entries.length, column)
      for (let i = 0; i < entries.length; i++) values[valueEnd[entries[i]!]! - width + metric] = column[i]!
    }
  }
  return values
}
