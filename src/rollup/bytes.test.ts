/** Numbers and texts as bytes: what is written is read back, and what ends too early is said so. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ByteReader, ByteWriter, readNumbers, writeNumbers } from './bytes.js'

const MOST_VARINT = Number.MAX_SAFE_INTEGER
const MOST_ZIGZAG = 2 ** 52

/** Integers of every size: fast-check's own are nearly all huge or tiny. */
const unsigned = fc
  .tuple(fc.integer({ min: 0, max: 53 }), fc.nat(1000))
  .map(([bits, less]) => Math.max(0, 2 ** bits - 1 - less))
const signed = fc
  .tuple(unsigned, fc.boolean())
  .map(([size, minus]) => (minus ? -Math.min(size, MOST_ZIGZAG) : Math.min(size, MOST_ZIGZAG - 1)) + 0)

const decimal = fc
  .tuple(fc.integer({ min: -1_000_000, max: 1_000_000 }), fc.integer({ min: 0, max: 6 }))
  .map(([whole, digits]) => whole / 10 ** digits)
const double = fc.oneof(
  fc.double({ noNaN: true }),
  fc.constantFrom(-0, 0, 2 ** 52, -(2 ** 52), 2 ** 53, 1e300, 5e-324, 0.1 + 0.2, 1e22, 0.00005),
)
const column = fc.oneof(
  fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 200 }),
  fc.array(fc.integer(), { minLength: 1, maxLength: 50 }),
  fc.array(decimal, { minLength: 1, maxLength: 50 }),
  fc.array(double, { minLength: 1, maxLength: 50 }),
  fc.tuple(fc.oneof(decimal, double), fc.integer({ min: 1, max: 300 })).map(([v, n]) => Array(n).fill(v)),
)

function written(write: (writer: ByteWriter) => void, capacity = 1): Buffer {
  const writer = new ByteWriter(capacity)
  write(writer)
  return writer.toBytes()
}

function numbersOf(bytes: Uint8Array, count: number, at = 0): Float64Array {
  const into = new Float64Array(at + count)
  readNumbers(new ByteReader(bytes), count, into, at)
  return into.subarray(at)
}

/** Every beginning of the bytes but the whole is refused. */
function expectAllRefused(bytes: Uint8Array, read: (reader: ByteReader) => unknown): void {
  for (let length = 0; length < bytes.length; length++) {
    expect(() => read(new ByteReader(bytes.subarray(0, length)))).toThrow(RangeError)
  }
}

describe('varint and zigzag', () => {
  test('come back, one after the other, and are refused when cut short', () => {
    fc.assert(
      fc.property(
        fc.array(unsigned, { maxLength: 20 }),
        fc.array(signed, { maxLength: 20 }),
        (plain, both) => {
          const bytes = written(writer => {
            for (const value of plain) writer.varint(value)
            for (const value of both) writer.zigzag(value)
          })
          const read = (reader: ByteReader) => [
            plain.map(() => reader.varint()),
            both.map(() => reader.zigzag() + 0),
          ]
          const reader = new ByteReader(bytes)
          expect(read(reader)).toEqual([plain, both])
          expect(reader.left).toBe(0)
          expectAllRefused(bytes, read)
        },
      ),
    )
  })

  test.each([
    [0, 1],
    [127, 1],
    [128, 2],
    [2 ** 31 - 1, 5],
    [2 ** 31, 5],
    [2 ** 32, 5],
    [2 ** 49 - 1, 7],
    [MOST_VARINT, 8],
  ])('%d takes %d bytes', (value, length) => {
    expect(written(writer => writer.varint(value))).toHaveLength(length)
    expect(written(writer => writer.varint(value), 8)).toHaveLength(length)
  })

  test('the edges of a zigzag', () => {
    for (const value of [MOST_ZIGZAG - 1, -MOST_ZIGZAG, -1, 1]) {
      expect(new ByteReader(written(writer => writer.zigzag(value))).zigzag()).toBe(value)
    }
  })

  test('one that never ends is refused', () => {
    const endless = new Uint8Array(100_000).fill(0xff)
    expect(() => new ByteReader(endless).varint()).toThrow(RangeError)
    expect(() => new ByteReader(endless).text()).toThrow(RangeError)
    expect(() => new ByteReader(endless.fill(0x80)).varint()).toThrow(RangeError)
  })
})

