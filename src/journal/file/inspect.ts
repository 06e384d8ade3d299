/**
 * What is in a journal's folder and whether it is sound: for `hailwhale check`. Changes nothing and takes no lock; in the folder
 * of a running server the end may look torn, since it is being written.
 */
import { access } from 'node:fs/promises'
import { HailWhaleError } from '../../model/errors.js'
import { type JournalFileSystem, nodeFileSystem } from './file-system.js'
import { type Assessment, assess } from './recover.js'
import { SEGMENT_HEADER_BYTES } from './segment.js'

/** One segment. */
export interface SegmentReport {
  readonly file: string
  readonly firstSequence: number
  /** Of the unbroken run from its start; `firstSequence - 1` if it has no records. */
  readonly lastSequence: number
  readonly records: number
  /** Bytes of header and records; the file may end in zeros. */
  readonly bytes: number
}

/** Something that is not as it should be. */
export interface JournalDamage {
  readonly file: string
  readonly offsetBytes: number
  readonly reason: string
  /** Whether opening the journal mends it (a torn end, never acknowledged), or `--repair` is needed. */
  readonly mendedBy: 'opening' | 'repair' | 'a newer version'
}

/** A whole journal. */
export interface JournalReport {
  readonly directory: string
  readonly segments: readonly SegmentReport[]
  readonly records: number
  /** 0 if there are no records. */
  readonly firstSequence: number
  /** 0 if there are no records. */
  readonly lastSequence: number
  readonly bytes: number
  readonly damage: readonly JournalDamage[]
}

/** Reads a journal's folder. Throws `HailWhaleError('not_found')` if there is no such folder. */
export async function inspectJournal(
  directory: string,
  fileSystem: JournalFileSystem = nodeFileSystem,
): Promise<JournalReport> {
  if (fileSystem === nodeFileSystem) await mustExist(directory)
  const segments: SegmentReport[] = []
  const damage: JournalDamage[] = []
  for await (const assessment of assess(fileSystem, directory)) {
    segments.push(segmentReport(assessment))
    if (assessment.action !== 'keep') damage.push(damageOf(assessment))
  }
  const filled = segments.filter(segment => segment.records > 0)
  return {
    directory,
    segments,
    records: segments.reduce((sum, segment) => sum + segment.records, 0),
    firstSequence: filled.at(0)?.firstSequence ?? 0,
    lastSequence: filled.at(-1)?.lastSequence ?? 0,
    bytes: segments.reduce((sum, segment) => sum + segment.bytes, 0),
    damage,
  }
}

async function mustExist(directory: string): Promise<void> {
  await access(directory).catch(cause => {
    throw new HailWhaleError('not_found', `there is no folder ${directory}`, { cause })
  })
}

function segmentReport({ scan }: Assessment): SegmentReport {
  const bytes = scan.header.kind === 'header' ? Math.max(SEGMENT_HEADER_BYTES, scan.stop.offsetBytes) : 0
  return {
    file: scan.path,
    firstSequence: scan.first,
    lastSequence: scan.last,
    records: scan.records,
    bytes,
  }
}

function damageOf({ scan, previous, action }: Assessment): JournalDamage {
  const { path: file, header, stop } = scan
  const torn = { file, offsetBytes: stop.offsetBytes, mendedBy: 'opening' as const }
  switch (action) {
    case 'keep':
    case 'cut':
      return { ...torn, reason: stop.kind === 'bad' ? `torn end: ${stop.reason}` : 'torn end' }
    case 'begin anew':
      return { ...torn, reason: 'begun and never used' }
    case 'refuse: newer version':
      return { file, offsetBytes: 4, reason: 'a newer version wrote it', mendedBy: 'a newer version' }
    case 'refuse: header':
      return {
        file,
        offsetBytes: 0,
        reason: header.kind === 'bad' ? header.reason : "the segment's header is missing",
        mendedBy: 'repair',
      }
    case 'refuse: missing segment': {
      const after = header.kind === 'header' ? header.header.after : scan.first - 1
      const reason = `it follows sequence ${after}, but the segment before it ends with ${previous?.last}`
      return { file, offsetBytes: 12, reason, mendedBy: 'repair' }
    }
    case 'refuse: bad record':
      return {
        file,
        offsetBytes: stop.offsetBytes,
        reason: stop.kind === 'bad' ? stop.reason : '',
        mendedBy: 'repair',
      }
  }
}
