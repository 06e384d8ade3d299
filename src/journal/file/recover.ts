/**
 * What to do with each segment when a journal is opened: one table, first row that fits. The table is the one of
 * docs/format/journal.md, "Opening". Nothing is appended before this has read everything, and nothing that is cut is ever served.
 */
import { HailWhaleError } from '../../model/errors.js'
import { JournalDamagedError } from '../journal.js'
import type { JournalFileSystem } from './file-system.js'
import { type SegmentScan, scanSegment } from './scan.js'
import { encodeHeader, listSegments, SEGMENT_HEADER_BYTES, writeAll } from './segment.js'

/** What was done to a segment when the journal was opened. */
export interface JournalRepair {
  readonly file: string
  readonly offsetBytes: number
  /** Bytes given up from there on. */
  readonly bytes: number
  readonly reason: string
}

/** What the decision depends on. */
export interface SegmentState {
  readonly position: 'last' | 'not last'
  readonly header: SegmentScan['header']['kind']
  /** Does it follow the segment before it? */
  readonly follows: boolean
  readonly tail: 'clean' | 'bad'
  /** The good record behind the bad one: none, one of the same commit as the bad one, one of a later commit. */
  readonly later: 'none' | 'same commit' | 'later commit'
}

/** What is done with a segment. */
export type RecoveryAction =
  | 'keep'
  | 'cut'
  | 'begin anew'
  | 'refuse: newer version'
  | 'refuse: header'
  | Refusal
type Refusal = 'refuse: missing segment' | 'refuse: bad record'

interface RecoveryRow {
  readonly when: Partial<SegmentState>
  readonly action: RecoveryAction
}

/** The table. */
export const RECOVERY_TABLE: readonly RecoveryRow[] = [
  { when: { header: 'future' }, action: 'refuse: newer version' },
  { when: { header: 'bad' }, action: 'refuse: header' },
  { when: { header: 'unused', position: 'not last' }, action: 'refuse: header' },
  { when: { follows: false }, action: 'refuse: missing segment' },
  { when: { header: 'unused' }, action: 'begin anew' },
  { when: { tail: 'clean' }, action: 'keep' },
  { when: { position: 'not last' }, action: 'refuse: bad record' },
  { when: { later: 'later commit' }, action: 'refuse: bad record' },
  { when: {}, action: 'cut' },
]

/** The table's answer. */
export function decide(state: SegmentState): RecoveryAction {
  const row = RECOVERY_TABLE.find(({ when }) =>
    Object.entries(when).every(([name, value]) => state[name as keyof SegmentState] === value),
  )
  return row!.action
}

/** What `decide` needs to know of a scanned segment. `previous` is the one before it, if any is kept. */
export function segmentState(
  scan: SegmentScan,
  previous: SegmentScan | undefined,
  position: SegmentState['position'],
): SegmentState {
  const { header } = scan
  const after = header.kind === 'header' ? header.header.after : scan.first - 1
  const follows = previous === undefined || header.kind === 'bad' || after === previous.last
  const tail = scan.stop.kind === 'bad' ? 'bad' : 'clean'
  return { position, header: header.kind, follows, tail, later: laterState(scan) }
}

/** A commit that begins at or before the bad record was not synced when the bad one was written. */
function laterState({ later, last }: SegmentScan): SegmentState['later'] {
  if (later === undefined) return 'none'
  return later.sequence - later.place <= last + 1 ? 'same commit' : 'later commit'
}

/** A segment that is sound after recovery. */
export interface KeptSegment {
  readonly path: string
  readonly first: number
  readonly last: number
  /** The sequence it follows. */
  readonly after: number
  /** Where its records end. */
  readonly endBytes: number
  /** Where its last commit begins. */
  readonly commitBytes: number
}

/** What recovery leaves. */
export interface Recovered {
  /** The journal's id; `undefined` if there is none yet. */
  readonly journal: string | undefined
  readonly segments: readonly KeptSegment[]
  readonly repairs: readonly JournalRepair[]
}

/**
 * Reads the whole journal and brings its end in order. Throws `JournalDamagedError` for damage that is no torn tail, and
 * `HailWhaleError('unavailable')` for a newer version; nothing has been changed then.
 */
