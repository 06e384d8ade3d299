/**
 * Reads the records of one segment in order, some MiB at a time, verifying every checksum and that sequences have no gaps.
 * Each chunk is a buffer of its own, so that records handed out stay what they are.
 */
import type { JournalFile } from './file-system.js'
import { readRecord, type StoredRecord } from './record.js'

/** Bytes read at once. Larger records are read whole. */
const CHUNK_BYTES = 2 * 1024 * 1024

/** Why reading ended, and where. `offsetBytes` is where the next record would begin. */
export type ReadStop =
  | { readonly kind: 'end'; readonly offsetBytes: number }
  | { readonly kind: 'bad'; readonly offsetBytes: number; readonly reason: string }

/** A run of records read at once, and whether they were the last. */
export interface ReadRun {
  readonly records: readonly StoredRecord[]
  readonly stop: ReadStop | undefined
}

/** A position in a segment. Not for use from two places at once. */
export class RecordReader {
  readonly #file: JournalFile
  #offset: number
  #next: number

  /** Starts at `offsetBytes`, where the record with the sequence `next` is expected. */
  constructor(file: JournalFile, offsetBytes: number, next: number) {
    this.#file = file
    this.#offset = offsetBytes
    this.#next = next
  }

  /** Where the next record begins. */
  get offsetBytes(): number {
    return this.#offset
  }

  /**
   * Reads some records on, at least one unless it stops. `untilBytes` is where the readable part of the file ends; what is
   * behind it is never looked at.
   */
  async read(untilBytes: number): Promise<ReadRun> {
    let wanted = CHUNK_BYTES
    for (;;) {
      const chunk = Buffer.allocUnsafeSlow(Math.max(0, Math.min(wanted, untilBytes - this.#offset)))
      const held = await this.#file.read(chunk, this.#offset)
      if (held < chunk.length) return this.#parse(chunk.subarray(0, held), this.#offset + held)
      const run = this.#parse(chunk, untilBytes)
      if (run.neededBytes === 0) return run
      wanted = run.neededBytes
    }
  }

  #parse(chunk: Buffer, untilBytes: number): ReadRun & { readonly neededBytes: number } {
    const records: StoredRecord[] = []
    const base = this.#offset
    for (;;) {
      const found = readRecord(chunk, this.#offset - base, untilBytes - this.#offset)
      if ('kind' in found) {
        if (found.kind === 'more') {
          return { records, stop: undefined, neededBytes: records.length > 0 ? 0 : found.neededBytes }
        }
        return { records, stop: { ...found, offsetBytes: this.#offset }, neededBytes: 0 }
      }
      if (found.sequence !== this.#next) {
        const reason = `sequence ${found.sequence} where ${this.#next} is due`
        return { records, stop: { kind: 'bad', reason, offsetBytes: this.#offset }, neededBytes: 0 }
      }
      records.push(found)
      this.#offset += found.sizeBytes
      this.#next++
    }
  }
}

/** The offset of the first byte that is not zero in `[fromBytes, untilBytes)`, if there is one. */
export async function findNonZero(
  file: JournalFile,
  fromBytes: number,
  untilBytes: number,
): Promise<number | undefined> {
  const chunk = Buffer.alloc(Math.min(CHUNK_BYTES, Math.max(0, untilBytes - fromBytes)))
  const zeros = Buffer.alloc(chunk.length)
  for (let offset = fromBytes; offset < untilBytes; offset += chunk.length) {
    const held = await file.read(chunk.subarray(0, Math.min(chunk.length, untilBytes - offset)), offset)
    if (held === 0) return undefined
    if (chunk.compare(zeros, 0, held, 0, held) !== 0) {
      return offset + chunk.subarray(0, held).findIndex(byte => byte !== 0)
    }
  }
  return undefined
}

/** A good record found by searching. */
export interface FoundRecord {
  readonly offsetBytes: number
  readonly sequence: number
  readonly place: number
}

/**
 * Searches `[fromBytes, untilBytes)` byte by byte for a good record with a sequence above `afterSequence`, and not further above it
 * than that many bytes could hold.
 */
export async function findRecord(
  file: JournalFile,
  fromBytes: number,
  untilBytes: number,
  afterSequence: number,
): Promise<FoundRecord | undefined> {
  const last = afterSequence + Math.ceil((untilBytes - fromBytes) / 16) + 1
  const chunk = Buffer.alloc(CHUNK_BYTES)
  for (let base = fromBytes; base < untilBytes; base += chunk.length - 15) {
    const held = await file.read(chunk.subarray(0, Math.min(chunk.length, untilBytes - base)), base)
    for (let at = 0; at + 16 <= held; at++) {
      const low = chunk.readUInt32LE(at + 8)
      if (low === 0) continue
      const sequence = low + chunk.readUInt16LE(at + 12) * 0x1_0000_0000
      if (sequence <= afterSequence || sequence > last) continue
      const sizeBytes = 16 + chunk.readUInt32LE(at + 4)
      if (base + at + sizeBytes > untilBytes) continue
      const record = await recordAt(file, base + at, sizeBytes)
      if (record !== undefined) return { offsetBytes: base + at, sequence, place: record.place }
    }
  }
  return undefined
}

async function recordAt(
  file: JournalFile,
  offset: number,
  sizeBytes: number,
): Promise<StoredRecord | undefined> {
  const bytes = Buffer.allocUnsafe(sizeBytes)
  if ((await file.read(bytes, offset)) < sizeBytes) return undefined
  const found = readRecord(bytes, 0, sizeBytes)
  return 'kind' in found ? undefined : found
}
