import { expect, test } from 'vitest'
import type { Path } from '../model/path.js'
import { KIND_DIMENSION, KIND_KEY, KIND_OVERFLOW, type NodeKind } from '../rollup/nodes.js'
import { largestChildren, type MeasuredChild, type RoomBelow, Rooms } from './room.js'

const NOTHING: RoomBelow = { total: { series: 0, rows: 0, bytes: 0 }, largest: () => [], complete: true }

/** Rooms whose walks a test ends by hand. */
function setup() {
  const begun: { question: string; end: () => void; fail: (error: Error) => void }[] = []
  const rooms = new Rooms(
    (key: Path, path: Path) =>
      new Promise<RoomBelow>((resolve, reject) => {
        begun.push({ question: JSON.stringify([key, path]), end: () => resolve(NOTHING), fail: reject })
      }),
  )
  return { rooms, begun }
}

test('one walk at a time; the same question is walked for once', async () => {
  const { rooms, begun } = setup()
  const first = rooms.of(['a'], [])
  const same = rooms.of(['a'], [])
  const other = rooms.of([], ['a'])
  await Promise.resolve()
  expect(begun.map(({ question }) => question)).toEqual(['[["a"],[]]'])
  begun[0]!.end()
  expect(await first).toBe(await same)
  await new Promise(setImmediate)
  expect(begun.map(({ question }) => question)).toEqual(['[["a"],[]]', '[[],["a"]]'])
  const again = rooms.of(['a'], [])
  begun[1]!.end()
  await other
  await new Promise(setImmediate)
  begun[2]!.end()
  await again
})

test('a walk that fails fails alone', async () => {
  const { rooms, begun } = setup()
  const first = rooms.of(['a'], [])
  const second = rooms.of(['b'], [])
  await Promise.resolve()
  begun[0]!.fail(new Error('away'))
  await expect(first).rejects.toThrow('away')
  await new Promise(setImmediate)
  begun[1]!.end()
  expect(await second).toBe(NOTHING)
})

test('too many that wait are refused; later they are not', async () => {
  const { rooms, begun } = setup()
  const asked = Array.from({ length: 20 }, (_, i) => rooms.of([`k${i}`], []))
  await expect(rooms.of(['one more'], [])).rejects.toMatchObject({ code: 'too_many_requests' })
  const shared = rooms.of(['k3'], [])
  for (let i = 0; i < asked.length; i++) {
    await new Promise(setImmediate)
    begun[i]!.end()
  }
  await Promise.all(asked)
  expect(await shared).toBe(NOTHING)
  const later = rooms.of(['one more'], [])
  await new Promise(setImmediate)
  begun.at(-1)!.end()
  expect(await later).toBe(NOTHING)
})

test('the largest of many, of all kinds, as they are named', () => {
  const child = (kind: NodeKind, name: string, bytes: number): MeasuredChild => ({
    kind,
    name,
    ...{ series: 1, rows: 2, bytes },
  })
  const children = [
    child(KIND_KEY, '…', 5),
    child(KIND_DIMENSION, 'é🐳', 7),
    child(KIND_DIMENSION, '…', 5),
    child(KIND_OVERFLOW, '…', 5),
  ]
  const room = { series: 1, rows: 2 }
  expect(largestChildren(children, 3, false)).toEqual([
    { kind: 'dimension', name: 'é🐳', ...room, bytes: 7 },
    { kind: 'key', name: '…', overflow: true, ...room, bytes: 5 },
    { kind: 'dimension', name: '…', ...room, bytes: 5 },
  ])
  expect(largestChildren(children, 4, false).at(-1)).toEqual({
    ...{ kind: 'dimension', name: '…', overflow: true },
    ...room,
    bytes: 5,
  })
  // Top-level keys have no overflow child: this is a key of that name.
  expect(largestChildren(children.slice(0, 1), 1, true)).toEqual([
    { kind: 'key', name: '…', ...room, bytes: 5 },
  ])
  expect(largestChildren([], 10, true)).toEqual([])
})
