import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { KEPT_INTERVALS } from '../model/interval.js'
import {
  childDigest,
  childGroup,
  decodeChild,
  decodeId,
  encodeChild,
  encodeId,
  idGroup,
  idSliceRange,
  KIND_METRIC,
  nameMember,
  parseName,
  parseRowMember,
  ROOT_DIGEST,
  rowChunkRange,
  rowGroup,
  rowMember,
  STATE_GROUP,
  TAG_BYTES,
} from './address.js'
import { KIND_DIMENSION, KIND_KEY, KIND_OVERFLOW } from './nodes.js'

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
const within = (group: Uint8Array, range: { from: Uint8Array; until: Uint8Array }): boolean =>
  Buffer.compare(range.from, group) <= 0 && Buffer.compare(group, range.until) < 0
const sequence = fc.integer({ min: 0, max: 2 ** 48 - 1 })
const uint32 = fc.integer({ min: 0, max: 2 ** 32 - 1 })
const digestBytes = fc.uint8Array({ minLength: 16, maxLength: 16 })

describe('childDigest', () => {
  test('is part of the stored format: these never change', () => {
    const shop = childDigest(ROOT_DIGEST, KIND_KEY, 'shop')
    const sales = childDigest(shop, KIND_DIMENSION, 'sales')
    expect([shop, sales, childDigest(sales, KIND_OVERFLOW, '…')].map(hex)).toMatchInlineSnapshot(`
      [
        "137fde0cac634dc1e1f0ed831165b4f1",
        "137fde0cac632e99600cc283002e47c4",
        "137fde0cac63e890d6b836449b396dfa",
      ]
    `)
  })

  test('starts with the tag of its key', () => {
    const tagOf = (digest: Uint8Array): Uint8Array => digest.subarray(0, TAG_BYTES)
    const shop = childDigest(ROOT_DIGEST, KIND_KEY, 'shop')
    const sales = childDigest(shop, KIND_DIMENSION, 'sales')
    expect(tagOf(sales)).toEqual(tagOf(shop))
    expect(tagOf(childDigest(sales, KIND_DIMENSION, 'p1'))).toEqual(tagOf(shop))
    expect(tagOf(childDigest(shop, KIND_KEY, 'sales'))).not.toEqual(tagOf(shop))
  })

  test('tells kinds, names and parents apart', () => {
    const shop = childDigest(ROOT_DIGEST, KIND_KEY, 'shop')
    const all = [
      shop,
      childDigest(shop, KIND_KEY, 'a'),
      childDigest(shop, KIND_DIMENSION, 'a'),
      childDigest(shop, KIND_OVERFLOW, '…'),
      childDigest(shop, KIND_DIMENSION, '…'),
      childDigest(childDigest(shop, KIND_DIMENSION, 'a'), KIND_DIMENSION, 'b'),
      childDigest(shop, KIND_DIMENSION, 'ab'),
    ].map(hex)
    expect(new Set(all).size).toBe(all.length)
  })
})

describe('groups and members', () => {
  test('names come back from members', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.constantFrom(0, 1, 2), (name, kind) => {
        expect(parseRowMember(rowMember(kind as 0 | 1 | 2, name))).toEqual({
          kind,
          name: parseName(nameMember(name)),
        })
      }),
    )
    expect(() => parseRowMember(Uint8Array.of())).toThrow(RangeError)
  })

  test('groups of one first byte have one length, and sort by interval, chunk and parent', () => {
    expect(
      [rowGroup('1d', 7, ROOT_DIGEST), childGroup(ROOT_DIGEST, KIND_METRIC), idGroup(3), STATE_GROUP].map(
        hex,
      ),
    ).toEqual([
      '1005000000070000000000000000000000000000000000'.slice(0, 44),
      '200000000000000000000000000000000003',
      '3000000003',
      '40',
    ])
    fc.assert(
      fc.property(uint32, uint32, (a, b) => {
        const order = Math.sign(
          Buffer.compare(rowGroup('1m', a, ROOT_DIGEST), rowGroup('1m', b, ROOT_DIGEST)),
        )
        expect(order).toBe(Math.sign(a - b))
      }),
    )
    expect(() => rowGroup('1m', 2 ** 32, ROOT_DIGEST)).toThrow(RangeError)
  })

  test('entries come back', () => {
    fc.assert(
      fc.property(
        sequence,
        uint32,
        uint32,
        fc.double({ noNaN: true }),
        (registeredAt, a, b, receivedAtMs) => {
          const child = { registeredAt, dimensionChildren: a, keyChildren: b }
          expect(decodeChild(encodeChild(child))).toEqual(child)
          const id = { sequence: registeredAt, ordinal: a, receivedAtMs }
          expect(decodeId(encodeId(id))).toEqual(id)
        },
      ),
    )
    expect(encodeChild({ registeredAt: 5, dimensionChildren: 0, keyChildren: 0 }).length).toBe(6)
    expect(() => decodeChild(Uint8Array.of(1))).toThrow('damaged')
    expect(() => decodeId(Uint8Array.of(1))).toThrow('damaged')
  })
})

describe('ranges', () => {
  test('rowChunkRange holds the chunks before one, of its interval only', () => {
    const small = fc.integer({ min: 0, max: 5 })
    fc.assert(
      fc.property(
        fc.constantFrom(...KEPT_INTERVALS),
        small,
        small,
        digestBytes,
        (interval, before, chunk, digest) => {
          expect(within(rowGroup(interval, chunk, digest), rowChunkRange('1m', before))).toBe(
            interval === '1m' && chunk < before,
          )
        },
      ),
    )
    expect(within(idGroup(2), idSliceRange(3))).toBe(true)
    expect(within(idGroup(3), idSliceRange(3))).toBe(false)
  })
})
