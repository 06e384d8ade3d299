import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { HailWhaleError } from '../model/errors.js'
import { DEFAULT_LIMITS } from '../model/limits.js'
import { isPrefix, type Path, prefixesOf } from '../model/path.js'
import { checkPairs, countPrefixes, parseDimensions, writtenPaths } from './dimensions.js'
import { LongInteger } from './json.js'
import { parameterValue } from './value.js'

const LIMITS = DEFAULT_LIMITS

/** All paths that are counted, as JSON, sorted. */
function closure(paths: readonly Path[]): string[] {
  return [...new Set([[], ...paths].flatMap(prefixesOf).map(path => JSON.stringify(path)))].sort()
}

describe('parseDimensions', () => {
  test.each([
    ['null', []],
    ['""', []],
    ['"_"', []],
    ['["_"]', []],
    ['[]', []],
    ['[[]]', []],
    ['[["_"]]', []],
    ['{}', []],
    ['"a"', [['a']]],
    ['5', [['5']]],
    ['5.0', [['5']]],
    ['true', [['true']]],
    ['[""]', [['']]],
    ['["a","b"]', [['a', 'b']]],
    ['["_","b"]', [['_', 'b']]],
    ['["a","_"]', [['a', '_']]],
    ['["a",1,false]', [['a', '1', 'false']]],
    ['[["a"],["b","c"]]', [['a'], ['b', 'c']]],
    ['[["_"],["a"]]', [['a']]],
    ['[["a"],["a","b"],["a"]]', [['a', 'b']]],
    [
      '{"a":5,"b":{"x":1,"y":2}}',
      [
        ['a', '5'],
        ['b', 'x', '1'],
        ['b', 'y', '2'],
      ],
    ],
    [
      '{"tag":["x","y"]}',
      [
        ['tag', 'x'],
        ['tag', 'y'],
      ],
    ],
    [
      '{"tag":["x",{"y":1}]}',
      [
        ['tag', 'x'],
        ['tag', 'y', '1'],
      ],
    ],
    ['{"tag":[]}', [['tag']]],
    ['{"tag":{}}', [['tag']]],
    ['{"tag":null}', [['tag']]],
    ['{"_":null}', [['_']]],
    ['{"_":5}', [['_', '5']]],
    ['{"a":""}', [['a', '']]],
    ['{"__proto__":{"constructor":"toString"}}', [['__proto__', 'constructor', 'toString']]],
    ['["cafe\\u0301"]', [['café']]],
    ['[["cafe\\u0301"],["caf\\u00e9"]]', [['café']]],
    ['{"id":12345678901234567890}', [['id', '12345678901234567890']]],
  ])('%s', (json, paths) => {
    expect(
      parseDimensions(
        parameterValue(json, 'd') === json ? JSON.parse(json) : parameterValue(json, 'd'),
        LIMITS,
      ),
    ).toEqual(paths)
  })

  test('a long integer alone', () => {
    expect(parseDimensions(new LongInteger('99999999999999999999'), LIMITS)).toEqual([
      ['99999999999999999999'],
    ])
  })

  test.each([
    ['["a",["b"]]', 'a path is an array of names, not of an array'],
    ['[["a"],"b"]', 'holds only paths, not a string'],
    ['[{"a":1}]', 'not of an object'],
    ['["a",null]', 'not of null'],
    ['[[["a"]]]', 'not of an array'],
    ['{"tag":[["x"]]}', 'lists values, not arrays'],
    ['{"a":1e400}', 'too large to be a name'],
    ['["a\\u0000"]', 'control character'],
    ['{"\\ud800":1}', 'surrogate'],
    [JSON.stringify(Array(17).fill('a')), 'deeper than 16'],
    [`${'{"a":'.repeat(17)}1${'}'.repeat(17)}`, 'deeper than 16'],
    [`${'{"a":'.repeat(16)}1${'}'.repeat(16)}`, 'deeper than 16'],
    [`${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`, 'deeper than 16'],
    [JSON.stringify(Array.from({ length: 65 }, (_, i) => [`${i}`])), 'more than 64 paths'],
    [JSON.stringify({ tag: Array.from({ length: 65 }, (_, i) => i) }), 'more than 64 paths'],
    [`["${'x'.repeat(513)}"]`, 'too long'],
  ])('refuses %#: %s', (json, why) => {
    const parse = () => parseDimensions(JSON.parse(json), LIMITS, 'dimension')
    expect(parse).toThrow(HailWhaleError)
    expect(parse).toThrow(/^dimension: /)
    expect(parse).toThrow(why)
  })

  test('takes what is just within the limits', () => {
    expect(parseDimensions(Array(16).fill('a'), LIMITS)[0]).toHaveLength(16)
    expect(parseDimensions(JSON.parse(`${'{"a":'.repeat(15)}1${'}'.repeat(15)}`), LIMITS)[0]).toHaveLength(16)
    expect(
      parseDimensions(
        Array.from({ length: 64 }, (_, i) => [i]),
        LIMITS,
      ),
    ).toHaveLength(64)
  })

  const NAME = fc.constantFrom('a', 'b', 'c', '_', '', '1', 'true', '__proto__', 'é')

  test('arrays of arrays and objects of the same paths count the same', () => {
    // Paths of one name `_` mean the root in arrays only, so they are left out here.
    const paths = fc.array(
      fc.array(NAME, { minLength: 1, maxLength: 5 }).filter(path => path.length > 1 || path[0] !== '_'),
      { minLength: 1, maxLength: 8 },
    )
    fc.assert(
      fc.property(paths, fc.boolean(), (given, scalars) => {
        const asArrays = parseDimensions(given, LIMITS)
        expect(closure(asArrays)).toEqual(closure(given))
        expect(closure(parseDimensions(objectOf(given, scalars), LIMITS))).toEqual(closure(given))
        for (const path of asArrays) {
          expect(path.length).toBeGreaterThan(0)
          expect(asArrays.filter(other => isPrefix(path, other))).toEqual([path])
        }
      }),
    )
  })

  test('objects count what a naive reading of the contract counts', () => {
    const { value } = fc.letrec<{ value: unknown; object: unknown }>(tie => ({
      object: fc.dictionary(NAME, tie('value'), { maxKeys: 3 }),
      value: fc.oneof(
        { maxDepth: 4 },
        fc.constantFrom(null, 'a', '', '_', 1, 2.5, true),
        fc.array(fc.oneof(fc.constantFrom('a', 'b', 1), tie('object')), { maxLength: 3 }),
        tie('object'),
      ),
    }))
    const limits = { ...LIMITS, pathsPerEvent: 10_000 }
    fc.assert(
      fc.property(fc.dictionary(NAME, value, { maxKeys: 3 }), given => {
        const counted = new Set<string>()
        count([], given, counted)
        expect(closure(parseDimensions(given, limits))).toEqual([...counted].sort())
      }),
    )
  })
})

