/**
 * Answers between peers, as bytes: names, then whole columns of numbers as they lie in memory (float64, little-endian), so that every
 * number comes back exactly. Both ends are of one release or of neighbours of it, and on machines of one byte order.
 */
import type { ChildColumns, SumColumn, Sums } from '../query/reader.js'
import { ByteReader, ByteWriter } from '../rollup/bytes.js'

type Columns = ReadonlyMap<string, SumColumn>

/** The sums of one series of so many points. */
export function encodeSums({ columns }: Sums, points: number): Buffer {
  const writer = new ByteWriter(64 + columns.size * (points * 9 + 16))
  writer.varint(points)
  writeColumns(writer, columns, points)
  return writer.toBytes()
}

/** What `encodeSums` wrote. Throws a `RangeError` on bytes that it didn't write. */
export function decodeSums(bytes: Uint8Array): Sums {
  const reader = new ByteReader(bytes)
  return { columns: readColumns(reader, reader.varint()) }
}

/** Children that were found; those that weren't have no place on the other side. */
export function encodeChildren(children: ChildColumns): Buffer {
  const { complete, points, found, columns, addedUp } = children
  const writer = new ByteWriter(1024 + found.length * (16 + columns.size * points * 9))
  writer.byte(complete ? 1 : 0)
  writer.varint(points)
  writer.varint(found.length)
  let overflow = -1
  for (let n = 0; n < found.length; n++) {
    const child = children.child(found[n]!)
    if (child.overflow) overflow = n
    writer.text(child.name)
  }
  // A path has one overflow child at most.
  writer.varint(overflow + 1)
  const gathered = [...columns].map(([metric, column]) => [metric, gather(column, found, points)] as const)
  writeColumns(writer, new Map(gathered), found.length * points)
  writeColumns(writer, addedUp, points)
  return writer.toBytes()
}

/** What `encodeChildren` wrote. Names stay bytes until they are asked for. Throws a `RangeError` on bytes that it didn't write. */
export function decodeChildren(bytes: Uint8Array): ChildColumns {
  const reader = new ByteReader(bytes)
  const complete = reader.byte() === 1
  const points = reader.varint()
  const starts = readNames(reader)
  const overflow = reader.varint() - 1
  return {
    complete,
    points,
    found: starts.map((_start, place) => place),
    columns: readColumns(reader, starts.length * points),
    addedUp: readColumns(reader, points),
    child: place => ({
      name: new ByteReader(bytes, starts[place]!).text(),
      overflow: place === overflow,
    }),
  }
}

/** Where each name begins. */
function readNames(reader: ByteReader): Int32Array {
  const count = reader.varint()
  if (count > reader.left) throw new RangeError(`${count} names can't be in ${reader.left} bytes`)
  const starts = new Int32Array(count)
  for (let n = 0; n < count; n++) {
    starts[n] = reader.offset
    reader.raw(reader.varint())
  }
  return starts
}

/** A column of the places alone that were found. */
function gather({ values, counted }: SumColumn, found: Int32Array, points: number): SumColumn {
  const own = {
    values: new Float64Array(found.length * points),
    counted: new Uint8Array(found.length * points),
  }
  for (let n = 0; n < found.length; n++) {
    const from = found[n]! * points
    for (let i = 0; i < points; i++) {
      own.values[n * points + i] = values[from + i]!
      own.counted[n * points + i] = counted[from + i]!
    }
  }
  return own
}

function writeColumns(writer: ByteWriter, columns: Columns, length: number): void {
  writer.varint(columns.size)
  for (const [metric, { values, counted }] of columns) {
    writer.text(metric)
    writer.raw(bytesOf(values.subarray(0, length)))
    writer.raw(counted.subarray(0, length))
  }
}

function readColumns(reader: ByteReader, length: number): Columns {
  const columns = new Map<string, SumColumn>()
  for (let left = reader.varint(); left > 0; left--) {
    const metric = reader.text()
    const values = floatsIn(reader.raw(length * 8))
    columns.set(metric, { values, counted: new Uint8Array(reader.raw(length)) })
  }
  return columns
}

/** The bytes of numbers, as they lie in memory. */
export function bytesOf(values: Float64Array): Buffer {
  return Buffer.from(values.buffer, values.byteOffset, values.byteLength)
}

/** The numbers of which these are the bytes. */
export function floatsIn(bytes: Uint8Array): Float64Array {
  if (bytes.length % 8 !== 0) throw new RangeError(`${bytes.length} bytes are no whole numbers`)
  const values = new Float64Array(bytes.length / 8)
  new Uint8Array(values.buffer).set(bytes)
  return values
}
