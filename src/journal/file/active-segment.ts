/**
 * The segment that is being written. Writes records at its end, keeps zeros written ahead of them so that a sync changes no file
 * size, and takes a half-written commit back when the disk is full. One commit at a time; knows nothing of records.
 */
import { HailWhaleError } from '../../model/errors.js'
import type { JournalFile } from './file-system.js'
import type { KeptSegment } from './recover.js'
import { writeAll } from './segment.js'

/** Zeros written at once, and the zeros below which more are written. */
const FILL_BYTES = 1024 * 1024
const FILL_BELOW_BYTES = 512 * 1024
const ZEROS = Buffer.alloc(FILL_BYTES)

/** A segment's place in the journal, and how far it is durable. The end moves while the segment is active. */
export class SegmentRange {
  readonly path: string
  readonly first: number
  readonly after: number
  /** Last durable sequence; `first - 1` while there is none. */
  last: number
  /** Where the durable records end. */
  endBytes: number

  constructor(kept: KeptSegment) {
    this.path = kept.path
    this.first = kept.first
    this.after = kept.after
    this.last = kept.last
    this.endBytes = kept.endBytes
  }
}

/** The open end of the journal. */
export class ActiveSegment {
  readonly range: SegmentRange
  readonly #file: JournalFile
  readonly #fillUntilBytes: number
  #endBytes: number
  #filledBytes: number
  #filling: { readonly fromBytes: number; readonly done: Promise<void> } | undefined

  /** `sizeBytes` is the file's size: zeros from `range.endBytes` on. No zeros are written beyond `segmentBytes`. */
  constructor(file: JournalFile, range: SegmentRange, sizeBytes: number, segmentBytes: number) {
    this.range = range
    this.#file = file
    this.#endBytes = range.endBytes
    this.#filledBytes = sizeBytes
    this.#fillUntilBytes = segmentBytes
  }

  /** Where the records end, durable or not. */
  get endBytes(): number {
    return this.#endBytes
  }

  /**
   * Writes at the end. Throws `HailWhaleError('disk_full')` after taking back what was written of it; any other error is final.
   */
  async write(bytes: Uint8Array): Promise<void> {
    if (this.#filling !== undefined && this.#endBytes + bytes.length > this.#filling.fromBytes) {
      await this.#filling.done
    }
    try {
      let done = 0
      while (done < bytes.length) done += this.#writeSome(bytes.subarray(done), this.#endBytes + done)
    } catch (error) {
      if (!isFull(error)) throw error
      this.#file.truncateNow(this.#endBytes)
      this.#filledBytes = this.#endBytes
      throw new HailWhaleError('disk_full', `no room for ${bytes.length} bytes in ${this.range.path}`, {
        cause: error,
      })
    }
    this.#endBytes += bytes.length
    this.#fill()
  }

  /** Makes what was written durable. An error is final: what the system kept of it is unknown. */
  sync(): Promise<void> {
    return this.#file.sync()
  }

  /** Everything written is durable and ends with this sequence: consumers may read it. */
  publish(lastSequence: number): void {
    this.range.endBytes = this.#endBytes
    this.range.last = lastSequence
  }

  /**
   * Writes the last commit again and syncs. What was read on opening may come from the page cache of a process whose sync
   * failed, or never came: such pages count as clean, and only written anew do they reach the disk.
   */
  async rewrite(fromBytes: number): Promise<void> {
    const tail = Buffer.alloc(this.#endBytes - fromBytes)
    await this.#file.read(tail, fromBytes)
    await writeAll(this.#file, tail, fromBytes)
    await this.#file.sync()
  }

  /** Cuts the zeros off and syncs. */
  async finish(): Promise<void> {
    await this.#filling?.done
    await this.#file.truncate(this.#endBytes)
    this.#filledBytes = this.#endBytes
    await this.#file.sync()
  }

  /** Closes the file as it is. */
  async close(): Promise<void> {
    await this.#filling?.done
    await this.#file.close()
  }

  #writeSome(bytes: Uint8Array, position: number): number {
    const written = this.#file.writeNow(bytes, position)
    if (written === 0) throw new Error(`nothing could be written to ${this.range.path}`)
    return written
  }

  #fill(): void {
    const fromBytes = Math.max(this.#filledBytes, this.#endBytes)
    this.#filledBytes = fromBytes
    const length = Math.min(FILL_BYTES, this.#fillUntilBytes - fromBytes)
    if (this.#filling !== undefined || length <= 0 || fromBytes - this.#endBytes >= FILL_BELOW_BYTES) return
    const done = this.#file.write(ZEROS.subarray(0, length), fromBytes).then(
      written => this.#filled(fromBytes, written),
      () => this.#filled(fromBytes, 0),
    )
    this.#filling = { fromBytes, done }
  }

  /** Zeros that could not be written are no harm: the records grow the file themselves then. */
  #filled(fromBytes: number, written: number): void {
    this.#filling = undefined
    if (this.#filledBytes === fromBytes) this.#filledBytes = fromBytes + written
  }
}

/** Is this the system's way to say that there is no room (left, or allowed)? */
export function isFull(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException | undefined)?.code
  return code === 'ENOSPC' || code === 'EDQUOT'
}
