import { expect, test } from 'vitest'
import { keyName, othersName, withoutName } from './names.js'

test('the default key has a name, others have their own', () => {
  expect(keyName(['_'])).toBe('Default key')
  expect(keyName([])).toBe('Default key')
  expect(keyName(['site', 'blog'])).toBe('site / blog')
})

test('what remains is called by how many it is, or by what it lacks', () => {
  expect(othersName(1)).toBe('1 other')
  expect(othersName(1200)).toBe('1200 others')
  expect(withoutName([])).toBe('without any dimension')
  expect(withoutName(['sales', 'p1'])).toBe('without p1')
})
