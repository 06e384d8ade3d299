/**
 * Reads rows where they lie: column by column into arrays that are used again, without a closure or a string for each value.
 * One cursor serves a whole scan: names are compared as bytes and made into strings once.
 */
import {
  DIGITS_FLOAT64,
  DIGITS_MASK,
  DIGITS_SHIFT,
  HEAD_CONSTANT,
  HEAD_SIGNED,
  POSITIONS_BITMAP,
  POSITIONS_LIST,
  POSITIONS_MASK,
  POSITIONS_ONE,
  POSITIONS_RUN,
  POSITIONS_SAME,
  POWERS,
  ROW_POSITIONS,
  ROW_VERSION,
  SHORT_METRIC,
} from './row-format.js'

const EMPTY = new Uint8Array(0)

/**
 * A cursor over the columns of a row: `open`, then `next` until it says false. What it points at is valid until the next
 * call. All methods throw a `RangeError` on bytes that are no row of this version.
 */
export class RowCursor {
  /** The metrics seen so far, or those that are wanted, in that order: `metricIndex` points into it. Grows, never changes. */
  readonly metrics: string[] = []
  /** The column's metric, as an index into `metrics`. */
  metricIndex = -1
  /** How many cells the column has; the first `count` of `positions` (ascending) and `values` are theirs. */
  count = 0
  readonly positions = new Uint8Array(ROW_POSITIONS)
  readonly values = new Float64Array(ROW_POSITIONS)

  readonly #all: boolean
  readonly #names: Uint8Array[] = []
  /** Which metric the column of this ordinal was in the row before: nearly always the same again. */
  readonly #guesses: number[] = []
  #bytes: Uint8Array = EMPTY
  #at = 0
  #ordinal = 0

  /** `wanted`: the metrics to stop at, in the order that `metricIndex` counts; `null` for all. */
  constructor(wanted: Iterable<string> | null) {
    this.#all = wanted === null
    for (const metric of wanted ?? []) this.#know(metric)
  }

  /** The column's metric. */
  get metric(): string {
    return this.metrics[this.metricIndex]!
  }

  /** Starts a row. The bytes must not change until it has been read. */
  open(bytes: Uint8Array): void {
    if (bytes[0] !== ROW_VERSION)
      throw new RangeError(`a row of version ${bytes[0]} cannot be read, only ${ROW_VERSION}`)
    this.#bytes = bytes
    this.#at = 1
    this.#ordinal = 0
    this.count = 0
  }

  /** Goes to the next wanted column; false at the row's end. */
  next(): boolean {
    const end = this.#bytes.length
    while (this.#at < end) {
      this.metricIndex = this.#readName()
      this.#readColumn(this.metricIndex < 0)
      if (this.#at > end) throw new RangeError('a row ends too early')
      if (this.metricIndex >= 0) return true
    }
    return false
  }

  #know(metric: string): number {
    this.#names.push(metric === SHORT_METRIC ? EMPTY : Buffer.from(metric, 'utf8'))
    return this.metrics.push(metric) - 1
  }

  /** Index of the column's metric, −1 where it is not wanted. */
  #readName(): number {
    const length = this.#readInteger(false) - 1
    const from = this.#at
    this.#at = from + Math.max(length, 0)
    const ordinal = this.#ordinal++
    const guess = this.#guesses[ordinal] ?? -1
    if (guess >= 0 && this.#isNamed(guess, from, length)) return guess
    let index = this.metrics.length - 1
    while (index >= 0 && !this.#isNamed(index, from, length)) index--
    if (index < 0 && this.#all) index = this.#know(length < 0 ? SHORT_METRIC : this.#text(from, length))
    this.#guesses[ordinal] = index
    return index
  }

  /** `length` −1 stands for the short metric, whose name is kept as no bytes; 0 is the empty name. */
  #isNamed(index: number, from: number, length: number): boolean {
    const name = this.#names[index]!
    if (length <= 0) return name.length === 0 && length < 0 === (this.metrics[index] === SHORT_METRIC)
    if (name.length !== length) return false
    const bytes = this.#bytes
    for (let i = 0; i < length; i++) if (name[i] !== bytes[from + i]) return false
    return true
  }

  #text(from: number, length: number): string {
    const bytes = this.#bytes
    if (from + length > bytes.length) throw new RangeError('a row ends too early')
    return Buffer.from(bytes.buffer, bytes.byteOffset + from, length).toString('utf8')
  }

