/**
 * Makes a damaged journal openable again: keeps every record that can still be read, in order, and says what is given up. What
 * a damaged segment held is set aside whole, never deleted. docs/format/journal.md, "Repair".
 */
import { randomBytes } from 'node:crypto'
import { basename, join } from 'node:path'
import { type JournalFile, type JournalFileSystem, nodeFileSystem } from './file-system.js'
import { lockDirectory } from './lock.js'
import { type FoundRecord, findNonZero, findRecord, RecordReader } from './reader.js'
import { type Assessment, assess, cut, refusal } from './recover.js'
import type { SegmentScan } from './scan.js'
import {
  createSegment,
  encodeHeader,
  SEGMENT_HEADER_BYTES,
  type SegmentHeader,
  segmentName,
  writeAll,
} from './segment.js'

/** How to repair. */
export interface RepairOptions {
  /** The disk (default: the real one; with another one, the folder is not locked). */
  readonly fileSystem?: JournalFileSystem
  /**
   * The highest sequence that the store has applied, if known: what is appended later gets a higher one, even if the end of the journal
   * is missing without a trace.
   */
  readonly atLeastSequence?: number
}

/** Good records side by side. */
interface Run {
  readonly fromBytes: number
  readonly untilBytes: number
  readonly first: number
  readonly last: number
}

interface Progress {
  readonly fileSystem: JournalFileSystem
  readonly directory: string
  readonly journal: string
  readonly lines: string[]
  /** The last sequence kept so far; undefined before the first segment. */
  last: number | undefined
  /** No sequence above this one can have been given out. */
  highest: number
}

/**
 * Repairs the journal in a folder; resolves with what was done and what is given up, a line each (none if it was sound). Throws
 * `HailWhaleError('unavailable')` if it is open in a process or was written by a newer version.
 */
export async function repairJournal(directory: string, options: RepairOptions = {}): Promise<string[]> {
  const fileSystem = options.fileSystem ?? nodeFileSystem
  await fileSystem.list(directory)
  const lock = options.fileSystem === undefined ? await lockDirectory(directory) : undefined
  try {
    const found: Assessment[] = []
    for await (const assessment of assess(fileSystem, directory)) found.push(assessment)
    return await repairAll(fileSystem, directory, found, options.atLeastSequence ?? 0)
  } finally {
    await lock?.release()
  }
}

async function repairAll(
  fileSystem: JournalFileSystem,
  directory: string,
  found: readonly Assessment[],
  atLeastSequence: number,
): Promise<string[]> {
  for (const { scan, previous, action } of found) {
    if (action === 'refuse: newer version') throw refusal(action, scan, previous)
  }
  const journal = found.map(({ scan }) => scan.header).find(header => header.kind === 'header')
    ?.header.journal
  const progress: Progress = {
    fileSystem,
    directory,
    journal: journal ?? randomBytes(8).toString('hex'),
    lines: [],
    last: undefined,
    highest: 0,
  }
  for (const [index, assessment] of found.entries()) {
    await repairSegment(progress, assessment, found[index + 1]?.scan.first ?? Number.POSITIVE_INFINITY)
  }
  await jumpAhead(progress, Math.max(progress.highest, atLeastSequence))
  return progress.lines
}

async function repairSegment(
  progress: Progress,
  { scan, action }: Assessment,
  untilSequence: number,
): Promise<void> {
  const { fileSystem, lines } = progress
  const name = basename(scan.path)
  const header = scan.header.kind === 'header' ? scan.header.header : undefined
  const isSound = action === 'keep' || action === 'cut' || action === 'refuse: missing segment'
  if (header !== undefined && isSound && (scan.stop.kind === 'end' || action === 'cut')) {
    if (action === 'cut') {
      const repair = await cut(fileSystem, scan)
      lines.push(
        `${name}: cut ${repair.bytes} bytes of a torn end at byte ${repair.offsetBytes}: ${repair.reason}`,
      )
    }
    if (progress.last !== undefined && header.after !== progress.last) await relink(progress, header)
    progress.last = scan.last
    progress.highest = Math.max(progress.highest, scan.last)
    return
  }
  await salvage(progress, scan, header, untilSequence)
}

/** Lets a sound segment follow what is really before it. */
async function relink(progress: Progress, header: SegmentHeader): Promise<void> {
  const { fileSystem, directory, lines } = progress
  const after = progress.last!
  const file = await fileSystem.open(join(directory, segmentName(header.first)), 'write')
  try {
    await writeAll(file, encodeHeader({ ...header, after }), 0)
    await file.sync()
  } finally {
    await file.close()
  }
  lines.push(
    `${segmentName(header.first)}: follows sequence ${after} now${given(after + 1, header.first - 1)}`,
  )
}

