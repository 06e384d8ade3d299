import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parsePath, pathText, samePath } from './paths.js'

test('what a path is written as is read as the same path', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary' }), { maxLength: 4 }), names => {
      expect(parsePath(pathText(names))).toEqual(names)
    }),
  )
  expect(pathText(['search'])).toBe('search')
  expect(pathText(['{"a"}'])).toBe('["{\\"a\\"}"]')
  expect(pathText(['_'])).toBe('["_"]')
})

test('attributes and properties are read alike', () => {
  expect(parsePath(null)).toEqual([])
  expect(parsePath('_')).toEqual([])
  expect(parsePath('a b')).toEqual(['a b'])
  expect(parsePath(['a', 'b'])).toEqual(['a', 'b'])
  expect(parsePath('["a",5]')).toEqual(['a', '5'])
  expect(parsePath('["not json')).toEqual(['["not json'])
})

test('paths of the same names are the same', () => {
  expect(samePath(['a'], ['a'])).toBe(true)
  expect(samePath(['a'], ['a', 'b'])).toBe(false)
})
