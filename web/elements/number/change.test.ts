import { expect, test } from 'vitest'
import { verdictOf } from './change.js'

test.each([
  ['up', 'up', 'better'],
  ['down', 'up', 'worse'],
  ['up', 'down', 'worse'],
  ['down', 'down', 'better'],
  ['same', 'down', 'same'],
] as const)('%s, where %s is good, is %s', (way, good, verdict) => {
  expect(verdictOf({ text: '', way }, good)).toBe(verdict)
})
