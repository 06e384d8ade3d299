/**
 * The table of damaged data folders, on the real process: what is done to a folder of nine records in three segments, and what must
 * survive it, or how the start is refused and what a repair saves. The journal alone has its own table
 * (src/journal/file/damage.test.ts); here it is journal and store together.
 */
import { cp, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { check } from '../../src/cli/check.js'
import { fileSettings, resolveSettings } from '../../src/cli/resolve.js'
import type { RunningServer } from '../../src/cli/running.js'
import { startServer } from '../../src/cli/serve.js'
import { FileJournal } from '../../src/journal/file/file-journal.js'
import { SEGMENT_HEADER_BYTES } from '../../src/journal/file/segment.js'
import { DAY_MS } from '../../src/model/interval.js'
import { DEFAULT_LIMITS } from '../../src/model/limits.js'
import { DEFAULT_RETENTION } from '../../src/model/retention.js'
import { STATE, writeState } from '../../src/rollup/flush.js'
import { LmdbStore } from '../../src/store/lmdb/lmdb-store.js'
import { openEmbedded } from '../../src/whale/embedded.js'
import { buildIfStale, runCommand, ServerProcess } from '../support/server-process.js'

const [FIRST, MIDDLE, LAST] = ['000000000000001.hwj', '000000000000004.hwj', '000000000000007.hwj'] as const

let root: string
/** Bytes of one record with its header: all are alike. */
let recordBytes: number
/** Folders by the record after which counts were flushed: as a kill -9 would leave them. */
const folders = new Map<number, string>()

beforeAll(async () => {
  await buildIfStale()
  root = await mkdtemp(join(tmpdir(), 'hailwhale-damage-'))
  const measured = await makeFolder(join(root, 'measured'), { records: 1, flushAfter: 0, segmentBytes: 1 })
  recordBytes = measured - SEGMENT_HEADER_BYTES
  const segmentBytes = SEGMENT_HEADER_BYTES + 2 * recordBytes + 1
  for (const flushAfter of [0, 2, 5, 9]) {
    const made = join(root, `made ${flushAfter}`)
    await makeFolder(made, { records: 9, flushAfter, segmentBytes })
    folders.set(flushAfter, `${made} copy`)
  }
}, 120_000)

afterAll(() => rm(root, { recursive: true, force: true }))

interface FolderOptions {
  readonly records: number
  readonly flushAfter: number
  readonly segmentBytes: number
}

/** Counts two events a record, and copies the folder as it is then to `<folder> copy`. Answers the journal's bytes. */
async function makeFolder(
  folder: string,
  { records, flushAfter, segmentBytes }: FolderOptions,
): Promise<number> {
  const fail = (error: Error) => {
    throw error
  }
  const journal = new FileJournal({ directory: join(folder, 'journal'), segmentBytes, onFatal: fail })
  const server = await openEmbedded({
    dataDir: folder,
    retention: DEFAULT_RETENTION,
    dedupeWindowMs: DAY_MS,
    flushIntervalMs: DAY_MS,
    cacheMemoryBytes: 2 ** 26,
    limits: DEFAULT_LIMITS,
    now: Date.now,
    log: { info: () => {}, warn: () => {}, error: () => {} },
    onFatal: fail,
    journal,
  })
  await server.recovered
  for (let record = 1; record <= records; record++) {
    const half = (dimension: string) => ({
      key: ['_'],
      paths: [[dimension, `r${record}`]],
      metrics: new Map([['hits', 1]]),
      atMs: Date.now(),
    })
    await server.service.count([half('this'), half('that')])
    if (record === flushAfter) await server.whale.flush()
  }
  const { bytes } = await journal.stats()
  await cp(folder, `${folder} copy`, { recursive: true })
  await rm(join(`${folder} copy`, 'journal', 'lock'))
  await server.close()
  return bytes
}

/** A copy of a made folder, to be damaged. */
class Folder {
  readonly path: string

  constructor(path: string) {
    this.path = path
  }

  static async of(flushAfter: number): Promise<Folder> {
    const path = await mkdtemp(join(root, 'case-'))
    await cp(folders.get(flushAfter)!, path, { recursive: true })
    return new Folder(path)
  }

  segment(name: string): string {
    return join(this.path, 'journal', name)
  }

  async flip(name: string, offset: number): Promise<void> {
    const bytes = await readFile(this.segment(name))
    bytes[offset]! ^= 0x10
    await writeFile(this.segment(name), bytes)
  }

  async removeSegment(name: string): Promise<void> {
    await rm(this.segment(name))
  }

  /** As a flush through this sequence leaves the store that is killed behind its first write. */
  async beginFlush(through: number): Promise<void> {
    const store = new LmdbStore(join(this.path, 'store'))
    await store.open()
    await writeState(store, STATE.flushing, through)
    await store.close()
  }
}

/** Where a record begins: `place` 0, 1 or 2 in its segment. */
const at = (place: number) => SEGMENT_HEADER_BYTES + place * recordBytes

const all = [1, 2, 3, 4, 5, 6, 7, 8, 9]
const without = (...missing: number[]) => all.filter(record => !missing.includes(record))

/** Which records the server has: both of their events, or none, in every path. */
async function recordsOf(url: string): Promise<number[]> {
  const names = await Promise.all(
    ['this', 'that'].map(async dimension => {
      const query = `dimensions=${dimension}&depth=1&metrics=hits&period=1h:2d`
      const points = (await (await fetch(`${url}/plotpoints?${query}`)).json()) as Record<
        string,
        { hits: [number, number][] }
      >
      const sums = Object.entries(points).map(
        ([path, { hits }]) => [path, hits.reduce((sum, [, n]) => sum + n, 0)] as const,
      )
      const children = sums.filter(([path]) => path.startsWith('['))
      expect(children.every(([, sum]) => sum === 1 || sum === 0)).toBe(true)
      const counted = children.filter(([, sum]) => sum === 1).map(([path]) => JSON.parse(path)[1] as string)
      expect(Object.fromEntries(sums)[dimension] ?? 0).toBe(counted.length)
      return counted.sort()
    }),
  )
  expect(names[0]).toEqual(names[1])
  return names[0]!.map(name => Number(name.slice(1)))
}

interface Checked {
  readonly code: number
  readonly text: string
}

async function checked(folder: Folder, repair = false): Promise<Checked> {
  const printed: string[] = []
  const code = await check(folder.path, { repair, print: text => printed.push(text) })
  return { code, text: printed.join('\n') }
}

/** The whole server in this process, for what needs no process of its own. */
async function serveIn(path: string): Promise<RunningServer> {
  const lines = ['port = 0', `data-dir = ${path}`, 'flush-interval = 1h']
  const server = await startServer(resolveSettings([fileSettings(lines.join('\n'), 'test.conf')]), {
    log: pino({ level: 'silent' }),
    now: Date.now,
    random: () => 0.5,
    onFatal: error => {
      throw error
    },
  })
  await server.recovered
  return server
}

/** Starts, asks, counts one more, is left as a kill leaves it, starts again, stops, starts: each time the same is there. */
async function expectRecords(folder: Folder, records: readonly number[]): Promise<void> {
  const first = await serveIn(folder.path)
  expect(await recordsOf(first.url)).toEqual(records)
  const more = ['this', 'that'].map(dimension => ({ dimensions: { [dimension]: 'r99' } }))
  const answer = await fetch(`${first.url}/count`, { method: 'POST', body: JSON.stringify(more) })
  expect(await answer.json()).toEqual({ counted: 2, duplicates: 0 })
  const killed = join(root, `killed ${first.url.replaceAll(/\W/g, ' ')}`)
  await cp(folder.path, killed, { recursive: true })
  await rm(join(killed, 'journal', 'lock'))
  await first.close()
  for (const path of [killed, killed, folder.path]) {
    const next = await serveIn(path)
    expect(await recordsOf(next.url)).toEqual([...records, 99])
    await next.close()
  }
}

interface Survives {
  readonly name: string
  readonly flushAfter: number
  readonly damage: (folder: Folder) => Promise<unknown>
  readonly records: readonly number[]
}

const survivable: readonly Survives[] = [
  { name: 'nothing', flushAfter: 2, damage: async () => {}, records: all },
  {
    name: 'torn tail: the last record is cut in its middle, half a batch',
    flushAfter: 2,
    damage: folder => truncate(folder.segment(LAST), at(2) + Math.floor(recordBytes / 2)),
    records: without(9),
  },
  {
    name: 'a flipped bit in the last record',
    flushAfter: 5,
    damage: folder => folder.flip(LAST, at(2) + 20),
    records: without(9),
  },
  {
    name: 'a bad length in the last record',
    flushAfter: 0,
    damage: folder => folder.flip(LAST, at(2) + 5),
    records: without(9),
  },
  {
    name: 'the store is gone, the journal has everything',
    flushAfter: 2,
    damage: folder => rm(join(folder.path, 'store'), { recursive: true }),
    records: all,
  },
  {
    name: 'a flush that was cut short behind its first write',
    flushAfter: 2,
    damage: folder => folder.beginFlush(7),
    records: all,
  },
]

describe('what a data folder survives', () => {
  test.each(survivable)('$name', async ({ flushAfter, damage, records }) => {
    const folder = await Folder.of(flushAfter)
    await damage(folder)
    expect(await checked(folder)).toMatchObject({ code: 0 })
    await expectRecords(folder, records)
  })
})

interface Refused extends Survives {
  /** What the start says. */
  readonly says: RegExp
}

const refused: readonly Refused[] = [
  {
    name: 'a flipped bit before the tail',
    flushAfter: 2,
    damage: folder => folder.flip(LAST, at(1) + 20),
    says: /000000000000007\.hwj at byte \d+: .*checksum/,
    records: without(8),
  },
  {
    name: 'a bad length before the tail',
    flushAfter: 2,
    damage: folder => folder.flip(MIDDLE, at(0) + 5),
    says: /000000000000004\.hwj at byte \d+/,
    records: without(4),
  },
  {
    name: 'a bad record that the store has applied',
    flushAfter: 5,
    damage: folder => folder.flip(MIDDLE, at(0) + 20),
    says: /000000000000004\.hwj at byte \d+/,
    records: all,
  },
  {
    name: 'a missing segment',
    flushAfter: 2,
    damage: folder => folder.removeSegment(MIDDLE),
    says: /a segment is missing/,
    records: without(4, 5, 6),
  },
  {
    name: 'the first segment is missing, and with it a record that the store has not',
    flushAfter: 2,
    damage: folder => folder.removeSegment(FIRST),
    says: /begins after sequence 3, records from 3 on/,
    records: without(3),
  },
  {
    name: 'the first segment that was not trimmed is missing',
    flushAfter: 5,
    damage: folder => folder.removeSegment(MIDDLE),
    says: /begins after sequence 6, records from 6 on/,
    records: without(6),
  },
  {
    name: 'a torn tail that the store has applied',
    flushAfter: 9,
    damage: folder => truncate(folder.segment(LAST), at(2) + 10),
    says: /ends with sequence 8, but its consumer has applied 9/,
    records: all,
  },
  {
    name: 'the end is lost before where a flush was to go',
    flushAfter: 2,
    damage: async folder => {
      await folder.beginFlush(9)
      await truncate(folder.segment(LAST), at(2) + 10)
    },
    says: /ends with sequence 8, but the store holds counts through 9/,
    records: without(9),
  },
  {
    name: 'a flush was cut short, and the record it ended with is damaged',
    flushAfter: 2,
    damage: async folder => {
      await folder.beginFlush(8)
      await folder.flip(LAST, at(1) + 20)
    },
    says: /000000000000007\.hwj at byte \d+: .*checksum/,
    records: without(8),
  },
  {
    name: 'the journal was deleted',
    flushAfter: 2,
    damage: folder => rm(join(folder.path, 'journal'), { recursive: true }),
    says: /ends with sequence 0, but its consumer has applied 2/,
    records: [1, 2],
  },
  {
    name: 'the journal was deleted, and the store has it all',
    flushAfter: 9,
    damage: folder => rm(join(folder.path, 'journal'), { recursive: true }),
    says: /ends with sequence 0, but its consumer has applied 9/,
    records: all,
  },
  {
    name: 'the store was deleted, and the journal has been trimmed',
    flushAfter: 5,
    damage: folder => rm(join(folder.path, 'store'), { recursive: true }),
    says: /begins after sequence 3, records from 1 on/,
    records: without(1, 2, 3),
  },
]

describe('what is refused, and what a repair saves', () => {
  test.each(refused)('$name', async ({ flushAfter, damage, says, records }) => {
    const folder = await Folder.of(flushAfter)
    await damage(folder)
    const { code, stderr } = await ServerProcess.start(folder.path).ended
    expect(stderr).toMatch(says)
    expect(stderr).toContain('hailwhale check --repair')
    expect(stderr.trim().split('\n').length).toBe(1)
    expect(code).toBe(1)
    expect(await checked(folder)).toMatchObject({ code: 1, text: expect.stringContaining('--repair') })
    const repaired = { code: 0, text: expect.stringContaining('repair: ') }
    expect(await checked(folder, true)).toMatchObject(repaired)
    const again = { code: 0, text: expect.stringContaining('repair: nothing to do') }
    expect(await checked(folder, true)).toMatchObject(again)
    await expectRecords(folder, records)
  })

  test('a repair without a start before it: a deleted journal is begun anew', async () => {
    const folder = await Folder.of(9)
    await rm(join(folder.path, 'journal'), { recursive: true })
    expect(await runCommand('check', folder.path)).toMatchObject({ code: 1 })
    expect(await runCommand('check', '--repair', folder.path)).toMatchObject({ code: 0 })
    await expectRecords(folder, all)
  })

  test('a store that is none', async () => {
    const folder = await Folder.of(2)
    await writeFile(join(folder.path, 'store', 'store.mdb'), 'no database')
    const { code, stderr } = await ServerProcess.start(folder.path).ended
    expect(stderr).toMatch(/store.* is not an LMDB database/)
    expect(code).toBe(1)
    expect(await readdir(join(folder.path, 'journal'))).not.toContain('lock')
  })

  test('a journal of a newer version is left alone', async () => {
    const folder = await Folder.of(2)
    const bytes = await readFile(folder.segment(LAST))
    bytes[4] = 2
    await writeFile(folder.segment(LAST), bytes)
    const { code, stderr } = await ServerProcess.start(folder.path).ended
    expect(stderr).toMatch(/version 2, which a newer HailWhale wrote/)
    expect(code).toBe(1)
    expect((await runCommand('check', '--repair', folder.path)).code).toBe(1)
    expect(await readFile(folder.segment(LAST))).toEqual(bytes)
  })

  test('a folder in use: the second server says by whom, and the first goes on', async () => {
    const folder = await Folder.of(2)
    const first = ServerProcess.start(folder.path)
    const url = await first.ready()
    const { code, stderr } = await ServerProcess.start(folder.path).ended
    expect(stderr).toContain(`process ${first.pid}`)
    expect(code).toBe(1)
    expect(await recordsOf(url)).toEqual(all)
    await first.end('SIGKILL')
  })
})
