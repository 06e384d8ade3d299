/** The table of named corruptions: what is done to a journal of three segments, and what must survive it. */
import { describe, expect, test } from 'vitest'
import { MemoryDisk } from '../../../test/conformance/journal-disk.js'
import { Recorder, sequencesOf } from '../../../test/conformance/journal-suite.js'
import { JournalDamagedError } from '../journal.js'
import { FileJournal } from './file-journal.js'
import { inspectJournal } from './inspect.js'
import { writeRecord } from './record.js'
import { decide, type JournalRepair, type RecoveryAction, type SegmentState } from './recover.js'
import { repairJournal } from './repair.js'
import { encodeHeader, SEGMENT_HEADER_BYTES } from './segment.js'

const DIRECTORY = 'journal'
/** Each record: 16 bytes of header and 24 of its own. Three records a segment, one a commit: 1–3, 4–6, 7–9. */
const RECORD = 40
const [FIRST, MIDDLE, LAST] = ['000000000000001.hwj', '000000000000004.hwj', '000000000000007.hwj'] as const

function recordText(sequence: number): string {
  return `record ${sequence}`.padEnd(24, '-')
}

/** Bytes of a segment with these records, each a commit of its own unless `places` says otherwise. */
function segmentBytes(first: number, sequences: readonly number[], places: readonly number[] = []): Buffer {
  const bytes = Buffer.alloc(SEGMENT_HEADER_BYTES + RECORD * sequences.length)
  encodeHeader({ first, after: first - 1, journal: '0123456789abcdef' }).copy(bytes)
  for (const [index, sequence] of sequences.entries()) {
    const offset = SEGMENT_HEADER_BYTES + RECORD * index
    writeRecord(bytes, offset, sequence, places[index] ?? 0, Buffer.from(recordText(sequence)))
  }
  return bytes
}

function soundDisk(): MemoryDisk {
  const disk = new MemoryDisk()
  disk.replace(FIRST, segmentBytes(1, [1, 2, 3]))
  disk.replace(MIDDLE, segmentBytes(4, [4, 5, 6]))
  disk.replace(LAST, segmentBytes(7, [7, 8, 9]))
  return disk
}

interface Survived {
  readonly sequences: readonly number[]
  readonly repairs: readonly JournalRepair[]
}

/** Opens, reads everything, appends one more, is killed, opens again: both times the same must be there. */
async function reopen(fileSystem: MemoryDisk): Promise<Survived> {
  const repairs: JournalRepair[] = []
  const journal = new FileJournal({
    directory: DIRECTORY,
    fileSystem,
    onRepair: repair => repairs.push(repair),
  })
  await journal.open()
  const recorder = new Recorder()
  const consuming = journal.consume(recorder)
  await recorder.caught
  const before = [...recorder.sequences]
  expect(recorder.texts).toEqual(before.map(recordText))
  const appended = await journal.append(0, { bytes: Buffer.from(recordText((before.at(-1) ?? 0) + 1)) })
  const killed = fileSystem.crash(() => true)
  await journal.close()
  await consuming
  expect(await readAllBelow(await journalOf(killed), Number.POSITIVE_INFINITY)).toEqual([...before, appended])
  expect(appended).toBe((before.at(-1) ?? 0) + 1)
  return { sequences: before, repairs }
}

async function journalOf(fileSystem: MemoryDisk): Promise<FileJournal> {
  const journal = new FileJournal({ directory: DIRECTORY, fileSystem })
  await journal.open()
  return journal
}

function flip(disk: MemoryDisk, name: string, offset: number): void {
  const bytes = Buffer.from(disk.content(name))
  bytes[offset]! ^= 0x10
  disk.replace(name, bytes)
}

function patch(disk: MemoryDisk, name: string, change: (bytes: Buffer) => Buffer): void {
  disk.replace(name, change(Buffer.from(disk.content(name))))
}

const offsetOf = (index: number) => SEGMENT_HEADER_BYTES + RECORD * index

interface Survives {
  readonly name: string
  readonly damage: (disk: MemoryDisk) => void
  readonly through: number
  /** Where it is cut; undefined: nothing to report. */
  readonly cutAt?: number
}

