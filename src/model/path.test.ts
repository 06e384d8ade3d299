import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { comparePaths, compareUtf8, isPrefix, pathLabel, pathText, prefixesOf } from './path.js'

const TEXT = fc.string({ unit: 'binary', maxLength: 6 })

describe('pathLabel', () => {
  test.each([
    [[], '_'],
    [['services'], 'services'],
    [['_'], '["_"]'],
    [[''], '[""]'],
    [['[x'], '["[x"]'],
    [['x['], 'x['],
    [['sales', 'p1'], '["sales","p1"]'],
    [['_', ''], '["_",""]'],
  ])('%j is %s', (path, label) => {
    expect(pathLabel(path)).toBe(label)
  })

  test('different paths have different labels', () => {
    const path = fc.array(fc.constantFrom('_', '', '[', 'a', '["a"]', '["_"]', 'b'), { maxLength: 3 })
    fc.assert(
      fc.property(path, path, (a, b) => {
        expect(pathLabel(a) === pathLabel(b)).toBe(JSON.stringify(a) === JSON.stringify(b))
      }),
    )
  })
})

describe('compareUtf8', () => {
  test('is the byte order of UTF-8', () => {
    const special = fc
      .array(fc.constantFrom('\ud7ff', '\ue000', '\uffff', '😀', '\u{10ffff}', 'z', 'é', ''), {
        maxLength: 4,
      })
      .map(parts => parts.join(''))
    fc.assert(
      fc.property(fc.oneof(TEXT, special), fc.oneof(TEXT, special), (a, b) => {
        expect(Math.sign(compareUtf8(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)))
      }),
    )
  })
})

test('prefixesOf lists the root, the path and what is between', () => {
  expect(prefixesOf(['a', 'b'])).toEqual([[], ['a'], ['a', 'b']])
  expect(prefixesOf([])).toEqual([[]])
})

test('isPrefix and comparePaths agree with the list of prefixes', () => {
  const path = fc.array(fc.constantFrom('', 'a', 'b'), { maxLength: 4 })
  fc.assert(
    fc.property(path, path, (a, b) => {
      expect(isPrefix(a, b)).toBe(prefixesOf(b).some(prefix => JSON.stringify(prefix) === JSON.stringify(a)))
      if (isPrefix(a, b)) expect(comparePaths(a, b)).toBeLessThanOrEqual(0)
      expect(comparePaths(a, b) === 0).toBe(JSON.stringify(a) === JSON.stringify(b))
    }),
  )
})

test('pathText is for people', () => {
  expect(pathText(['sales', 'p1'])).toBe('sales › p1')
  expect(pathText([])).toBe('_')
})
