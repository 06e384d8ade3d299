import { expect, test } from 'vitest'
import type { TimePlan } from '../../src/query/reader.js'
import { event } from './ask.js'
import { BruteReader } from './brute-reader.js'

const plan: TimePlan = { edgesMs: Float64Array.of(0, 10, 20), segments: [] }

function reader(): BruteReader {
  const made = new BruteReader(20)
  made.add(
    event([['a', 'x'], ['a', 'y'], ['b']], { d: 2 }, { key: ['site', 'blog'], atMs: 9 }),
    event([['a', 'x']], { d: -2 }, { key: ['site'], atMs: 10 }),
    event([['a', 'x']], { d: 7 }, { key: ['site'], atMs: 20 }),
  )
  return made
}

test('a prefix of several paths is counted once an event, every prefix of the key too', async () => {
  const { columns } = await reader().series(['site'], ['a'], plan, null)
  expect(columns.get('d')).toEqual({ values: Float64Array.of(2, -2), counted: Uint8Array.of(1, 1) })
  expect(columns.get('hits')?.values).toEqual(Float64Array.of(1, 1))
  expect((await reader().series(['site', 'blog'], [], plan, ['d'])).columns.get('d')?.values).toEqual(
    Float64Array.of(2, 0),
  )
  expect((await reader().series(['blog'], [], plan, null)).columns.size).toBe(0)
})

test('children that overlap are each counted in their sum', async () => {
  const children = await reader().children(['site'], [], plan, ['hits'])
  expect([...children.found].map(place => children.child(place).name)).toEqual(['a', 'b'])
  expect(children.columns.get('hits')?.values).toEqual(Float64Array.of(1, 1, 1, 0))
  const sum = await reader().sumChildren(['site'], [], plan, ['hits'], new Set(['x']))
  expect(sum.columns.get('hits')?.values).toEqual(Float64Array.of(2, 1))
})