/** Sets a damaged segment aside and writes its good runs to new segments. */
async function salvage(
  progress: Progress,
  { path, first, sizeBytes }: SegmentScan,
  header: SegmentHeader | undefined,
  untilSequence: number,
): Promise<void> {
  const { fileSystem, directory, lines } = progress
  const known = Math.max(progress.last ?? 0, first - 1)
  const file = await fileSystem.open(path, 'read')
  try {
    const fromBytes = header === undefined ? 0 : SEGMENT_HEADER_BYTES
    const runs = await findRuns(file, { fromBytes, sizeBytes, afterSequence: known, untilSequence })
    await fileSystem.rename(path, `${path}.damaged`)
    lines.push(`${basename(path)}: set aside as ${basename(path)}.damaged`)
    progress.last ??= header?.after ?? first - 1
    for (const run of runs) {
      const target = await createSegment(fileSystem, directory, headerOf(progress, run.first))
      await copy(file, run, target).finally(() => target.close())
      lines.push(
        `${segmentName(run.first)}: keeps ${run.first} to ${run.last}${given(progress.last + 1, run.first - 1)}`,
      )
      progress.last = run.last
    }
    const unread = sizeBytes - (runs.at(-1)?.untilBytes ?? 0)
    const isLost = (await findNonZero(file, sizeBytes - unread, sizeBytes)) !== undefined
    const beyond = isLost ? Math.ceil(unread / 16) : 0
    progress.highest = Math.max(progress.highest, first - 1, progress.last) + beyond
    if (isLost)
      lines.push(
        `${basename(path)}: ${unread} bytes behind sequence ${progress.last} cannot be read and are given up`,
      )
    await fileSystem.syncDirectory(directory)
  } finally {
    await file.close()
  }
}

interface Search {
  readonly fromBytes: number
  readonly sizeBytes: number
  /** Only sequences above this one, and below `untilSequence`, where the next segment begins. */
  readonly afterSequence: number
  readonly untilSequence: number
}

async function findRuns(file: JournalFile, search: Search): Promise<Run[]> {
  const { sizeBytes, untilSequence } = search
  const runs: Run[] = []
  let after = search.afterSequence
  let offset = search.fromBytes
  for (;;) {
    const found = await findRecord(file, offset, sizeBytes, after)
    if (found === undefined || found.sequence >= untilSequence) return runs
    const run = await readRun(file, found, sizeBytes, untilSequence)
    runs.push(run)
    after = run.last
    offset = run.untilBytes
  }
}

async function readRun(
  file: JournalFile,
  { offsetBytes, sequence }: FoundRecord,
  sizeBytes: number,
  untilSequence: number,
): Promise<Run> {
  const reader = new RecordReader(file, offsetBytes, sequence)
  let last = sequence - 1
  let untilBytes = offsetBytes
  for (;;) {
    const { records, stop } = await reader.read(sizeBytes)
    for (const record of records) {
      if (record.sequence >= untilSequence) break
      last = record.sequence
      untilBytes += record.sizeBytes
    }
    if (stop !== undefined || last + 1 >= untilSequence)
      return { fromBytes: offsetBytes, untilBytes, first: sequence, last }
  }
}

async function copy(from: JournalFile, run: Run, to: JournalFile): Promise<void> {
  const chunk = Buffer.alloc(1024 * 1024)
  for (let offset = run.fromBytes; offset < run.untilBytes; offset += chunk.length) {
    const part = chunk.subarray(0, Math.min(chunk.length, run.untilBytes - offset))
    await from.read(part, offset)
    await writeAll(to, part, SEGMENT_HEADER_BYTES + offset - run.fromBytes)
  }
  await to.sync()
}

/** Begins an empty segment beyond all sequences that may have been given out, if records were lost at the end. */
async function jumpAhead(progress: Progress, highest: number): Promise<void> {
  if (highest <= (progress.last ?? 0)) return
  const file = await createSegment(progress.fileSystem, progress.directory, headerOf(progress, highest + 1))
  await file.close()
  progress.lines.push(`${segmentName(highest + 1)}: the next record gets sequence ${highest + 1}`)
}

function headerOf(progress: Progress, first: number): SegmentHeader {
  return { first, after: progress.last ?? 0, journal: progress.journal }
}

function given(from: number, until: number): string {
  if (until < from) return ''
  return `; ${until - from + 1} records are given up: sequences ${from} to ${until}`
}
