/** What every place for tokens does alike. */
import { beforeEach, describe, expect, test } from 'vitest'
import { newToken, type TokenRecord } from '../../src/access/token.js'
import type { TokenStore } from '../../src/access/token-store.js'

let made = 0

/** A token like no other of this run. */
export function someRecord(name = 'shop'): TokenRecord {
  made++
  const random = (bytes: number) => Buffer.alloc(bytes, made)
  const terms = {
    name,
    scopes: ['count'] as const,
    prefixes: [['site', 'blog']],
    rate: { perSecond: 2.5, burst: 10 },
  }
  return newToken(terms, { nowMs: 1_700_000_000_000 + made, random }).record
}

/** Runs the suite; `fresh` makes an empty place and answers a way to open it once more, as another process would. */
export function tokenStoreSuite(kind: string, fresh: () => Promise<() => TokenStore>): void {
  describe(`tokens in ${kind}`, () => {
    let another: () => TokenStore
    let store: TokenStore
    beforeEach(async () => {
      another = await fresh()
      store = another()
    })

    test('there are none at first, and it has never been used', async () => {
      expect(await store.load()).toEqual({ tokens: [], wasUsed: false })
      expect(await store.remove('0000000000')).toBeUndefined()
      expect(await store.load()).toEqual({ tokens: [], wasUsed: false })
    })

    test('what one process adds another has, whole', async () => {
      const [a, b] = [someRecord('a'), someRecord('b')]
      await store.add(a)
      await another().add(b)
      const { tokens, wasUsed } = await store.load()
      expect([...tokens].sort((x, y) => (x.name < y.name ? -1 : 1))).toEqual([a, b])
      expect(wasUsed).toBe(true)
    })

    test('a token without a rate and for all keys comes back as it was', async () => {
      const { rate: _, ...rest } = someRecord()
      const record = { ...rest, prefixes: [] }
      await store.add(record)
      expect((await another().load()).tokens).toEqual([record])
    })

    test('what is removed is gone, once; that there was a token is still known', async () => {
      const record = someRecord()
      await store.add(record)
      expect(await another().remove(record.id)).toEqual(record)
      expect(await store.remove(record.id)).toBeUndefined()
      expect(await store.load()).toEqual({ tokens: [], wasUsed: true })
    })

    test('of several who want to add the first one does it', async () => {
      const records = Array.from({ length: 8 }, () => someRecord())
      const added = await Promise.all(records.map(record => another().addFirst(record)))
      expect(added.filter(Boolean)).toHaveLength(1)
      expect((await store.load()).tokens).toEqual([records[added.indexOf(true)]])
    })

    test('after the last was removed there is no first one any more', async () => {
      const record = someRecord()
      expect(await store.addFirst(record)).toBe(true)
      await store.remove(record.id)
      expect(await store.addFirst(someRecord())).toBe(false)
    })

    test('many at the same time are all there', async () => {
      const records = Array.from({ length: 10 }, () => someRecord())
      await Promise.all(records.map(record => another().add(record)))
      const ids = (await store.load()).tokens.map(({ id }) => id)
      expect(ids.sort()).toEqual(records.map(({ id }) => id).sort())
    })
  })
}
