/**
 * Growing byte buffer and its reader: varints, names and columns of numbers. The wire form of batches and rows is made of these.
 * A varint is LEB128 (little-endian groups of 7 bits), unsigned, up to 2^53 − 1; zigzag maps signed to unsigned.
 */

const LOW = 0x80000000

/** Writes bytes into a buffer that grows. */
export class ByteWriter {
  #bytes: Buffer
  #view: DataView
  length = 0

  constructor(capacity = 1024) {
    this.#bytes = Buffer.allocUnsafeSlow(capacity)
    this.#view = new DataView(this.#bytes.buffer)
  }

  /** Makes room for `count` more bytes. */
  reserve(count: number): void {
    const needed = this.length + count
    if (needed <= this.#bytes.length) return
    const grown = Buffer.allocUnsafeSlow(Math.max(needed, this.#bytes.length * 2))
    this.#bytes.copy(grown, 0, 0, this.length)
    this.#bytes = grown
    this.#view = new DataView(grown.buffer)
  }

  byte(value: number): void {
    this.reserve(1)
    this.#bytes[this.length++] = value
  }

  float64(value: number): void {
    this.reserve(8)
    this.#view.setFloat64(this.length, value, true)
    this.length += 8
  }

  /** An unsigned integer, 0 to 2^53 − 1. */
  varint(value: number): void {
    this.reserve(8)
    const bytes = this.#bytes
    let at = this.length
    while (value >= LOW) {
      bytes[at++] = (value % 128) | 128
      value = Math.floor(value / 128)
    }
    while (value >= 128) {
      bytes[at++] = (value & 127) | 128
      value >>>= 7
    }
    bytes[at++] = value
    this.length = at
  }

  /** A signed integer, −2^52 to 2^52 − 1. */
  zigzag(value: number): void {
    this.varint(value >= 0 ? value * 2 : -value * 2 - 1)
  }

  /** A string: its length in UTF-8 bytes, then the bytes. */
  text(value: string): void {
    const most = value.length * 3
    this.reserve(most + 8)
    if (most < 128) {
      const count = this.#bytes.write(value, this.length + 1, 'utf8')
      this.#bytes[this.length] = count
      this.length += 1 + count
    } else {
      this.varint(Buffer.byteLength(value))
      this.length += this.#bytes.write(value, this.length, 'utf8')
    }
  }

  raw(bytes: Uint8Array): void {
    this.reserve(bytes.length)
    this.#bytes.set(bytes, this.length)
    this.length += bytes.length
  }

  /** A copy of what was written. */
  toBytes(): Buffer {
    return Buffer.from(this.#bytes.subarray(0, this.length))
  }
}

/** Reads what a `ByteWriter` wrote. Throws a `RangeError` where the bytes end too early. */
export class ByteReader {
  readonly #bytes: Buffer
  readonly #view: DataView
  offset: number
  readonly end: number

  constructor(bytes: Uint8Array, offset = 0) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
    this.offset = offset
    this.end = bytes.length
  }

  /** Bytes that were not read yet. */
  get left(): number {
    return this.end - this.offset
  }

  byte(): number {
    const value = this.#bytes[this.offset]
    if (value === undefined) throw new RangeError(`bytes end at ${this.end}`)
    this.offset++
    return value
  }

  float64(): number {
    const value = this.#view.getFloat64(this.offset, true)
    this.offset += 8
    return value
  }

  varint(): number {
    let value = this.byte()
    if (value < 128) return value
    value &= 127
    let scale = 128
    for (;;) {
      const next = this.byte()
      value += (next & 127) * scale
      if (next < 128) return value
      scale *= 128
      if (scale > 2 ** 56) throw new RangeError(`varint too long at ${this.offset}`)
    }
  }

  zigzag(): number {
    const value = this.varint()
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2
  }

  text(): string {
    const count = this.varint()
    const from = this.offset
    if (from + count > this.end) throw new RangeError(`bytes end at ${this.end}`)
    this.offset = from + count
    return this.#bytes.toString('utf8', from, this.offset)
  }

  /** The next `count` bytes, as a view. */
  raw(count: number): Uint8Array {
    const from = this.offset
    if (from + count > this.end) throw new RangeError(`bytes end at ${this.end}`)
    this.offset = from + count
    return this.#bytes.subarray(from, this.offset)
  }
}

/** How a column of numbers is written. */
const CONSTANT = 0
const INTEGER = 1
const FLOAT64 = 2
/** SCALED + s: the integer m stands for m / 10^s. */
const SCALED = 2
const MOST_DIGITS = 4
const POWERS = [1, 10, 100, 1000, 10_000]
const SAFE = 2 ** 52

/** Decimal digits after the point (0 to 4) with which every value is exactly m / 10^digits, or −1. */
function digitsOf(values: Float64Array, count: number): number {
  let digits = 0
  for (let i = 0; i < count; i++) while (!fits(values[i]!, digits)) if (++digits > MOST_DIGITS) return -1
  // What fitted with fewer digits may be too large with as many as a later value needs.
  for (let i = 0; i < count && digits > 0; i++) if (!fits(values[i]!, digits)) return -1
  return digits
}

function fits(value: number, digits: number): boolean {
  const power = POWERS[digits]!
  const scaled = Math.round(value * power)
  return scaled / power === value && Math.abs(scaled) < SAFE && !Object.is(scaled, -0)
}

/** Writes the first `count` values of a column, exactly. */
export function writeNumbers(writer: ByteWriter, values: Float64Array, count: number): void {
  const first = values[0]!
  let same = count > 1
  for (let i = 1; i < count && same; i++) same = values[i] === first
  const written = same ? 1 : count
  const digits = digitsOf(values, written)
  const code = digits < 0 ? FLOAT64 : digits === 0 ? INTEGER : SCALED + digits
  if (same) writer.byte(CONSTANT)
  writer.byte(code)
  if (code === FLOAT64) for (let i = 0; i < written; i++) writer.float64(values[i]!)
  else {
    const power = POWERS[digits]!
    for (let i = 0; i < written; i++) writer.zigzag(Math.round(values[i]! * power))
  }
}

/** Reads a column of `count` values into `into`, from `at` on. */
export function readNumbers(reader: ByteReader, count: number, into: Float64Array, at = 0): void {
  let code = reader.byte()
  const same = code === CONSTANT
  if (same) code = reader.byte()
  const read = same ? 1 : count
  if (code === FLOAT64) for (let i = 0; i < read; i++) into[at + i] = reader.float64()
  else {
    const power = POWERS[code === INTEGER ? 0 : code - SCALED]
    if (code === CONSTANT || power === undefined) throw new RangeError(`unknown column code ${code}`)
    for (let i = 0; i < read; i++) into[at + i] = reader.zigzag() / power
  }
  if (same) into.fill(into[at]!, at, at + count)
}