const survivable: readonly Survives[] = [
  { name: 'nothing', damage: () => undefined, through: 9 },
  {
    name: 'zeros written ahead',
    damage: disk => patch(disk, LAST, bytes => Buffer.concat([bytes, Buffer.alloc(5000)])),
    through: 9,
  },
  {
    name: 'a few zeros, less than a header',
    damage: disk => patch(disk, LAST, bytes => Buffer.concat([bytes, Buffer.alloc(7)])),
    through: 9,
  },
  {
    name: 'zeros left at the end of a segment before the last',
    damage: disk => patch(disk, MIDDLE, bytes => Buffer.concat([bytes, Buffer.alloc(100)])),
    through: 9,
  },
  {
    name: 'garbage behind the last record',
    damage: disk => patch(disk, LAST, bytes => Buffer.concat([bytes, Buffer.alloc(99, 0xa5)])),
    through: 9,
    cutAt: offsetOf(3),
  },
  {
    name: 'garbage behind zeros',
    damage: disk =>
      patch(disk, LAST, bytes => Buffer.concat([bytes, Buffer.alloc(900), Buffer.from('garbage')])),
    through: 9,
    cutAt: offsetOf(3),
  },
  {
    name: 'a flipped bit in the bytes of the last record',
    damage: disk => flip(disk, LAST, offsetOf(2) + 20),
    through: 8,
    cutAt: offsetOf(2),
  },
  {
    name: 'a flipped bit in the length of the last record',
    damage: disk => flip(disk, LAST, offsetOf(2) + 4),
    through: 8,
    cutAt: offsetOf(2),
  },
  {
    name: 'a length that says gigabytes in the last record',
    damage: disk => flip(disk, LAST, offsetOf(2) + 7),
    through: 8,
    cutAt: offsetOf(2),
  },
  {
    name: 'the last record is zeros',
    damage: disk => patch(disk, LAST, bytes => bytes.fill(0, offsetOf(2))),
    through: 8,
  },
  {
    name: 'half a batch: the first record of the last commit is missing, its second is there',
    damage: disk =>
      disk.replace(LAST, segmentBytes(7, [7, 8, 9], [0, 0, 1]).fill(0, offsetOf(1), offsetOf(2))),
    through: 7,
    cutAt: offsetOf(1),
  },
  {
    name: 'half a batch: the second record of the last commit is torn, its third is there',
    damage: disk => {
      disk.replace(LAST, segmentBytes(7, [7, 8, 9], [0, 1, 2]))
      flip(disk, LAST, offsetOf(1) + 30)
    },
    through: 7,
    cutAt: offsetOf(1),
  },
  {
    name: 'the last segment is empty',
    damage: disk => disk.replace(LAST, Buffer.alloc(0)),
    through: 6,
    cutAt: 0,
  },
  {
    name: 'the last segment has half a header',
    damage: disk => patch(disk, LAST, bytes => bytes.subarray(0, 19)),
    through: 6,
    cutAt: 0,
  },
  {
    name: 'the last segment is zeros',
    damage: disk => disk.replace(LAST, Buffer.alloc(4096)),
    through: 6,
    cutAt: 0,
  },
  {
    name: 'the last segment has a header only',
    damage: disk => patch(disk, LAST, bytes => bytes.subarray(0, SEGMENT_HEADER_BYTES)),
    through: 6,
  },
]

describe('what a journal survives', () => {
  test.each(survivable)('$name', async ({ damage, through, cutAt }) => {
    const disk = soundDisk()
    damage(disk)
    const report = await inspectJournal(DIRECTORY, disk)
    expect(report.lastSequence).toBe(through)
    expect(report.damage.map(found => found.mendedBy)).toEqual(cutAt === undefined ? [] : ['opening'])
    const { sequences, repairs } = await reopen(disk)
    expect(sequences).toEqual(sequencesOf(1, through))
    expect(repairs.map(repair => repair.offsetBytes)).toEqual(cutAt === undefined ? [] : [cutAt])
  })

  test('a torn tail at every byte of the last record', async () => {
    for (let size = offsetOf(2); size < offsetOf(3); size++) {
      const disk = soundDisk()
      patch(disk, LAST, bytes => bytes.subarray(0, size))
      const { sequences, repairs } = await reopen(disk)
      expect(sequences).toEqual(sequencesOf(1, 8))
      expect(repairs.map(repair => repair.bytes)).toEqual(size === offsetOf(2) ? [] : [size - offsetOf(2)])
    }
  })

  test('a flipped bit at every byte of the last record', async () => {
    for (let offset = offsetOf(2); offset < offsetOf(3); offset++) {
      const disk = soundDisk()
      flip(disk, LAST, offset)
      expect((await reopen(disk)).sequences).toEqual(sequencesOf(1, 8))
    }
  })
})

