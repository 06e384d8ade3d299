/** A failing disk under the real code: no room, short writes, failing syncs, and the power going at any moment. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { MemoryDisk } from '../../../test/conformance/journal-disk.js'
import { Recorder, sequencesOf, textRecord } from '../../../test/conformance/journal-suite.js'
import type { HailWhaleError } from '../../model/errors.js'
import { crc32, tableCrc32 } from './crc32.js'
import { FileJournal } from './file-journal.js'
import { inspectJournal } from './inspect.js'

const directory = 'journal'

async function opened(fileSystem: MemoryDisk, fatal: HailWhaleError[] = []): Promise<FileJournal> {
  const journal = new FileJournal({
    directory,
    fileSystem,
    segmentBytes: 2000,
    onFatal: error => fatal.push(error),
  })
  await journal.open()
  return journal
}

async function texts(journal: FileJournal): Promise<string[]> {
  const recorder = new Recorder()
  const consuming = journal.consume(recorder)
  await recorder.caught
  await journal.close()
  await consuming
  expect(recorder.sequences).toEqual(sequencesOf(1, recorder.sequences.length))
  return recorder.texts
}

describe('a full disk', () => {
  test.each(['ENOSPC', 'EDQUOT'])(
    '%s refuses what does not fit and goes on when there is room again',
    async code => {
      for (let roomBytes = 0; roomBytes < 60; roomBytes += 7) {
        const disk = new MemoryDisk()
        disk.fullCode = code
        const fatal: HailWhaleError[] = []
        const journal = await opened(disk, fatal)
        await journal.append(0, textRecord('a'))
        for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate)
        disk.roomBytes = roomBytes
        await expect(journal.append(0, textRecord('b'.repeat(5000)))).rejects.toMatchObject({
          code: 'disk_full',
        })
        disk.roomBytes = Number.POSITIVE_INFINITY
        expect(await journal.append(0, textRecord('c'))).toBe(2)
        const killed = disk.crash(() => true)
        await journal.close()
        expect(fatal).toEqual([])
        expect((await inspectJournal(directory, killed)).damage).toEqual([])
        expect(await texts(await opened(killed))).toEqual(['a', 'c'])
      }
    },
  )

  test('no room for the next segment is no end either', async () => {
    const disk = new MemoryDisk()
    const journal = await opened(disk)
    await journal.append(0, textRecord('a'.repeat(3000)))
    disk.roomBytes = 10
    await expect(journal.append(0, textRecord('b'))).rejects.toMatchObject({ code: 'disk_full' })
    await expect(journal.append(0, textRecord('b'))).rejects.toMatchObject({ code: 'disk_full' })
    disk.roomBytes = Number.POSITIVE_INFINITY
    expect(await journal.append(0, textRecord('c'))).toBe(2)
    await journal.close()
    expect((await texts(await opened(disk))).at(-1)).toBe('c')
  })
})

test('short writes are continued', async () => {
  const disk = new MemoryDisk()
  disk.writeAtMostBytes = 5
  const journal = await opened(disk)
  await Promise.all(sequencesOf(1, 20).map(sequence => journal.append(0, textRecord(`text ${sequence}`))))
  await journal.close()
  expect(await texts(await opened(disk))).toEqual(sequencesOf(1, 20).map(sequence => `text ${sequence}`))
})

test('a failed sync is final: all that waits is refused, nothing is tried again, the process is told once', async () => {
  const disk = new MemoryDisk()
  const fatal: HailWhaleError[] = []
  const journal = await opened(disk, fatal)
  await journal.append(0, textRecord('a'))
  disk.syncsLeft = 0
  const first = journal.append(0, textRecord('b'))
  await new Promise(setImmediate)
  const answers = await Promise.allSettled([
    first,
    journal.append(0, textRecord('c')),
    journal.append(0, textRecord('d')),
  ])
  expect(answers.map(answer => answer.status)).toEqual(['rejected', 'rejected', 'rejected'])
  disk.syncsLeft = Number.POSITIVE_INFINITY
  const { syncs } = disk
  await expect(journal.append(0, textRecord('e'))).rejects.toMatchObject({ code: 'unavailable' })
  await journal.close()
  expect(disk.syncs).toBe(syncs)
  expect(fatal.map(error => error.code)).toEqual(['unavailable'])
})

test('what a failed sync left in the page cache is durable once the journal was opened again', async () => {
  const disk = new MemoryDisk()
  const journal = await opened(disk)
  await journal.append(0, textRecord('a'.repeat(700)))
  disk.syncsLeft = 0
  await expect(journal.append(0, textRecord('b'.repeat(700)))).rejects.toMatchObject({ code: 'unavailable' })
  await journal.close()
  disk.syncsLeft = Number.POSITIVE_INFINITY
  const again = await opened(disk)
  await again.append(0, textRecord('c'))
  const crashed = disk.crash(() => false)
  await again.close()
  expect(await texts(await opened(crashed))).toEqual(['a'.repeat(700), 'b'.repeat(700), 'c'])
})

test('appends that overlap share a sync', async () => {
  const disk = new MemoryDisk()
  const journal = await opened(disk)
  const before = disk.syncs
  await Promise.all(sequencesOf(1, 50).map(() => journal.append(0, textRecord('x'))))
  expect(disk.syncs - before).toBe(1)
  await journal.close()
})

test('after a power cut at any moment, all that was acknowledged is there, once, and what else is there is whole', async () => {
  const step = fc.record({ sizes: fc.array(fc.nat(1500), { minLength: 1, maxLength: 5 }), turns: fc.nat(6) })
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(step, { minLength: 1, maxLength: 8 }), { minLength: 1, maxLength: 4 }),
      fc.infiniteStream(fc.boolean()),
      async (lives, coins) => {
        let disk = new MemoryDisk()
        let known: string[] = []
        for (const [life, steps] of lives.entries()) {
          const journal = await opened(disk)
          const sent = [...known]
          let acknowledged = known.length
          for (const { sizes, turns } of steps) {
            for (const size of sizes) {
              const text = `${life}:${sent.length}`.padEnd(size, '.')
              sent.push(text)
              journal.append(0, textRecord(text)).then(
                sequence => {
                  acknowledged = Math.max(acknowledged, sequence)
                },
                () => undefined,
              )
            }
            for (let turn = 0; turn < turns; turn++) await new Promise(setImmediate)
          }
          disk = disk.crash(() => coins.next().value)
          const certain = acknowledged
          await journal.close()
          known = await texts(await opened(disk))
          expect(known.length).toBeGreaterThanOrEqual(certain)
          expect(known).toEqual(sent.slice(0, known.length))
        }
      },
    ),
    { numRuns: 150 },
  )
})

test('the checksum in plain code is the built-in one', () => {
  fc.assert(
    fc.property(fc.uint8Array(), fc.uint8Array(), (head, tail) => {
      expect(tableCrc32(tail, tableCrc32(head))).toBe(crc32(Buffer.concat([head, tail])))
    }),
  )
  expect(tableCrc32(Buffer.from('123456789'))).toBe(0xcbf43926)
})
