/** Exports that are copied cell by cell, cut, edited, imported where something is already, or begun anew. */
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { exportCounts } from '../../src/cli/export.js'
import { importCounts } from '../../src/cli/import.js'
import {
  COUNTED_GROUPS,
  ID_GROUP_BYTES,
  ID_GROUPS,
  ROW_GROUP_BYTES,
  ROW_GROUPS,
} from '../../src/rollup/address.js'
import { LmdbStore } from '../../src/store/lmdb/lmdb-store.js'
import type { Store } from '../../src/store/store.js'
import { Dice } from '../support/dice.js'
import { ANY_STYLE, makeEvent } from '../support/made-events.js'
import { RedisServer } from '../support/redis-servers.js'
import { askMany, countBoth } from '../support/server-checks.js'
import { ServerHarness } from '../support/server-harness.js'
import { moveCounts, placeOf, type Written } from '../support/transfer.js'

const NOW_MS = Date.now()
const now = (): number => NOW_MS
/** Children groups: a parent's digest and a kind. */
const CHILD_GROUP_BYTES = 18

let dir: string
let redis: RedisServer
const harnesses: ServerHarness[] = []

beforeAll(async () => {
  redis = await RedisServer.start('--appendonly', 'no')
})
afterAll(() => redis?.close())
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'hailwhale-transfer-'))
})
afterEach(async () => {
  for (const harness of harnesses.splice(0)) await harness.stop()
  await rm(dir, { recursive: true, force: true })
})

async function started(options: { readonly childrenPerParent?: number } = {}): Promise<ServerHarness> {
  const harness = await ServerHarness.start({ nowMs: NOW_MS, ...options })
  harnesses.push(harness)
  return harness
}

async function countSome(harness: ServerHarness, dice: Dice, requests = 15): Promise<void> {
  for (let i = 0; i < requests; i++) {
    const events = Array.from({ length: 10 }, () => {
      const event = makeEvent(dice, ANY_STYLE, harness.nowMs)
      return dice.once(2) ? { ...event, id: `id ${dice.below(50)}` } : event
    })
    await countBoth(harness, dice, events)
  }
}

/** A file with the export of a server that has counted, and the lines of it. */
async function anExport(seed = 1): Promise<{ readonly file: string; readonly lines: string[] }> {
  const harness = await started()
  await countSome(harness, new Dice(seed))
  const file = join(dir, `made ${seed}`)
  await harness.move(async (from, to) => {
    await moveCounts({ dataDir: from }, file, { dataDir: to }, NOW_MS)
  })
  return { file, lines: (await readFile(file, 'utf8')).split('\n').slice(0, -1) }
}

async function imported(lines: readonly string[], to: Written): Promise<string> {
  const file = join(dir, 'edited')
  await writeFile(file, lines.map(line => `${line}\n`).join(''))
  return importCounts(file, placeOf(to), now)
}

/** What a store has counted: every cell of rows, names and ids, without what it says of a journal. */
async function cellsOf(folder: string): Promise<Map<string, string>> {
  const store = new LmdbStore(join(folder, 'store'))
  await store.open()
  const cells = new Map<string, string>()
  const { from, until } = COUNTED_GROUPS
  const ranges = [
    { ...ROW_GROUPS, length: ROW_GROUP_BYTES },
    { from: ROW_GROUPS.until, until: ID_GROUPS.from, length: CHILD_GROUP_BYTES },
    { ...ID_GROUPS, length: ID_GROUP_BYTES },
  ]
  expect([from, until]).toEqual([ROW_GROUPS.from, ID_GROUPS.until])
  for (const range of ranges) await gather(store, range, cells)
  await store.close()
  return cells
}

async function gather(
  store: Store,
  { from, until, length }: { readonly from: Uint8Array; readonly until: Uint8Array; readonly length: number },
  cells: Map<string, string>,
): Promise<void> {
  for await (const group of store.starts(from, until, length)) {
    await store.scan(group, {}, (member, value) => {
      const place = `${hex(group)} ${hex(member)}`
      // Sequences are a journal's own: of an id's entry the time is left, of a name's the counts.
      const skipped = from[0] === ID_GROUPS.from[0] ? 10 : length === CHILD_GROUP_BYTES ? 6 : 0
      cells.set(place, hex(value.subarray(skipped)))
    })
  }
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}

describe('a copy', () => {
  test.each([
    ['of any counts', 100_000],
    ['with overflow children', 3],
  ])('%s has the same cells', async (_name, childrenPerParent) => {
    const harness = await started({ childrenPerParent })
    const dice = new Dice(7)
    await countSome(harness, dice, 30)
    const limit = [`children-per-parent=${childrenPerParent}`]
    let before = new Map<string, string>()
    let after = before
    await harness.move(async (from, to) => {
      await moveCounts({ dataDir: from, limit }, join(dir, 'file.gz'), { dataDir: to }, NOW_MS)
      before = await cellsOf(from)
      after = await cellsOf(to)
    })
    expect(before.size).toBeGreaterThan(500)
    expect(after).toEqual(before)
    await askMany(harness, dice, 20, 'moved')
    await countSome(harness, dice, 10)
    await askMany(harness, dice, 20, 'counted on')
  })

  test('has doubles bit by bit, and names with any line break', async () => {
    const harness = await started()
    const name = 'a\u2028b\u2029c\u0085d'
    const value = 0.1 + 0.2 + 1e-9 / 3
    const event = { key: ['k'], paths: [[name]], metrics: new Map([['x', value]]), atMs: NOW_MS }
    await countBoth(harness, new Dice(1), [event])
    await harness.move(async (from, to) => {
      await moveCounts({ dataDir: from }, join(dir, 'file'), { dataDir: to }, NOW_MS)
      expect(await cellsOf(to)).toEqual(await cellsOf(from))
    })
    expect(await readFile(join(dir, 'file'), 'utf8')).toContain(String(value))
  })
})