/** The contract, word by word: every place that is reached is counted. */
function count(path: readonly string[], value: unknown, counted: Set<string>): void {
  counted.add(JSON.stringify(path))
  if (value === null) return
  if (Array.isArray(value)) for (const item of value) count(path, item, counted)
  else if (typeof value === 'object') {
    for (const [name, below] of Object.entries(value)) count([...path, name], below, counted)
  } else counted.add(JSON.stringify([...path, typeof value === 'string' ? value : JSON.stringify(value)]))
}

/** Paths as a nested object; leaves are `null` names or, where `scalars`, the value of the name above. */
function objectOf(paths: readonly Path[], scalars: boolean): unknown {
  const firsts = new Map<string, Path[]>()
  for (const [first, ...rest] of paths) {
    firsts.set(first!, [...(firsts.get(first!) ?? []), rest])
  }
  const entries = [...firsts].map(([first, rests]): [string, unknown] => {
    const below = rests.filter(rest => rest.length > 0)
    if (below.length === 0) return [first, null]
    if (scalars && below.every(rest => rest.length === 1)) return [first, below.map(rest => rest[0])]
    return [first, objectOf(below, scalars)]
  })
  return Object.fromEntries(entries)
}

describe('writtenPaths', () => {
  test('keeps the root and repetitions', () => {
    expect(writtenPaths([['_'], ['a'], [], ['a']], LIMITS)).toEqual([[], ['a'], [], ['a']])
    expect(writtenPaths(undefined, LIMITS)).toEqual([[]])
  })
})

describe('pairs', () => {
  test('shared prefixes are counted once', () => {
    expect(countPrefixes([])).toBe(1)
    expect(
      countPrefixes([
        ['a', 'b'],
        ['a', 'c'],
      ]),
    ).toBe(4)
    const shared = Array.from({ length: 15 }, (_, i) => ['a', 'b', 'c', 'd', `${i}`])
    expect(() => checkPairs(shared, 51, LIMITS)).not.toThrow()
    expect(() => checkPairs(shared, 52, LIMITS)).toThrow(
      '20 paths (prefixes and the root included) × 52 metrics are 1040 sums',
    )
  })
})