export async function recover(
  fileSystem: JournalFileSystem,
  directory: string,
  newJournal: () => string,
): Promise<Recovered> {
  const segments: KeptSegment[] = []
  const repairs: JournalRepair[] = []
  let journal: string | undefined
  for await (const { scan, previous, action } of assess(fileSystem, directory)) {
    if (action.startsWith('refuse')) throw refusal(action, scan, previous)
    if (scan.header.kind === 'header') journal ??= scan.header.header.journal
    const kept = keptSegment(scan, previous)
    if (action === 'cut') repairs.push(await cut(fileSystem, scan))
    if (action === 'begin anew') {
      journal ??= newJournal()
      repairs.push(await beginAnew(fileSystem, scan, { first: scan.first, after: kept.after, journal }))
    }
    segments.push(kept)
  }
  return { journal, segments, repairs }
}

/** A segment, the one before it, and what the table says. */
export interface Assessment {
  readonly scan: SegmentScan
  readonly previous: SegmentScan | undefined
  readonly action: RecoveryAction
}

/** Scans the segments of a folder one by one and asks the table. Changes nothing. */
export async function* assess(fileSystem: JournalFileSystem, directory: string): AsyncGenerator<Assessment> {
  const firsts = await listSegments(fileSystem, directory)
  let journal: string | undefined
  let previous: SegmentScan | undefined
  for (const first of firsts) {
    const scan = await scanSegment(fileSystem, directory, first, journal)
    if (scan.header.kind === 'header') journal ??= scan.header.header.journal
    const position = first === firsts.at(-1) ? 'last' : 'not last'
    yield { scan, previous, action: decide(segmentState(scan, previous, position)) }
    previous = scan
  }
}

function keptSegment(scan: SegmentScan, previous: SegmentScan | undefined): KeptSegment {
  const after = scan.header.kind === 'header' ? scan.header.header.after : (previous?.last ?? scan.first - 1)
  const endBytes = Math.max(SEGMENT_HEADER_BYTES, scan.stop.offsetBytes)
  return {
    path: scan.path,
    first: scan.first,
    last: scan.last,
    after,
    endBytes,
    commitBytes: scan.commitBytes,
  }
}

/** Why a segment is refused, as the error to throw. */
export function refusal(action: RecoveryAction, scan: SegmentScan, previous: SegmentScan | undefined): Error {
  const { path, header } = scan
  if (action === 'refuse: newer version' && header.kind === 'future') {
    const detail = `${path} has the journal format version ${header.version}, which a newer HailWhale wrote; start that one`
    return new HailWhaleError('unavailable', detail)
  }
  if (action === 'refuse: header') {
    return new JournalDamagedError(
      path,
      0,
      header.kind === 'bad' ? header.reason : "the segment's header is missing",
    )
  }
  if (action === 'refuse: missing segment') {
    const after = header.kind === 'header' ? header.header.after : scan.first - 1
    const before = `${previous!.path} ends with ${previous!.last}`
    return new JournalDamagedError(
      path,
      12,
      `it follows sequence ${after}, but ${before}: a segment is missing or cut`,
    )
  }
  return new JournalDamagedError(path, scan.stop.offsetBytes, stopReason(scan))
}

function stopReason({ stop }: SegmentScan): string {
  return stop.kind === 'bad' ? stop.reason : ''
}

/** Cuts a segment behind its last good record, durably. */
export async function cut(fileSystem: JournalFileSystem, scan: SegmentScan): Promise<JournalRepair> {
  const { offsetBytes } = scan.stop
  const file = await fileSystem.open(scan.path, 'write')
  try {
    await file.truncate(offsetBytes)
    await file.sync()
  } finally {
    await file.close()
  }
  return { file: scan.path, offsetBytes, bytes: scan.sizeBytes - offsetBytes, reason: stopReason(scan) }
}

async function beginAnew(
  fileSystem: JournalFileSystem,
  scan: SegmentScan,
  header: { first: number; after: number; journal: string },
): Promise<JournalRepair> {
  const file = await fileSystem.open(scan.path, 'write')
  try {
    await file.truncate(0)
    await writeAll(file, encodeHeader(header), 0)
    await file.sync()
  } finally {
    await file.close()
  }
  return {
    file: scan.path,
    offsetBytes: 0,
    bytes: scan.sizeBytes,
    reason: 'the segment was begun and never used',
  }
}
