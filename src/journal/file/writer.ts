/**
 * Group commit: what is appended while one write and sync runs goes out in the next. Commits follow one another, never overlap;
 * sequences are given in the order of the calls. A failed sync, or any failure other than a full disk, is final.
 */
import { HailWhaleError } from '../../model/errors.js'
import type { JournalRecord } from '../journal.js'
import type { ActiveSegment } from './active-segment.js'
import { MAX_COMMIT_RECORDS, MAX_RECORD_BYTES, RECORD_HEADER_BYTES, writeRecord } from './record.js'

/** Bytes that one commit takes together, if it is more than one record. Bounds the latency of the ones behind. */
const COMMIT_BYTES = 8 * 1024 * 1024
/** Bytes of the buffer that commits are put together in; larger ones get their own. */
const BUFFER_BYTES = 1024 * 1024

/** What the writer needs of its surroundings. */
export interface WriterOptions {
  /** The segment that is written first. */
  readonly segment: ActiveSegment
  /** The last sequence given. */
  readonly last: number
  /** Bytes from which on a segment is full. */
  readonly segmentBytes: number
  /** Ends the segment and begins the next one with this sequence; `disk_full` leaves all as it was. */
  roll(segment: ActiveSegment, first: number): Promise<ActiveSegment>
  /** Durable records, in order, before their appends resolve. */
  committed(first: number, records: readonly JournalRecord[]): void
  /** Nothing can be appended any more. */
  failed(error: HailWhaleError): void
}

interface Waiting {
  readonly record: JournalRecord
  resolve(sequence: number): void
  reject(error: unknown): void
}

/** The appending end of a file journal. */
export class JournalWriter {
  readonly #options: WriterOptions
  readonly #buffer = Buffer.allocUnsafeSlow(BUFFER_BYTES)
  #segment: ActiveSegment
  #last: number
  #waiting: Waiting[] = []
  #running: Promise<void> | undefined
  #refusal: HailWhaleError | undefined

  constructor(options: WriterOptions) {
    this.#options = options
    this.#segment = options.segment
    this.#last = options.last
  }

  /** The last durable sequence. */
  get last(): number {
    return this.#last
  }

  /** Appends a record; resolves with its sequence once it is durable. */
  append(record: JournalRecord): Promise<number> {
    if (this.#refusal !== undefined) return Promise.reject(this.#refusal)
    if (record.bytes.length > MAX_RECORD_BYTES) {
      const detail = `a record of ${record.bytes.length} bytes; the journal takes ${MAX_RECORD_BYTES}`
      return Promise.reject(new HailWhaleError('body_too_large', detail))
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push({ record, resolve, reject })
      this.#running ??= this.#run()
    })
  }

  /** Refuses further appends, waits for those under way, and closes the segment. */
  async close(): Promise<void> {
    const failed = this.#refusal !== undefined
    this.#refusal ??= new HailWhaleError('unavailable', 'the journal is closed')
    await this.#running
    if (!failed && this.#refusal.cause === undefined) await this.#segment.finish()
    await this.#segment.close()
  }

  async #run(): Promise<void> {
    await new Promise(setImmediate)
    while (this.#waiting.length > 0) {
      const group = this.#take()
      try {
        await this.#commit(group)
      } catch (error) {
        const reason = this.#reason(error)
        for (const waiting of group) waiting.reject(reason)
      }
    }
    this.#running = undefined
  }

  /** The next commit: all that waits, within the limits of one commit. */
  #take(): Waiting[] {
    let count = 0
    let bytes = 0
    for (const { record } of this.#waiting) {
      bytes += RECORD_HEADER_BYTES + record.bytes.length
      if (count > 0 && (bytes > COMMIT_BYTES || count >= MAX_COMMIT_RECORDS)) break
      count++
    }
    return this.#waiting.splice(0, count)
  }

  async #commit(group: readonly Waiting[]): Promise<void> {
    const first = this.#last + 1
    if (
      this.#segment.endBytes >= this.#options.segmentBytes &&
      this.#segment.range.last >= this.#segment.range.first
    ) {
      this.#segment = await this.#options.roll(this.#segment, first)
    }
    await this.#segment.write(this.#encode(group, first))
    await this.#segment.sync()
    this.#last += group.length
    this.#segment.publish(this.#last)
    this.#options.committed(
      first,
      group.map(waiting => waiting.record),
    )
    for (const [place, waiting] of group.entries()) waiting.resolve(first + place)
  }

  #encode(group: readonly Waiting[], first: number): Buffer {
    let bytes = 0
    for (const { record } of group) bytes += RECORD_HEADER_BYTES + record.bytes.length
    const target = bytes <= BUFFER_BYTES ? this.#buffer.subarray(0, bytes) : Buffer.allocUnsafeSlow(bytes)
    let offset = 0
    for (const [place, { record }] of group.entries()) {
      offset = writeRecord(target, offset, first + place, place, record.bytes)
    }
    return target
  }

  /** A full disk passes; anything else ends the writer, and with it all that waits. */
  #reason(error: unknown): HailWhaleError {
    if (error instanceof HailWhaleError && error.code === 'disk_full') return error
    const what = error instanceof Error ? error.message : String(error)
    const detail = `the journal cannot be written any more (${what}): restart to see what is on disk`
    const final = new HailWhaleError('unavailable', detail, { cause: error })
    this.#refusal = final
    for (const waiting of this.#waiting.splice(0)) waiting.reject(final)
    this.#options.failed(final)
    return final
  }
}
