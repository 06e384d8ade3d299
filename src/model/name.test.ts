import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { HailWhaleError } from './errors.js'
import { DEFAULT_LIMITS } from './limits.js'
import { hasControl, normalizeName, quoted, utf8Bytes } from './name.js'

const LIMITS = DEFAULT_LIMITS

describe('normalizeName', () => {
  test.each([
    ['', ''],
    ['plain', 'plain'],
    ['\u007f', '\u007f'],
    ['cafe\u0301', 'café'],
    ['é'.repeat(256), 'é'.repeat(256)],
    ['e\u0301'.repeat(256), 'é'.repeat(256)],
    ['😀'.repeat(128), '😀'.repeat(128)],
    ['x'.repeat(512), 'x'.repeat(512)],
    ['__proto__', '__proto__'],
  ])('%j', (text, name) => {
    expect(normalizeName(text, LIMITS)).toBe(name)
  })

  test.each([
    ['a\u0000', 'control character'],
    ['\n', 'control character'],
    ['é\u001f', 'control character'],
    ['\ud800', 'surrogate'],
    ['a\udc00b', 'surrogate'],
    ['\udc00\ud800', 'surrogate'],
    ['x'.repeat(513), 'too long'],
    ['é'.repeat(257), 'too long'],
    ['x'.repeat(5_000_000), 'too long'],
  ])('refuses %#', (text, why) => {
    expect(() => normalizeName(text, LIMITS, 'key')).toThrow(why)
    expect(() => normalizeName(text, LIMITS, 'key')).toThrow(HailWhaleError)
    expect(() => normalizeName(text, LIMITS, 'key')).toThrow(/^key: /)
  })

  test('takes exactly the well-formed texts without control characters that fit, and gives their NFC', () => {
    const unit = fc.oneof(
      fc.nat(0xffff).map(code => String.fromCharCode(code)),
      fc.constantFrom('a', 'e', '\u0301'),
    )
    const text = fc.array(unit, { maxLength: 12 }).map(units => units.join(''))
    const limits = { ...LIMITS, nameBytes: 8 }
    fc.assert(
      fc.property(text, given => {
        const wellFormed = Buffer.from(given).toString() === given
        const fits = Buffer.byteLength(given.normalize('NFC')) <= 8
        const right = wellFormed && fits && ![...given].some(sign => sign < ' ')
        if (right) expect(normalizeName(given, limits)).toBe(given.normalize('NFC'))
        else expect(() => normalizeName(given, limits)).toThrow(HailWhaleError)
      }),
      { numRuns: 2000 },
    )
  })
})

test('utf8Bytes counts what an encoder writes', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 20 }), text => {
      expect(utf8Bytes(text)).toBe(Buffer.byteLength(text))
    }),
  )
  expect(utf8Bytes('a\ud800')).toBe(-1)
})

test('hasControl, quoted', () => {
  expect(hasControl('a\tb')).toBe(true)
  expect(hasControl('a b')).toBe(false)
  expect(quoted('a\n')).toBe('"a\\n"')
  expect(quoted('x'.repeat(100))).toBe(`"${'x'.repeat(40)}…"`)
})
