import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { hashOf, newToken, partsOf, recordOf } from './token.js'

const TERMS = { name: 'shop', scopes: ['count', 'read'] as const, prefixes: [['site']] }

test('the text has the id and the secret, of which only the hash is kept', () => {
  const { text, record } = newToken(TERMS, { nowMs: 5, random: randomBytes })
  expect(text).toMatch(/^hw_[0-9a-f]{10}_[0-9a-f]{40}$/)
  const { id, secret } = partsOf(text)!
  expect(record).toEqual({ ...TERMS, id, hash: hashOf(secret).toString('hex'), createdMs: 5 })
  expect(JSON.stringify(record)).not.toContain(secret)
})

test('no two are the same', () => {
  const texts = Array.from({ length: 1000 }, () => newToken(TERMS, { nowMs: 0, random: randomBytes }).text)
  expect(new Set(texts).size).toBe(1000)
})

test.each([
  '',
  'hw_',
  'hw_0123456789',
  `hw_0123456789_${'a'.repeat(39)}`,
  `hw_0123456789_${'a'.repeat(41)}`,
  `hw_0123456789_${'A'.repeat(40)}`,
  ` hw_0123456789_${'a'.repeat(40)}`,
  `hw_0123456789_${'a'.repeat(40)}\n`,
])('%j is none', text => {
  expect(partsOf(text)).toBeUndefined()
})

test('what was written is read again; what is none is refused', () => {
  const { record } = newToken(
    { ...TERMS, rate: { perSecond: 0.5, burst: 1 } },
    { nowMs: 5, random: randomBytes },
  )
  expect(recordOf(JSON.parse(JSON.stringify(record)))).toEqual(record)
  const wrong: object[] = [
    { id: 'X' },
    { hash: '' },
    { scopes: ['root'] },
    { scopes: 'admin' },
    { prefixes: [[]] },
    { prefixes: ['site'] },
    { rate: { perSecond: 0, burst: 1 } },
    { createdMs: null },
  ]
  for (const part of wrong) expect(() => recordOf({ ...record, ...part })).toThrow('this is no token')
})