interface Refused {
  readonly name: string
  readonly damage: (disk: MemoryDisk) => void
  readonly file: string
  readonly offsetBytes: number
  readonly reason: RegExp
  /** What is left after a repair. */
  readonly repaired: readonly number[]
  /** The number that the next record must have at least. */
  readonly next: number
}

const without = (...missing: number[]) => sequencesOf(1, 9).filter(sequence => !missing.includes(sequence))

const refused: readonly Refused[] = [
  {
    name: 'a flipped bit in the middle of the last segment, later commits behind it',
    damage: disk => flip(disk, LAST, offsetOf(1) + 30),
    file: LAST,
    offsetBytes: offsetOf(1),
    reason: /checksum/,
    repaired: without(8),
    next: 10,
  },
  {
    name: 'a flipped bit in a segment before the last',
    damage: disk => flip(disk, MIDDLE, offsetOf(0) + 20),
    file: MIDDLE,
    offsetBytes: offsetOf(0),
    reason: /checksum/,
    repaired: without(4),
    next: 10,
  },
  {
    name: 'a bad length in a segment before the last',
    damage: disk => flip(disk, FIRST, offsetOf(1) + 5),
    file: FIRST,
    offsetBytes: offsetOf(1),
    reason: /the file ends inside a record/,
    repaired: without(2),
    next: 10,
  },
  {
    name: 'the end of a segment before the last is torn',
    damage: disk => patch(disk, MIDDLE, bytes => bytes.subarray(0, offsetOf(2) + 3)),
    file: MIDDLE,
    offsetBytes: offsetOf(2),
    reason: /the file ends inside/,
    repaired: without(6),
    next: 10,
  },
  {
    name: 'a segment before the last ends too soon, between two records',
    damage: disk => patch(disk, MIDDLE, bytes => bytes.subarray(0, offsetOf(1))),
    file: LAST,
    offsetBytes: 12,
    reason: /follows sequence 6, but .*ends with 4/,
    repaired: without(5, 6),
    next: 10,
  },
  {
    name: 'a segment is missing',
    damage: disk => void disk.remove(MIDDLE),
    file: LAST,
    offsetBytes: 12,
    reason: /follows sequence 6, but .*ends with 3/,
    repaired: without(4, 5, 6),
    next: 10,
  },
  {
    name: 'a segment is missing and the last was never used',
    damage: disk => {
      void disk.remove(MIDDLE)
      disk.replace(LAST, Buffer.alloc(0))
    },
    file: LAST,
    offsetBytes: 12,
    reason: /follows sequence 6, but .*ends with 3/,
    repaired: sequencesOf(1, 3),
    next: 7,
  },
  {
    name: 'a flipped bit in the header',
    damage: disk => flip(disk, MIDDLE, 20),
    file: MIDDLE,
    offsetBytes: 0,
    reason: /checksum of the segment's header/,
    repaired: without(),
    next: 10,
  },
  {
    name: 'a file that is something else',
    damage: disk => disk.replace(MIDDLE, Buffer.from('not a journal at all, but long enough for one')),
    file: MIDDLE,
    offsetBytes: 0,
    reason: /does not begin with HWJ/,
    repaired: without(4, 5, 6),
    next: 10,
  },
  {
    name: 'the header of the last segment is zeros, its records are there',
    damage: disk => patch(disk, LAST, bytes => bytes.fill(0, 0, SEGMENT_HEADER_BYTES)),
    file: LAST,
    offsetBytes: 0,
    reason: /header is missing/,
    repaired: without(),
    next: 10,
  },
  {
    name: 'an empty segment before the last',
    damage: disk => disk.replace(MIDDLE, Buffer.alloc(0)),
    file: MIDDLE,
    offsetBytes: 0,
    reason: /header is missing/,
    repaired: without(4, 5, 6),
    next: 10,
  },
  {
    name: 'a segment under another name',
    damage: disk => disk.replace(MIDDLE, segmentBytes(7, [7, 8, 9])),
    file: MIDDLE,
    offsetBytes: 0,
    reason: /begins with sequence 7, its name says 4/,
    repaired: without(4, 5, 6),
    next: 10,
  },
  {
    name: 'a segment of another journal',
    damage: disk =>
      patch(disk, MIDDLE, bytes => {
        encodeHeader({ first: 4, after: 3, journal: 'ffffffffffffffff' }).copy(bytes)
        return bytes
      }),
    file: MIDDLE,
    offsetBytes: 0,
    reason: /another journal/,
    repaired: without(),
    next: 10,
  },
]

