import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { journalSuite, Recorder, sequencesOf, textRecord } from '../../../test/conformance/journal-suite.js'
import { FileJournal } from './file-journal.js'
import { inspectJournal } from './inspect.js'
import { lockDirectory } from './lock.js'

const places: string[] = []

async function newPlace(): Promise<string> {
  const place = await mkdtemp(join(tmpdir(), 'hailwhale-journal-'))
  places.push(place)
  return place
}

afterAll(() => Promise.all(places.map(place => rm(place, { recursive: true, force: true }))))

journalSuite({
  name: 'file, large segments',
  sequences: 'dense',
  create: directory => new FileJournal({ directory }),
  newPlace,
})
journalSuite({
  name: 'file, tiny segments',
  sequences: 'dense',
  create: directory => new FileJournal({ directory, segmentBytes: 300 }),
  newPlace,
})

describe('segments', () => {
  test('are rolled between commits, trimmed whole, and the active one stays', async () => {
    const directory = await newPlace()
    const journal = new FileJournal({ directory, segmentBytes: 1000 })
    await journal.open()
    for (let sequence = 1; sequence <= 30; sequence++) {
      await journal.append(0, { bytes: Buffer.alloc(184, sequence) })
    }
    const before = (await inspectJournal(directory)).segments
    expect(before.map(segment => segment.firstSequence)).toEqual([1, 6, 11, 16, 21, 26])
    const held = await journal.stats()
    expect(held).toEqual({ bytes: before.reduce((sum, { bytes }) => sum + bytes, 0), segments: 6 })
    await journal.trim(0, 14)
    expect((await journal.stats()).segments).toBe(4)
    expect((await inspectJournal(directory)).segments[0]?.firstSequence).toBe(11)
    await expect(journal.consume(new Recorder(9))).rejects.toThrow('begins after sequence 10')
    await journal.trim(0, 30)
    expect((await inspectJournal(directory)).segments.map(segment => segment.firstSequence)).toEqual([26])
    await journal.close()
    expect((await readdir(directory)).sort()).toEqual(['000000000000026.hwj'])
  })

  test('a record larger than a chunk and than a segment is read back', async () => {
    const directory = await newPlace()
    const large = Buffer.alloc(5_000_000, 'large')
    const journal = new FileJournal({ directory, segmentBytes: 1_000_000 })
    await journal.open()
    expect(
      await Promise.all([large, Buffer.from('b'), large].map(bytes => journal.append(0, { bytes }))),
    ).toEqual([1, 2, 3])
    await journal.close()
    const again = new FileJournal({ directory })
    await again.open()
    const recorder = new Recorder()
    const consuming = again.consume(recorder)
    await recorder.reached(3)
    expect(recorder.texts).toEqual([large.toString(), 'b', large.toString()])
    await again.close()
    await consuming
  })

  test('a consumer that lags by more than the waiting room is fed from the files', async () => {
    const journal = new FileJournal({ directory: await newPlace() })
    await journal.open()
    let release: () => void = () => undefined
    const held = new Promise<void>(resolve => {
      release = resolve
    })
    const recorder = new Recorder(0, sequence => (sequence === 1 ? held : undefined))
    const consuming = journal.consume(recorder)
    const bytes = Buffer.alloc(4_000_000)
    for (let sequence = 1; sequence <= 25; sequence++) {
      await journal.append(0, { bytes, decoded: sequence })
    }
    release()
    await recorder.reached(25)
    await journal.append(0, textRecord('live again'))
    await recorder.reached(26)
    await journal.close()
    await consuming
    expect(recorder.sequences).toEqual(sequencesOf(1, 26))
    expect(recorder.decoded[24]).toBeUndefined()
    expect(recorder.texts.at(-1)).toBe('live again')
  })

  test('a live consumer has the record before the append resolves', async () => {
    const journal = new FileJournal({ directory: await newPlace() })
    await journal.open()
    const recorder = new Recorder()
    const consuming = journal.consume(recorder)
    await journal.append(0, textRecord('a'))
    await recorder.reached(1)
    for (let sequence = 2; sequence < 20; sequence++) {
      await journal.append(0, textRecord('x'))
      expect(recorder.sequences.at(-1)).toBe(sequence)
    }
    await journal.close()
    await consuming
  })
})

describe('the lock', () => {
  const noWait = () => Promise.resolve()

  test('keeps a second one out, naming the process, and is given back', async () => {
    const directory = await newPlace()
    const journal = new FileJournal({ directory })
    await journal.open()
    await expect(new FileJournal({ directory }).open()).rejects.toThrow(
      `process ${process.pid} on ${hostname()}`,
    )
    await journal.close()
    const again = new FileJournal({ directory })
    await again.open()
    await again.close()
  })

  test('of a process that is gone, or whose id another one has now, is taken over', async () => {
    const directory = await newPlace()
    for (const owner of [
      { pid: 2 ** 22 + 1, started: '1', host: hostname() },
      { pid: process.pid, started: 'before', host: hostname() },
    ]) {
      await writeFile(join(directory, 'lock'), JSON.stringify(owner))
      const lock = await lockDirectory(directory, noWait)
      await lock.release()
    }
    expect(await readdir(directory)).toEqual([])
  })

  test('of another host holds while it is touched, and is stale when it is not', async () => {
    const directory = await newPlace()
    const path = join(directory, 'lock')
    const foreign = JSON.stringify({ pid: 1, started: '1', host: 'another.example' })
    await writeFile(path, foreign)
    await expect(lockDirectory(directory, () => writeFile(path, foreign))).rejects.toThrow('another.example')
    await (await lockDirectory(directory, noWait)).release()
    await writeFile(path, '')
    await (await lockDirectory(directory, noWait)).release()
  })
})
