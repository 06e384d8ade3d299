/**
 * Rows: the sums of one series, in one kept interval, over one chunk of buckets; per metric a column of (position, value).
 * What was counted is kept even where it sums to 0. The bytes are described in docs/format/rows.md.
 * `RowCells` is a row to change; `RowCursor` (row-cursor.ts) reads rows without unpacking them.
 */
import { RowCursor } from './row-cursor.js'
import {
  DIGITS_FLOAT64,
  DIGITS_SHIFT,
  HEAD_CONSTANT,
  HEAD_SIGNED,
  POSITIONS_BITMAP,
  POSITIONS_LIST,
  POSITIONS_ONE,
  POSITIONS_RUN,
  POSITIONS_SAME,
  POWERS,
  ROW_POSITIONS,
  ROW_VERSION,
  SHORT_METRIC,
} from './row-format.js'
import { addSums } from './sum.js'

/** A decimal that is this close (relative) to m / 10^digits is stored as m: closer than any promise, and it heals dust. */
const TOLERANCE = 2 ** -50

/** One metric of a row: values by position, ascending, each position once. */
export interface RowColumn {
  readonly metric: string
  readonly positions: number[]
  readonly values: number[]
}

/** A row in memory, to add to. Cheap to make: most rows hold a few cells. */
export class RowCells {
  readonly columns: RowColumn[] = []
  #last = 0

  /** The column of a metric, added where it is missing. Metrics come in the same order each time, so look there first. */
  column(metric: string): RowColumn {
    const columns = this.columns
    for (let i = 0, at = this.#last; i < columns.length; i++, at++) {
      if (at >= columns.length) at = 0
      if (columns[at]!.metric === metric) {
        this.#last = at + 1
        return columns[at]!
      }
    }
    const column = { metric, positions: [], values: [] }
    columns.push(column)
    return column
  }

  /** Adds a value to one bucket of one metric; the bucket counts as counted from then on, even if it sums to 0. */
  add(metric: string, position: number, value: number): void {
    addToColumn(this.column(metric), position, value)
  }
}

/** Adds a value to a column at a position (0 ≤ position < `ROW_POSITIONS`). */
export function addToColumn(column: RowColumn, position: number, value: number): void {
  const { positions, values } = column
  let at = positions.length
  while (at > 0 && positions[at - 1]! > position) at--
  if (at > 0 && positions[at - 1] === position) values[at - 1] = addSums(values[at - 1]!, value)
  else if (at === positions.length) {
    positions.push(position)
    values.push(value)
  } else {
    positions.splice(at, 0, position)
    values.splice(at, 0, value)
  }
}

/**
 * A row from its bytes. Throws a `RangeError` on bytes that are no row. Who decodes many passes one cursor (over all metrics),
 * which costs more to make than a row to read.
 */
export function decodeRow(bytes: Uint8Array, cursor: RowCursor = new RowCursor(null)): RowCells {
  const cells = new RowCells()
  cursor.open(bytes)
  while (cursor.next()) {
    const column = cells.column(cursor.metric)
    for (let i = 0; i < cursor.count; i++) {
      column.positions.push(cursor.positions[i]!)
      column.values.push(cursor.values[i]!)
    }
  }
  return cells
}

/** The stored row (if there is one) with the additions added, as bytes. `cursor`: as for `decodeRow`. */
export function mergeRow(
  stored: Uint8Array | undefined,
  additions: RowCells,
  cursor?: RowCursor,
): Uint8Array {
  if (stored === undefined) return encodeRow(additions)
  const cells = decodeRow(stored, cursor)
  for (const { metric, positions, values } of additions.columns) {
    const column = cells.column(metric)
    for (let i = 0; i < positions.length; i++) addToColumn(column, positions[i]!, values[i]!)
  }
  return encodeRow(cells)
}

/** A row as bytes. Columns without a cell are left out. */
export function encodeRow(cells: RowCells): Uint8Array {
  const writer = new RowWriter(mostBytes(cells))
  writer.bytes[writer.at++] = ROW_VERSION
  let previous: RowColumn | undefined
  for (const column of cells.columns) {
    if (column.positions.length === 0) continue
    writeColumn(writer, column, previous)
    previous = column
  }
  return Uint8Array.from(writer.bytes.subarray(0, writer.at))
}

function mostBytes(cells: RowCells): number {
  let most = 1
  for (const { metric, positions } of cells.columns) most += 8 + metric.length * 3 + positions.length * 9
  return most
}