describe('what is refused as damage, and what a repair keeps of it', () => {
  test.each(refused)('$name', async ({ damage, file, offsetBytes, reason, repaired, next }) => {
    const disk = soundDisk()
    damage(disk)
    const before = new Map((await disk.list()).map(name => [name, Buffer.from(disk.content(name))]))
    const error = await new FileJournal({ directory: DIRECTORY, fileSystem: disk })
      .open()
      .catch(thrown => thrown)
    expect(error).toBeInstanceOf(JournalDamagedError)
    expect(error).toMatchObject({ file: `${DIRECTORY}/${file}`, offsetBytes })
    expect(error.reason).toMatch(reason)
    for (const [name, bytes] of before) expect(disk.content(name)).toEqual(bytes)
    const report = await inspectJournal(DIRECTORY, disk)
    expect(report.damage).toContainEqual(
      expect.objectContaining({ file: `${DIRECTORY}/${file}`, offsetBytes, mendedBy: 'repair' }),
    )
    expect((await repairJournal(DIRECTORY, { fileSystem: disk })).length).toBeGreaterThan(0)
    expect((await inspectJournal(DIRECTORY, disk)).damage).toEqual([])
    expect(await repairJournal(DIRECTORY, { fileSystem: disk })).toEqual([])
    const journal = await journalOf(disk)
    expect(await journal.append(0, { bytes: Buffer.from('next') })).toBeGreaterThanOrEqual(next)
    await journal.close()
    const sequences = await readAllBelow(await journalOf(disk), next)
    expect(sequences).toEqual(repaired.filter(sequence => sequence < next))
  })

  test('a repair says which sequences are given up', async () => {
    const disk = soundDisk()
    flip(disk, MIDDLE, offsetOf(1) + 20)
    const lines = await repairJournal(DIRECTORY, { fileSystem: disk })
    expect(lines.join('\n')).toContain('1 records are given up: sequences 5 to 5')
    expect(await disk.list()).toContain(`${MIDDLE}.damaged`)
  })

  test('a repair told what the store has applied gives no sequence out twice', async () => {
    const disk = soundDisk()
    await disk.remove(LAST)
    await repairJournal(DIRECTORY, { fileSystem: disk, atLeastSequence: 9 })
    const journal = await journalOf(disk)
    expect(await journal.append(0, { bytes: Buffer.from('next') })).toBe(10)
    await journal.close()
  })

  test('a newer version is refused with a message, and not repaired', async () => {
    const disk = soundDisk()
    patch(disk, LAST, bytes => {
      bytes[4] = 2
      return bytes
    })
    await expect(journalOf(disk)).rejects.toThrow(/version 2, which a newer HailWhale wrote/)
    await expect(repairJournal(DIRECTORY, { fileSystem: disk })).rejects.toThrow(/version 2/)
  })
})

async function readAllBelow(journal: FileJournal, next: number): Promise<number[]> {
  const recorder = new Recorder()
  const consuming = journal.consume(recorder)
  await recorder.caught
  await journal.close()
  await consuming
  return recorder.sequences.filter(sequence => sequence < next)
}

describe('the decision table, row by row', () => {
  const sound: SegmentState = {
    position: 'last',
    header: 'header',
    follows: true,
    tail: 'clean',
    later: 'none',
  }
  const rows: readonly (readonly [string, Partial<SegmentState>, RecoveryAction])[] = [
    ['sound', {}, 'keep'],
    ['sound, not last', { position: 'not last' }, 'keep'],
    ['newer version', { header: 'future' }, 'refuse: newer version'],
    ['newer version, out of order', { header: 'future', follows: false }, 'refuse: newer version'],
    ['bad header', { header: 'bad' }, 'refuse: header'],
    ['bad header, not last', { header: 'bad', position: 'not last' }, 'refuse: header'],
    ['unused', { header: 'unused' }, 'begin anew'],
    ['unused, not last', { header: 'unused', position: 'not last' }, 'refuse: header'],
    ['unused, out of order', { header: 'unused', follows: false }, 'refuse: missing segment'],
    ['out of order', { follows: false }, 'refuse: missing segment'],
    ['out of order, torn', { follows: false, tail: 'bad' }, 'refuse: missing segment'],
    ['torn', { tail: 'bad' }, 'cut'],
    ['torn in a commit', { tail: 'bad', later: 'same commit' }, 'cut'],
    ['damaged', { tail: 'bad', later: 'later commit' }, 'refuse: bad record'],
    ['torn, not last', { tail: 'bad', position: 'not last' }, 'refuse: bad record'],
  ]
  test.each(rows)('%s', (_name, state, action) => {
    expect(decide({ ...sound, ...state })).toBe(action)
  })
})