describe('a file', () => {
  test('is gzip by its name, and known by its first bytes', async () => {
    const { file, lines } = await anExport()
    const zipped = join(dir, 'no-matter')
    await writeFile(zipped, gzipSync(await readFile(file)))
    expect(await importCounts(zipped, placeOf({ dataDir: join(dir, 'to') }), now)).toContain('imported ')
    await exportCounts(join(dir, 'out.gz'), placeOf({ dataDir: join(dir, 'to') }), now)
    const again = gunzipSync(await readFile(join(dir, 'out.gz')))
      .toString()
      .split('\n')
      .slice(1, -1)
    expect(again).toEqual(lines.slice(1))
  })

  test('that is there is not written over', async () => {
    const { file } = await anExport()
    const to = placeOf({ dataDir: join(dir, 'to') })
    await importCounts(file, to, now)
    await expect(exportCounts(file, to, now)).rejects.toThrow('is there already')
    expect(await readFile(file, 'utf8')).toContain('"end"')
  })

  test.each([
    ['without its end', (lines: string[]) => lines.slice(0, -1), 'is not whole'],
    [
      'without a line in its middle',
      (lines: string[]) => lines.toSpliced(20, 1),
      'Line 21|is not whole|Line',
    ],
    [
      'cut in the middle of a line',
      (lines: string[]) => [...lines.slice(0, 30), lines[30]!.slice(0, 9)],
      'no JSON',
    ],
    [
      'with something behind its end',
      (lines: string[]) => [...lines, '{"keys":[]}'],
      'says that it is the last',
    ],
    ['of another kind', () => ['{"a":1}'], 'no export'],
    ['that is empty', () => [], 'it is empty'],
    [
      'of a newer version',
      (lines: string[]) => [lines[0]!.replace('"version":1', '"version":2'), ...lines.slice(1)],
      'made by a newer HailWhale',
    ],
    ['with an unknown line', (lines: string[]) => lines.toSpliced(1, 0, '{"future":1}'), 'of no known kind'],
    [
      'with a wrong row',
      (lines: string[]) => lines.toSpliced(3, 0, '{"row":"1h","from":5,"key":"k","sums":[]}'),
      'no bucket of 1h',
    ],
  ])('%s is refused', async (_name, edit, message) => {
    const { lines } = await anExport()
    await expect(imported(edit(lines), { dataDir: join(dir, 'to') })).rejects.toThrow(new RegExp(message))
  })

  test('that was cut leaves the store closed until the whole one is imported', async () => {
    const { lines } = await anExport()
    const to = join(dir, 'to')
    await expect(imported(lines.slice(0, -5), { dataDir: to })).rejects.toThrow('is not whole')
    const store = new LmdbStore(join(to, 'store'))
    await expect(store.open()).rejects.toThrow("run 'hailwhale import' again")
    expect(await imported(lines, { dataDir: to })).toContain('imported ')
    await store.open()
    await store.close()
  })

  test('of other counts, imported after one that was cut: nothing of that is left', async () => {
    const [first, second] = [await anExport(1), await anExport(2)]
    for (const to of [
      { dataDir: join(dir, 'to') },
      { store: redis.url, namespace: 'cut', partitions: '3' },
    ] as Written[]) {
      await expect(imported(first.lines.slice(0, -1), to)).rejects.toThrow('is not whole')
      await imported(second.lines, to)
      const file = join(dir, `again ${to.store ?? 'files'}`.replaceAll('/', ' '))
      await exportCounts(file, placeOf(to), now)
      const lines = (await readFile(file, 'utf8')).split('\n').slice(1, -1)
      expect(lines).toEqual(second.lines.slice(1))
    }
  })
})

describe('a place', () => {
  test.each([
    ['files', () => ({ dataDir: join(dir, 'to') })],
    ['folders', () => ({ store: `lmdb:${join(dir, 'to')}`, partitions: '3' })],
    ['Redis', () => ({ store: redis.url, namespace: 'twice', partitions: '3' })],
  ] as [string, () => Written][])('that holds counts is refused: %s', async (_name, to) => {
    const { lines } = await anExport()
    await imported(lines, to())
    await expect(imported(lines, to())).rejects.toThrow('holds counts or boards already')
  })

  test('whose journal has been counted into is refused, and an old journal beside its own counts', async () => {
    const { lines } = await anExport()
    const harness = await started()
    await countSome(harness, new Dice(3), 2)
    await harness.move(async (from, to) => {
      await expect(imported(lines, { dataDir: from })).rejects.toThrow('has been counted into')
      await moveCounts({ dataDir: from }, join(dir, 'own'), { store: redis.url }, NOW_MS)
      const old = placeOf({ dataDir: from, store: redis.url })
      await expect(exportCounts(join(dir, 'twice'), old, now)).rejects.toThrow('counted twice')
      await importCounts(join(dir, 'own'), placeOf({ dataDir: to }), now)
    })
  })

  test('without counts is said so, and nothing is made', async () => {
    const none = join(dir, 'none')
    await expect(exportCounts(join(dir, 'x'), placeOf({ dataDir: none }), now)).rejects.toThrow(
      'is no data folder',
    )
    await expect(
      exportCounts(join(dir, 'x'), placeOf({ store: redis.url, namespace: 'none' }), now),
    ).rejects.toThrow('there are no counts in')
    await expect(exportCounts(join(dir, 'x'), placeOf({ store: `lmdb:${none}` }), now)).rejects.toThrow(
      'there are no counts in',
    )
    expect([none, join(dir, 'x')].map(existsSync)).toEqual([false, false])
  })
})
