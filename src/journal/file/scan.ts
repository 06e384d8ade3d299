/**
 * Reads one segment to its end and says what is in it. Changes nothing and decides nothing: that is `recover.ts`.
 */
import { join } from 'node:path'
import type { JournalFile, JournalFileSystem } from './file-system.js'
import { type FoundRecord, findNonZero, findRecord, type ReadStop, RecordReader } from './reader.js'
import { decodeHeader, type HeaderResult, SEGMENT_HEADER_BYTES, segmentName } from './segment.js'

/** What is in a segment. */
export interface SegmentScan {
  readonly path: string
  /** Its first sequence, by its name. */
  readonly first: number
  readonly header: HeaderResult
  /** The last good sequence in an unbroken run from the start; `first - 1` if there is none. */
  readonly last: number
  readonly records: number
  /** Where the last commit of that run begins; only its records may not have been synced. */
  readonly commitBytes: number
  readonly sizeBytes: number
  /** Where the unbroken run ends, and why. */
  readonly stop: ReadStop
  /** A good record behind a bad one, if any. */
  readonly later: FoundRecord | undefined
}

/** Scans the segment named by `first`. `journal` is the id that it must carry, if known. */
export async function scanSegment(
  fileSystem: JournalFileSystem,
  directory: string,
  first: number,
  journal: string | undefined,
): Promise<SegmentScan> {
  const path = join(directory, segmentName(first))
  const file = await fileSystem.open(path, 'read')
  try {
    const sizeBytes = await file.size()
    const header = await readHeader(file, sizeBytes, first, journal)
    const nothing = {
      path,
      first,
      header,
      last: first - 1,
      records: 0,
      commitBytes: SEGMENT_HEADER_BYTES,
      sizeBytes,
      later: undefined,
    }
    if (header.kind !== 'header') return { ...nothing, stop: { kind: 'end', offsetBytes: 0 } }
    const { last, commitBytes, stop } = await readRecords(file, first, sizeBytes)
    const later = stop.kind === 'bad' ? await findRecord(file, stop.offsetBytes, sizeBytes, last) : undefined
    return { ...nothing, last, records: last - first + 1, commitBytes, stop, later }
  } finally {
    await file.close()
  }
}

async function readHeader(
  file: JournalFile,
  sizeBytes: number,
  first: number,
  journal: string | undefined,
): Promise<HeaderResult> {
  const bytes = Buffer.alloc(SEGMENT_HEADER_BYTES)
  const result = decodeHeader(bytes.subarray(0, await file.read(bytes, 0)))
  if (result.kind === 'unused') {
    const written = await findNonZero(file, SEGMENT_HEADER_BYTES, sizeBytes)
    return written === undefined ? result : { kind: 'bad', reason: "the segment's header is missing" }
  }
  if (result.kind !== 'header') return result
  const { header } = result
  if (header.first !== first) {
    return { kind: 'bad', reason: `the segment begins with sequence ${header.first}, its name says ${first}` }
  }
  if (journal !== undefined && header.journal !== journal) {
    return {
      kind: 'bad',
      reason: `the segment belongs to another journal (${header.journal}, not ${journal})`,
    }
  }
  return result
}

interface Records {
  readonly last: number
  readonly commitBytes: number
  readonly stop: ReadStop
}

async function readRecords(file: JournalFile, first: number, sizeBytes: number): Promise<Records> {
  const reader = new RecordReader(file, SEGMENT_HEADER_BYTES, first)
  let last = first - 1
  let offset = SEGMENT_HEADER_BYTES
  let commitBytes = offset
  for (;;) {
    const run = await reader.read(sizeBytes)
    for (const record of run.records) {
      if (record.place === 0) commitBytes = offset
      offset += record.sizeBytes
    }
    last += run.records.length
    if (run.stop !== undefined) return { last, commitBytes, stop: await checkEnd(file, run.stop, sizeBytes) }
  }
}

/** Only zeros may follow the end. */
async function checkEnd(file: JournalFile, stop: ReadStop, sizeBytes: number): Promise<ReadStop> {
  if (stop.kind === 'bad') return stop
  const written = await findNonZero(file, stop.offsetBytes, sizeBytes)
  if (written === undefined) return stop
  return {
    kind: 'bad',
    offsetBytes: stop.offsetBytes,
    reason: `bytes follow the end of the records at byte ${written}`,
  }
}
