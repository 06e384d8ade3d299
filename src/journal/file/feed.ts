/**
 * The consuming end of a file journal: reads the segments from where the consumer stands, then hands over each commit as it
 * becomes durable, the appended objects themselves. A consumer that lags behind by too much is fed from the files again, so
 * that what waits for it stays bounded. Each record once, in order, no matter how the two ways alternate.
 */
import { type JournalConsumer, JournalDamagedError, type JournalRecord } from '../journal.js'
import type { SegmentRange } from './active-segment.js'
import type { JournalFile, JournalFileSystem } from './file-system.js'
import { RecordReader } from './reader.js'
import { SEGMENT_HEADER_BYTES } from './segment.js'

/** Bytes of durable records that wait in memory for a slow consumer. */
const WAITING_BYTES = 64 * 1024 * 1024

/** Feeds one consumer until it is stopped. */
export class Feed {
  readonly #fileSystem: JournalFileSystem
  readonly #segments: readonly SegmentRange[]
  readonly #consumer: JournalConsumer
  #next: number
  #live = false
  #busy: Promise<void> | undefined
  #waiting: JournalRecord[] = []
  #waitingBytes = 0
  #stopped = false
  #failure: { readonly error: unknown } | undefined
  #wake: () => void = () => undefined

  /** `segments` is the journal's own list, ascending, which changes as it grows and is trimmed. */
  constructor(
    fileSystem: JournalFileSystem,
    segments: readonly SegmentRange[],
    consumer: JournalConsumer,
    through: number,
  ) {
    this.#fileSystem = fileSystem
    this.#segments = segments
    this.#consumer = consumer
    this.#next = through + 1
  }

  /** Feeds until `stop`; rejects when the consumer throws or a file turns out damaged. */
  async run(): Promise<void> {
    const caughtUpAt = this.#segments.at(-1)?.last ?? 0
    let told = false
    while (!this.#stopped) {
      await this.#replay(told ? Number.POSITIVE_INFINITY : caughtUpAt)
      if (this.#stopped) break
      if (!told) await this.#consumer.caughtUp(0, caughtUpAt)
      told = true
      if (this.#segmentToRead() !== undefined) continue
      await this.#followLive()
    }
    await this.#busy
    if (this.#failure !== undefined) throw this.#failure.error
  }

  /** Ends `run` behind the record in hand. */
  stop(): void {
    this.#stopped = true
    this.#wake()
  }

  /** Durable records, the first with the sequence `first`. Ignored while they will be read from the files anyway. */
  offer(first: number, records: readonly JournalRecord[]): void {
    if (!this.#live || this.#stopped) return
    if (this.#busy !== undefined) {
      this.#keep(records)
      return
    }
    this.#next = first
    for (let index = 0; index < records.length; index++) {
      const wait = this.#hand(records[index]!)
      if (this.#stopped) return
      if (wait === undefined) continue
      this.#keep(records.slice(index + 1))
      this.#busy = this.#drain(wait)
      return
    }
  }

  #hand(record: JournalRecord): Promise<void> | undefined {
    try {
      return waitFor(this.#consumer.record(0, this.#next++, record))
    } catch (error) {
      this.#fail(error)
      return undefined
    }
  }

  #keep(records: readonly JournalRecord[]): void {
    for (const record of records) {
      this.#waiting.push(record)
      this.#waitingBytes += record.bytes.length
    }
    if (this.#waitingBytes <= WAITING_BYTES) return
    this.#live = false
    this.#waiting = []
  }

  async #drain(first: Promise<void>): Promise<void> {
    try {
      await first
      while (this.#waiting.length > 0 && !this.#stopped) {
        const records = this.#waiting
        this.#waiting = []
        this.#waitingBytes = 0
        for (const record of records) {
          if (this.#stopped || !this.#live) break
          await this.#hand(record)
        }
      }
    } catch (error) {
      this.#fail(error)
    }
    this.#busy = undefined
    if (!this.#live) this.#wake()
  }

  #fail(error: unknown): void {
    this.#failure ??= { error }
    this.stop()
  }

  /** Takes commits as they come, until stopped or too far behind. */
  async #followLive(): Promise<void> {
    this.#live = true
    this.#waitingBytes = 0
    await new Promise<void>(wake => {
      this.#wake = wake
      if (this.#stopped) wake()
    })
    this.#live = false
    await this.#busy
  }

  #segmentToRead(): SegmentRange | undefined {
    return this.#segments.find(segment => segment.last >= this.#next && segment.last >= segment.first)
  }

  async #replay(throughSequence: number): Promise<void> {
    for (;;) {
      const segment = this.#segmentToRead()
      if (segment === undefined || this.#stopped || this.#next > throughSequence) return
      const file = await this.#fileSystem.open(segment.path, 'read')
      try {
        await this.#replaySegment(segment, file, throughSequence)
      } finally {
        await file.close()
      }
    }
  }

  async #replaySegment(segment: SegmentRange, file: JournalFile, throughSequence: number): Promise<void> {
    const reader = new RecordReader(file, SEGMENT_HEADER_BYTES, segment.first)
    while (!this.#stopped && this.#next <= segment.last && this.#next <= throughSequence) {
      const untilBytes = segment.endBytes
      const run = await reader.read(untilBytes)
      for (const { sequence, bytes } of run.records) {
        if (sequence < this.#next) continue
        if (this.#stopped || sequence > throughSequence) return
        this.#next = sequence + 1
        const wait = waitFor(this.#consumer.record(0, sequence, { bytes }))
        if (wait !== undefined) await wait
      }
      if (run.stop !== undefined && run.stop.offsetBytes < untilBytes) {
        const reason = run.stop.kind === 'bad' ? run.stop.reason : 'the records end before where they ended'
        throw new JournalDamagedError(segment.path, run.stop.offsetBytes, reason)
      }
    }
  }
}

/** What to wait for, if anything. */
function waitFor(answer: unknown): Promise<void> | undefined {
  return answer instanceof Promise ? answer : undefined
}