  #readColumn(skipped: boolean): void {
    const head = this.#bytes[this.#at++]!
    this.#readPositions(head & POSITIONS_MASK)
    const digits = (head >> DIGITS_SHIFT) & DIGITS_MASK
    const written = (head & HEAD_CONSTANT) !== 0 ? 1 : this.count
    if (digits === DIGITS_FLOAT64) this.#readFloats(written)
    else if (skipped) this.#skipIntegers(written)
    else this.#readIntegers(written, digits, (head & HEAD_SIGNED) !== 0)
    if (written < this.count) this.values.fill(this.values[0]!, 0, this.count)
  }

  #readPositions(layout: number): void {
    if (layout === POSITIONS_SAME) return
    const { positions } = this
    const bytes = this.#bytes
    const first = bytes[this.#at++]!
    const count = layout === POSITIONS_ONE ? 1 : bytes[this.#at++]!
    if (this.#at > bytes.length) throw new RangeError('a row ends too early')
    this.count = count
    positions[0] = first
    if (layout === POSITIONS_RUN) for (let i = 1; i < count; i++) positions[i] = first + i
    else if (layout === POSITIONS_LIST) for (let i = 1; i < count; i++) positions[i] = bytes[this.#at++]!
    else if (layout === POSITIONS_BITMAP) this.#readBitmap(first, count)
    else if (layout !== POSITIONS_ONE) throw new RangeError(`unknown row layout ${layout}`)
  }

  #readBitmap(first: number, count: number): void {
    const { positions } = this
    const bytes = this.#bytes
    for (let found = 0, base = first; found < count; base += 8) {
      if (this.#at >= bytes.length) throw new RangeError('a row ends too early')
      for (let bits = bytes[this.#at++]!; bits !== 0; bits &= bits - 1) {
        positions[found++] = base + 31 - Math.clz32(bits & -bits)
      }
    }
  }

  #readFloats(count: number): void {
    const { values } = this
    const bytes = this.#bytes
    if (this.#at + count * 8 > bytes.length) throw new RangeError('a row ends too early')
    const view = new DataView(bytes.buffer, bytes.byteOffset + this.#at, count * 8)
    for (let i = 0; i < count; i++) values[i] = view.getFloat64(i * 8, true)
    this.#at += count * 8
  }

  #skipIntegers(count: number): void {
    const bytes = this.#bytes
    let at = this.#at
    for (let i = 0; i < count; i++) while (bytes[at++]! >= 128);
    this.#at = at
  }

  #readIntegers(count: number, digits: number, signed: boolean): void {
    const { values } = this
    const power = POWERS[digits]
    if (power === undefined) throw new RangeError(`unknown row encoding ${digits}`)
    const bytes = this.#bytes
    for (let i = 0; i < count; i++) {
      const byte = bytes[this.#at]!
      if (byte < 128 && !signed) {
        this.#at++
        values[i] = byte / power
      } else values[i] = this.#readInteger(signed) / power
    }
  }

  #readInteger(signed: boolean): number {
    const bytes = this.#bytes
    let byte = bytes[this.#at++]!
    const negative = signed && (byte & 64) !== 0
    let value = byte & (signed ? 63 : 127)
    let scale = signed ? 64 : 128
    while (byte >= 128) {
      byte = bytes[this.#at++]!
      value += (byte & 127) * scale
      scale *= 128
    }
    return negative ? -value : value
  }
}