function writeColumn(writer: RowWriter, column: RowColumn, previous: RowColumn | undefined): void {
  const { metric, positions, values } = column
  writer.name(metric)
  const headAt = writer.at++
  const layout = writePositions(writer, positions, previous?.positions)
  const constant = values.length > 1 && values.every(value => value === values[0])
  const written = constant ? 1 : values.length
  const digits = digitsOf(values, written)
  const power = POWERS[digits]
  const signed = power !== undefined && values.some(value => value < 0)
  writer.bytes[headAt] =
    layout | (constant ? HEAD_CONSTANT : 0) | (digits << DIGITS_SHIFT) | (signed ? HEAD_SIGNED : 0)
  for (let i = 0; i < written; i++) {
    if (power === undefined) writer.float64(values[i]!)
    else writer.integer(Math.round(values[i]! * power), signed)
  }
}

/** Writes positions in the shortest way; returns which. */
function writePositions(writer: RowWriter, positions: number[], previous: number[] | undefined): number {
  const count = positions.length
  const first = positions[0]!
  const last = positions[count - 1]!
  if (last >= ROW_POSITIONS) throw new RangeError(`position ${last} is beyond a row`)
  if (previous !== undefined && samePositions(positions, previous)) return POSITIONS_SAME
  writer.bytes[writer.at++] = first
  if (count === 1) return POSITIONS_ONE
  writer.bytes[writer.at++] = count
  if (last - first === count - 1) return POSITIONS_RUN
  if ((last - first) >> 3 < count - 1) {
    writeBitmap(writer, positions, ((last - first) >> 3) + 1)
    return POSITIONS_BITMAP
  }
  for (let i = 1; i < count; i++) writer.bytes[writer.at++] = positions[i]!
  return POSITIONS_LIST
}

function writeBitmap(writer: RowWriter, positions: number[], size: number): void {
  const { bytes, at } = writer
  const first = positions[0]!
  writer.at = at + size
  bytes.fill(0, at, writer.at)
  for (const position of positions) bytes[at + ((position - first) >> 3)]! |= 1 << ((position - first) & 7)
}

function samePositions(a: number[], b: number[]): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}

/** The fewest digits after the point (0 to 4) with which the first `count` values can be written, or `DIGITS_FLOAT64`. */
function digitsOf(values: number[], count: number): number {
  let digits = 0
  let largest = 0
  for (let i = 0; i < count; i++) {
    const value = values[i]!
    largest = Math.max(largest, Math.abs(value))
    while (!fits(value, digits)) if (++digits === POWERS.length) return DIGITS_FLOAT64
  }
  return largest * POWERS[digits]! <= Number.MAX_SAFE_INTEGER ? digits : DIGITS_FLOAT64
}

function fits(value: number, digits: number): boolean {
  if (digits === 0) return Number.isSafeInteger(value)
  const power = POWERS[digits]!
  const near = Math.round(value * power)
  return Number.isSafeInteger(near) && Math.abs(near / power - value) <= TOLERANCE * Math.abs(value)
}

/** Writes into room that is known to be enough. */
class RowWriter {
  readonly bytes: Buffer
  at = 0

  constructor(capacity: number) {
    this.bytes = Buffer.allocUnsafe(capacity)
  }

  /** 0 for `hits`, or else length + 1 (varint) and the UTF-8 bytes. */
  name(metric: string): void {
    if (metric === SHORT_METRIC) {
      this.bytes[this.at++] = 0
      return
    }
    this.integer(Buffer.byteLength(metric) + 1, false)
    this.at += this.bytes.write(metric, this.at, 'utf8')
  }

  /** An integer of up to 53 bits: 7 bits a byte, lowest first; signed ones have the sign in bit 6 of the first byte. */
  integer(value: number, signed: boolean): void {
    let rest = Math.abs(value)
    let bits = signed ? 64 : 128
    let first = value < 0 ? 64 : 0
    while (rest >= bits) {
      this.bytes[this.at++] = (rest % bits) | first | 128
      rest = Math.floor(rest / bits)
      bits = 128
      first = 0
    }
    this.bytes[this.at++] = rest | first
  }

  /** −0 becomes 0, as it does in the other encodings. */
  float64(value: number): void {
    this.at = this.bytes.writeDoubleLE(value + 0, this.at)
  }
}