describe('texts and raw bytes', () => {
  test('come back beside each other, and are refused when cut short', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 60 }),
      fc.constantFrom(
        '',
        'ü'.repeat(42),
        'ü'.repeat(43),
        '…'.repeat(300),
        'a'.repeat(127),
        'a'.repeat(128),
        '\ufeffx',
      ),
    )
    fc.assert(
      fc.property(fc.array(text, { maxLength: 8 }), fc.uint8Array({ maxLength: 40 }), (texts, raw) => {
        const bytes = written(writer => {
          for (const value of texts) writer.text(value)
          writer.float64(texts.length)
          writer.raw(raw)
        })
        const read = (reader: ByteReader) => [
          texts.map(() => reader.text()),
          reader.float64(),
          Uint8Array.from(reader.raw(raw.length)),
        ]
        expect(read(new ByteReader(bytes))).toEqual([texts, texts.length, raw])
        expectAllRefused(bytes.subarray(0, 100), read)
      }),
      { numRuns: 40 },
    )
  })

  test('are read from the middle of a larger buffer', () => {
    const bytes = written(writer => writer.text('héllo'))
    const larger = new Uint8Array(bytes.length + 20)
    larger.set(bytes, 7)
    expect(new ByteReader(larger.subarray(7, 7 + bytes.length)).text()).toBe('héllo')
    expect(new ByteReader(larger, 7).text()).toBe('héllo')
    expect(() => new ByteReader(larger.subarray(7, 6 + bytes.length)).text()).toThrow(RangeError)
  })
})

describe('columns of numbers', () => {
  test('come back bit for bit, but −0, which counts as 0; cut short they are refused', () => {
    fc.assert(
      fc.property(column, fc.nat(5), (values, at) => {
        const bytes = written(writer => writeNumbers(writer, Float64Array.from(values), values.length))
        const read = [...numbersOf(bytes, values.length, at)]
        expect(read.map(value => value + 0)).toEqual(values.map(value => value + 0))
        expect(bytes.length).toBeLessThanOrEqual(1 + 8 * values.length)
        expectAllRefused(bytes, reader => readNumbers(reader, values.length, new Float64Array(values.length)))
      }),
      { numRuns: 500 },
    )
  })

  test('only the first values of a larger array are written', () => {
    const bytes = written(writer => writeNumbers(writer, Float64Array.of(5, 5, 0.123456), 2))
    expect(bytes).toHaveLength(3)
    expect([...numbersOf(bytes, 2)]).toEqual([5, 5])
  })

  test.each([
    ['the same throughout', Array(1000).fill(1), 3],
    ['cents', [1.25, 0.1, 99.99], 7],
    ['what no short decimal gives back', [0.1 + 0.2, 1], 17],
    ['what is too large for an integer', [2 ** 52, 1], 17],
  ])('%s', (_name, values: number[], length) => {
    const bytes = written(writer => writeNumbers(writer, Float64Array.from(values), values.length))
    expect(bytes).toHaveLength(length)
    expect([...numbersOf(bytes, values.length)]).toEqual(values)
  })

  test('any bytes are read or refused', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), fc.integer({ min: 1, max: 50 }), (bytes, count) => {
        try {
          numbersOf(bytes, count)
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError)
        }
      }),
      { numRuns: 500 },
    )
  })

  test.each([[[7, 2]], [[0, 0, 2]], [[0, 9, 2]]])('an unknown code is refused: %j', bytes => {
    expect(() => numbersOf(Uint8Array.from(bytes), 1)).toThrow(RangeError)
  })
})

test('a large integer beside a decimal stays what it is', () => {
  const values = Float64Array.of(-2302015151110956, -0.01)
  const writer = new ByteWriter()
  writeNumbers(writer, values, 2)
  const read = new Float64Array(2)
  readNumbers(new ByteReader(writer.toBytes()), 2, read)
  expect(read).toEqual(values)
})
