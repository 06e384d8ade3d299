import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { RedisServer } from '../../test/support/redis-servers.js'
import { runs } from '../../test/support/runs.js'
import { HailWhaleError } from '../model/errors.js'
import { BOARD_LIMITS } from '../model/limits.js'
import { compareUtf8 } from '../model/path.js'
import { parseRedisAddress } from '../redis/redis-address.js'
import { BOARDS_GROUP, nameMember } from '../rollup/address.js'
import { LmdbStore } from '../store/lmdb/lmdb-store.js'
import { MemoryStore } from '../store/memory/memory-store.js'
import { RedisStore } from '../store/redis/redis-store.js'
import type { Store } from '../store/store.js'
import type { BoardContent } from './board-input.js'
import { Boards } from './boards.js'
import { encodeBoard } from './stored-board.js'

/** A store, and how to open it again on what it holds. */
interface Kept {
  store: Store
  readonly reopen: () => Promise<void>
}

let redis: RedisServer
let namespaces = 0
beforeAll(async () => {
  redis = await RedisServer.start()
})
afterAll(() => redis?.close())

const folders: string[] = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

const STORES: Readonly<Record<string, () => Promise<Kept>>> = {
  memory: async () => keptIn(new MemoryStore(), store => store),
  lmdb: async () => {
    const folder = mkdtempSync(join(tmpdir(), 'hailwhale-boards-'))
    folders.push(folder)
    return keptIn(new LmdbStore(folder), () => new LmdbStore(folder))
  },
  redis: async () => {
    const namespace = `boards${namespaces++}`
    const make = () => new RedisStore({ address: parseRedisAddress(redis.url, 'store'), namespace })
    return keptIn(make(), make)
  },
}

async function keptIn(first: Store, next: (store: Store) => Store): Promise<Kept> {
  await first.open()
  const kept = {
    store: first,
    reopen: async () => {
      await kept.store.close()
      kept.store = next(kept.store)
      await kept.store.open()
    },
  }
  return kept
}

const panel = fc.record({
  element: fc.constantFrom('graph' as const, 'number' as const, 'table' as const, 'rank' as const),
  attributes: fc.dictionary(
    fc.constantFrom('key', 'metrics', 'caption'),
    fc.string({ unit: 'grapheme', maxLength: 40 }),
  ),
  width: fc.integer({ min: 1, max: 4 }),
})
const content = fc.record({
  title: fc.string({ unit: 'grapheme', maxLength: 20 }),
  panels: fc.array(panel, { maxLength: 5 }),
})
const name = fc.constantFrom('a', 'b', 'ab', 'é', '€', '🐳', 'z'.repeat(128))
/** What a writer believes to be there. */
const belief = fc.constantFrom(
  'anything' as const,
  'the newest' as const,
  'an older one' as const,
  'nothing' as const,
)
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ does: fc.constant('write' as const), name, content, belief }) },
  { weight: 2, arbitrary: fc.record({ does: fc.constant('remove' as const), name, belief }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('reopen' as const) }) },
)

