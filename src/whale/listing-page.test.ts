/** A page of names against a sorted list of them all. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Page } from '../query/reader.js'
import { ListingPage } from './listing-page.js'

const name = fc.oneof(
  fc.constantFrom('a', 'ab', 'abc', 'b', '', '_', '…', 'é', '\uffff', '😀', '\ue000'),
  fc.string({ unit: 'binary', maxLength: 3 }),
)
const page: fc.Arbitrary<Page> = fc
  .record({ prefix: fc.option(name), after: fc.option(name), limit: fc.integer({ min: 1, max: 8 }) })
  .map(({ prefix, after, limit }) => ({
    ...(prefix === null ? {} : { prefix }),
    ...(after === null ? {} : { after }),
    limit,
  }))

function expectedNames(names: readonly string[], { prefix = '', after, limit }: Page): string[] {
  return [...new Set(names)]
    .filter(one => one.startsWith(prefix))
    .filter(one => after === undefined || Buffer.compare(Buffer.from(one), Buffer.from(after)) > 0)
    .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
    .slice(0, limit)
}

test('holds the first distinct names after a name, with a prefix, in the order of their bytes', () => {
  fc.assert(
    fc.property(fc.array(name, { maxLength: 30 }), page, (names, asked) => {
      const listing = new ListingPage(asked)
      for (const one of names) listing.add(one)
      expect(listing.names()).toEqual(expectedNames(names, asked))
    }),
    { numRuns: 300 },
  )
})

test('pages one after the other are all names', () => {
  fc.assert(
    fc.property(fc.array(name, { maxLength: 30 }), fc.integer({ min: 1, max: 5 }), (names, limit) => {
      const all: string[] = []
      for (;;) {
        const after = all.at(-1)
        const listing = new ListingPage(after === undefined ? { limit } : { after, limit })
        for (const one of names) listing.add(one)
        if (listing.names().length === 0) break
        all.push(...listing.names())
      }
      expect(all).toEqual(expectedNames(names, { limit: names.length }))
    }),
  )
})
