/**
 * A segment's name and header: docs/format/journal.md, "A segment". Creating and opening segment files.
 */
import { join } from 'node:path'
import { crc32 } from './crc32.js'
import type { JournalFile, JournalFileSystem } from './file-system.js'

/** Bytes in front of a segment's first record. */
export const SEGMENT_HEADER_BYTES = 32
/** The version this code writes, and the newest it reads. */
export const FORMAT_VERSION = 1

const MAGIC = Buffer.from('HWJ\n', 'latin1')
const NAME = /^(\d{15})\.hwj$/

/** What a segment says about itself. */
export interface SegmentHeader {
  /** Sequence of its first record. */
  readonly first: number
  /** Sequence of the last record before it; 0 if there was none. */
  readonly after: number
  /** The journal's random 8 bytes, in hexadecimal. */
  readonly journal: string
}

/** What is where a header should be. `unused`: nothing was ever written here (empty, torn in the header, or zeros). */
export type HeaderResult =
  | { readonly kind: 'header'; readonly header: SegmentHeader }
  | { readonly kind: 'unused' }
  | { readonly kind: 'future'; readonly version: number }
  | { readonly kind: 'bad'; readonly reason: string }

/** The file name of the segment that begins with this sequence. */
export function segmentName(first: number): string {
  return `${String(first).padStart(15, '0')}.hwj`
}

/** The first sequence of a segment with this name; `undefined` if it is no segment's name. */
export function segmentFirst(name: string): number | undefined {
  const match = NAME.exec(name)
  return match === null ? undefined : Number(match[1])
}

/** The first sequences of the segments in a folder, ascending. */
export async function listSegments(fileSystem: JournalFileSystem, directory: string): Promise<number[]> {
  const firsts = (await fileSystem.list(directory)).map(segmentFirst)
  return firsts.filter(first => first !== undefined).sort((a, b) => a - b)
}

/** A header's 32 bytes. */
export function encodeHeader(header: SegmentHeader): Buffer {
  const bytes = Buffer.alloc(SEGMENT_HEADER_BYTES)
  MAGIC.copy(bytes)
  bytes.writeUInt8(FORMAT_VERSION, 4)
  bytes.writeUIntLE(header.first, 6, 6)
  bytes.writeUIntLE(header.after, 12, 6)
  bytes.write(header.journal, 18, 8, 'hex')
  bytes.writeUInt32LE(crc32(bytes.subarray(0, 28)), 28)
  return bytes
}

/** Reads a header; `bytes` are the file's first 32, or all it has. */
export function decodeHeader(bytes: Buffer): HeaderResult {
  if (bytes.every(byte => byte === 0)) return { kind: 'unused' }
  const magic = MAGIC.subarray(0, Math.min(MAGIC.length, bytes.length))
  if (!bytes.subarray(0, magic.length).equals(magic)) {
    return { kind: 'bad', reason: 'this is no journal segment: it does not begin with HWJ' }
  }
  if (bytes.length > 4 && bytes[4]! > FORMAT_VERSION) return { kind: 'future', version: bytes[4]! }
  if (bytes.length < SEGMENT_HEADER_BYTES) return { kind: 'unused' }
  if (crc32(bytes.subarray(0, 28)) !== bytes.readUInt32LE(28)) {
    return { kind: 'bad', reason: "the checksum of the segment's header is wrong" }
  }
  const journal = bytes.toString('hex', 18, 26)
  return {
    kind: 'header',
    header: { first: bytes.readUIntLE(6, 6), after: bytes.readUIntLE(12, 6), journal },
  }
}

/** Writes all of `bytes` at `position`, however often the system writes less. Rejects with the system's error. */
export async function writeAll(file: JournalFile, bytes: Uint8Array, position: number): Promise<void> {
  let done = 0
  while (done < bytes.length) done += await file.write(bytes.subarray(done), position + done)
}

/** Creates a segment: header and name are durable when this resolves. Leaves no file behind when it rejects. */
export async function createSegment(
  fileSystem: JournalFileSystem,
  directory: string,
  header: SegmentHeader,
): Promise<JournalFile> {
  const path = join(directory, segmentName(header.first))
  const file = await fileSystem.open(path, 'create')
  try {
    await writeAll(file, encodeHeader(header), 0)
    await file.sync()
    await fileSystem.syncDirectory(directory)
    return file
  } catch (error) {
    await file.close()
    await fileSystem.remove(path).catch(() => undefined)
    throw error
  }
}