describe.each(Object.keys(STORES))('over the %s store', kind => {
  test('any writes and deletions, also after reopening: what was acknowledged is there, and nothing else', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), async steps => {
        const kept = await STORES[kind]!()
        let nowMs = 1_800_000_000_000
        const boardsOf = () => new Boards(kept.store, () => nowMs)
        let boards = boardsOf()
        const model = new Map<string, { content: BoardContent; changed: number; revision: string }>()
        for (const each of steps) {
          nowMs += 1
          if (each.does === 'reopen') {
            await kept.reopen()
            boards = boardsOf()
            continue
          }
          const known = model.get(each.name)
          const holds = {
            anything: true,
            'the newest': known !== undefined,
            'an older one': false,
            nothing: known === undefined,
          }[each.belief]
          const condition = (revision: string | undefined) =>
            each.belief === 'anything' ||
            (each.belief === 'nothing'
              ? revision === undefined
              : revision === (each.belief === 'the newest' ? (known?.revision ?? 'none') : 'x'))
          const done =
            each.does === 'write'
              ? boards.write(each.name, each.content, condition)
              : boards.remove(each.name, condition)
          if (!holds) {
            await expect(done).rejects.toMatchObject({ code: 'changed_meanwhile' })
          } else if (each.does === 'write') {
            const { revision, isNew } = (await done) as { revision: string; isNew: boolean }
            expect(isNew).toBe(known === undefined)
            expect(revision).not.toBe(known?.revision)
            model.set(each.name, { content: each.content, changed: nowMs, revision })
          } else {
            expect(await done).toBe(known !== undefined)
            model.delete(each.name)
          }
        }
        const names = [...model.keys()].sort(compareUtf8)
        expect(await boards.list()).toEqual(
          names.map(each => {
            const {
              content: { title, panels },
              changed,
            } = model.get(each)!
            return { name: each, title, panels: panels.length, changed }
          }),
        )
        for (const each of ['a', 'b', 'ab', 'é', '€', '🐳', 'z'.repeat(128)]) {
          const board = model.get(each)
          const expected = board && {
            board: { name: each, ...board.content, changed: board.changed },
            revision: board.revision,
          }
          expect(await boards.read(each)).toEqual(expected)
        }
        await kept.store.close()
      }),
      runs({ memory: 100, lmdb: 40, redis: 20 }[kind]!, false),
    )
  })

  test('as many boards as there may be, and not one more; one that is there can be written', async () => {
    const { store } = await STORES[kind]!()
    const value = encodeBoard({ title: '', panels: [] }, 0)
    const changes = Array.from({ length: BOARD_LIMITS.boards - 1 }, (_, i) => ({
      group: BOARDS_GROUP,
      member: nameMember(`board ${i}`),
      through: 0,
      value,
    }))
    await store.write(changes)
    const boards = new Boards(store, () => 1)
    await boards.write('the last', { title: '', panels: [] })
    expect((await boards.list()).length).toBe(BOARD_LIMITS.boards)
    const over = boards.write('one more', { title: '', panels: [] })
    await expect(over).rejects.toMatchObject({ code: 'invalid_parameter', errors: [{ field: 'name' }] })
    await boards.write('the last', { title: 'again', panels: [] })
    await boards.remove('board 0')
    await boards.write('one more', { title: '', panels: [] })
    await store.close()
  })

  test('a board at the limit of its size, and one byte over', async () => {
    const { store } = await STORES[kind]!()
    const boards = new Boards(store, () => 1)
    const ofBytes = (bytes: number): BoardContent => {
      const make = (caption: string): BoardContent => ({
        title: '',
        panels: [{ element: 'graph', attributes: { caption }, width: 1 }],
      })
      return make('x'.repeat(bytes - encodeBoard(make(''), 1).length))
    }
    const most = ofBytes(BOARD_LIMITS.boardBytes)
    await boards.write('x', most)
    await expect(boards.write('x', ofBytes(BOARD_LIMITS.boardBytes + 1))).rejects.toMatchObject({
      code: 'body_too_large',
    })
    expect((await boards.read('x'))?.board.panels).toEqual(most.panels)
    await store.close()
  })

  test('writes at once happen one after the other', async () => {
    const { store } = await STORES[kind]!()
    const boards = new Boards(store, () => 1)
    const isNew = (revision: string | undefined) => revision === undefined
    const writes = Array.from({ length: 20 }, () => boards.write('x', { title: '', panels: [] }, isNew))
    const settled = await Promise.allSettled(writes)
    expect(settled.filter(({ status }) => status === 'fulfilled').length).toBe(1)
    await store.close()
  })
})

test('stored bytes that are no board are told apart', async () => {
  const store = new MemoryStore()
  await store.open()
  await store.write([
    { group: BOARDS_GROUP, member: nameMember('x'), through: 0, value: Uint8Array.of(2, 10) },
  ])
  await expect(new Boards(store, () => 1).read('x')).rejects.toThrow('not a board')
})

test('a write that fails fails alone', async () => {
  const store = new MemoryStore()
  const boards = new Boards(store, () => 1)
  await expect(boards.write('x', { title: '', panels: [] })).rejects.toBeInstanceOf(HailWhaleError)
  await store.open()
  expect((await boards.write('x', { title: '', panels: [] })).isNew).toBe(true)
})
