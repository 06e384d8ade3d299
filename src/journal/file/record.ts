/**
 * One record's bytes: docs/format/journal.md, "A record". Pure; knows no file.
 */
import { crc32 } from './crc32.js'

/** Bytes in front of a record's own. */
export const RECORD_HEADER_BYTES = 16
/** The longest record: a guard against a damaged length more than a wish. */
export const MAX_RECORD_BYTES = 256 * 1024 * 1024
/** Records in one commit, at most: `place` has two bytes. */
export const MAX_COMMIT_RECORDS = 0xffff

/** A record as it was read. `bytes` is a view of what was parsed. */
export interface StoredRecord {
  readonly sequence: number
  /** Records before this one in the same commit. */
  readonly place: number
  readonly bytes: Buffer
  /** Bytes it takes, header included. */
  readonly sizeBytes: number
}

/** What is at an offset instead of a record. */
export type NoRecord =
  | { readonly kind: 'end' }
  | { readonly kind: 'bad'; readonly reason: string }
  | { readonly kind: 'more'; readonly neededBytes: number }

/** Writes a record at `offset` of `target`, which must have room for it; returns the offset behind it. */
export function writeRecord(
  target: Buffer,
  offset: number,
  sequence: number,
  place: number,
  bytes: Uint8Array,
): number {
  const end = offset + RECORD_HEADER_BYTES + bytes.length
  target.writeUInt32LE(bytes.length, offset + 4)
  target.writeUIntLE(sequence, offset + 8, 6)
  target.writeUInt16LE(place, offset + 14)
  target.set(bytes, offset + RECORD_HEADER_BYTES)
  target.writeUInt32LE(crc32(target.subarray(offset + 4, end)), offset)
  return end
}

/**
 * Reads the record at `offset` of `source`. `availableBytes` is how much the file has from `offset` on, which may be more than
 * `source` holds: then `more` says how many bytes from `offset` on are needed to go on.
 */
export function readRecord(source: Buffer, offset: number, availableBytes: number): StoredRecord | NoRecord {
  const held = source.length - offset
  if (availableBytes < RECORD_HEADER_BYTES) return shortHeader(source, offset, availableBytes)
  if (held < RECORD_HEADER_BYTES) return { kind: 'more', neededBytes: RECORD_HEADER_BYTES }
  const length = source.readUInt32LE(offset + 4)
  const sequence = source.readUIntLE(offset + 8, 6)
  const checksum = source.readUInt32LE(offset)
  const place = source.readUInt16LE(offset + 14)
  if (sequence === 0) {
    if (length === 0 && checksum === 0 && place === 0) return { kind: 'end' }
    return { kind: 'bad', reason: 'a record without a sequence' }
  }
  const sizeBytes = RECORD_HEADER_BYTES + length
  if (length > MAX_RECORD_BYTES) return { kind: 'bad', reason: `a record of ${length} bytes is too long` }
  if (sizeBytes > availableBytes)
    return { kind: 'bad', reason: `the file ends inside a record of ${length} bytes` }
  if (sizeBytes > held) return { kind: 'more', neededBytes: sizeBytes }
  if (crc32(source.subarray(offset + 4, offset + sizeBytes)) !== checksum) {
    return { kind: 'bad', reason: `the checksum of a record of ${length} bytes is wrong` }
  }
  return {
    sequence,
    place,
    bytes: source.subarray(offset + RECORD_HEADER_BYTES, offset + sizeBytes),
    sizeBytes,
  }
}

function shortHeader(source: Buffer, offset: number, availableBytes: number): NoRecord {
  if (availableBytes === 0) return { kind: 'end' }
  if (source.length - offset < availableBytes) return { kind: 'more', neededBytes: availableBytes }
  const empty = source.subarray(offset, offset + availableBytes).every(byte => byte === 0)
  return empty ? { kind: 'end' } : { kind: 'bad', reason: "the file ends inside a record's header" }
}
