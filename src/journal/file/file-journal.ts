/**
 * The journal in a folder of files: one partition, owned by whoever has the folder locked. Puts the parts together (lock,
 * recovery, writer, feed) and keeps the list of segments. The format is in docs/format/journal.md.
 */
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { HailWhaleError } from '../../model/errors.js'
import type { Journal, JournalConsumer, JournalRecord, JournalStats } from '../journal.js'
import { ActiveSegment, isFull, SegmentRange } from './active-segment.js'
import { Feed } from './feed.js'
import { type JournalFileSystem, nodeFileSystem } from './file-system.js'
import { type DirectoryLock, lockDirectory } from './lock.js'
import { type JournalRepair, recover } from './recover.js'
import { createSegment, SEGMENT_HEADER_BYTES, segmentName } from './segment.js'
import { JournalWriter } from './writer.js'

const DEFAULT_SEGMENT_BYTES = 64 * 1024 * 1024
const WAY_OUT = "'hailwhale check --repair' says what can be saved"

/** How a file journal is set up. */
export interface FileJournalOptions {
  /** The folder; made if it is missing. */
  readonly directory: string
  /** From how many bytes on a segment is full (default 64 MiB). */
  readonly segmentBytes?: number
  /** The disk (default: the real one). With another one, the folder is not locked. */
  readonly fileSystem?: JournalFileSystem
  /** Called on opening for each segment whose torn end was cut. */
  readonly onRepair?: (repair: JournalRepair) => void
  /** Called once when the journal cannot be written any more: the process should stop. */
  readonly onFatal?: (error: HailWhaleError) => void
}

interface Opened {
  readonly lock: DirectoryLock | undefined
  readonly journal: string
  readonly segments: SegmentRange[]
  readonly writer: JournalWriter
}

/** The embedded journal. */
export class FileJournal implements Journal {
  readonly durability = 'fdatasync'
  readonly partitions = 1
  readonly #options: FileJournalOptions
  readonly #fileSystem: JournalFileSystem
  readonly #segmentBytes: number
  #opened: Opened | undefined
  #feed: Feed | undefined
  #consuming: Promise<void> | undefined
  #trimming: Promise<void> = Promise.resolve()
  #closing: Promise<void> | undefined

  constructor(options: FileJournalOptions) {
    this.#options = options
    this.#fileSystem = options.fileSystem ?? nodeFileSystem
    this.#segmentBytes = options.segmentBytes ?? DEFAULT_SEGMENT_BYTES
  }

  /**
   * Locks the folder, reads the whole journal and cuts a torn tail. Throws `JournalDamagedError` for other damage, and
   * `HailWhaleError('unavailable')` when another process has the folder open or a newer version wrote it, `disk_full` when there is
   * no room for the lock or a segment.
   */
  async open(): Promise<void> {
    if (this.#opened !== undefined || this.#closing !== undefined)
      throw closedError('the journal was opened before')
    try {
      await this.#openFolder()
    } catch (error) {
      if (!isFull(error)) throw error
      const detail = `the disk of ${this.#options.directory} is full: make room, then start again`
      throw new HailWhaleError('disk_full', detail, { cause: error })
    }
  }

  async #openFolder(): Promise<void> {
    await this.#fileSystem.list(this.#options.directory)
    const lock =
      this.#options.fileSystem === undefined ? await lockDirectory(this.#options.directory) : undefined
    try {
      this.#opened = await this.#openLocked(lock)
    } catch (error) {
      await lock?.release()
      throw error
    }
  }

  async #openLocked(lock: DirectoryLock | undefined): Promise<Opened> {
    const found = await recover(this.#fileSystem, this.#options.directory, newJournalId)
    for (const repair of found.repairs) this.#options.onRepair?.(repair)
    const journal = found.journal ?? newJournalId()
    const segments = found.segments.map(kept => new SegmentRange(kept))
    const newest = found.segments.at(-1)
    const active =
      newest === undefined ? await this.#begin(journal, 1, 0) : await this.#resume(segments.at(-1)!)
    if (newest === undefined) segments.push(active.range)
    else await active.rewrite(newest.commitBytes)
    const writer = new JournalWriter({
      segment: active,
      last: active.range.last,
      segmentBytes: this.#segmentBytes,
      roll: (segment, first) => this.#roll(segment, first),
      committed: (first, records) => this.#feed?.offer(first, records),
      failed: error => this.#options.onFatal?.(error),
    })
    return { lock, journal, segments, writer }
  }

  /** Stops consuming behind the record in hand, waits for appends under way, unlocks. Closing twice is fine. */
  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    const opened = this.#opened
    if (opened === undefined) return
    try {
      await opened.writer.close()
    } finally {
      this.#feed?.stop()
      await this.#consuming?.catch(() => undefined)
      await this.#trimming.catch(() => undefined)
      await opened.lock?.release()
    }
  }

  /**
   * Appends one record; resolves with its sequence after the fdatasync. Rejects with `disk_full` (try again later), `unavailable`
   * (closed, or a sync failed: final), `body_too_large` (over 256 MiB). A live consumer has been handed the record before this
   * resolves, unless it is still busy with an earlier one.
   */
  append(partition: number, record: JournalRecord): Promise<number> {
    if (this.#opened === undefined) return Promise.reject(closedError('the journal is not open'))
    if (partition !== 0)
      return Promise.reject(new RangeError(`a file journal has the partition 0, not ${partition}`))
    return this.#opened.writer.append(record)
  }

  /**
   * Feeds the one consumer until `close`, which calls its `revoked`; resolves then. Rejects when the consumer throws, when a file
   * turns out damaged, and with `unavailable` when the records after its position are not (or not yet) in this journal.
   */
  consume(consumer: JournalConsumer): Promise<void> {
    if (this.#opened === undefined || this.#closing !== undefined) {
      return Promise.reject(closedError('the journal is not open'))
    }
    if (this.#consuming !== undefined)
      return Promise.reject(closedError('the journal has its consumer already'))
    this.#consuming = this.#consume(consumer, this.#opened)
    return this.#consuming
  }

  async #consume(consumer: JournalConsumer, { segments, writer }: Opened): Promise<void> {
    const through = await consumer.assigned(0, 1)
    if (this.#closing === undefined) {
      this.#checkPosition(through, segments[0]!.after, writer.last)
      this.#feed = new Feed(this.#fileSystem, segments, consumer, through)
      await this.#feed.run()
    }
    await consumer.revoked(0)
  }

  #checkPosition(through: number, trimmed: number, last: number): void {
    const { directory } = this.#options
    if (through < trimmed) {
      const kept = `the journal in ${directory} begins after sequence ${trimmed}`
      throw closedError(
        `${kept}, records from ${through + 1} on were asked for: they have been trimmed or lost. ${WAY_OUT}`,
      )
    }
    if (through > last) {
      const ends = `the journal in ${directory} ends with sequence ${last}`
      throw closedError(
        `${ends}, but its consumer has applied ${through}: they do not belong together, or its end is lost. ${WAY_OUT}`,
      )
    }
  }

  /** Deletes the segments whose records are all at or below `throughSequence`; the one being written stays. */
  trim(partition: number, throughSequence: number): Promise<void> {
    if (this.#opened === undefined || partition !== 0) return Promise.resolve()
    const { segments } = this.#opened
    this.#trimming = this.#trimming.catch(() => undefined).then(() => this.#trim(segments, throughSequence))
    return this.#trimming
  }

  async #trim(segments: SegmentRange[], throughSequence: number): Promise<void> {
    let removed = false
    while (segments.length > 1 && segments[0]!.last <= throughSequence) {
      await this.#fileSystem.remove(segments[0]!.path)
      segments.shift()
      removed = true
    }
    if (removed) await this.#fileSystem.syncDirectory(this.#options.directory)
  }

  /** The files, and the bytes of the records in them with the files' headers; zeros written ahead do not count. */
  async stats(): Promise<JournalStats> {
    const segments = this.#opened?.segments ?? []
    return { bytes: segments.reduce((sum, { endBytes }) => sum + endBytes, 0), segments: segments.length }
  }

  async #resume(range: SegmentRange): Promise<ActiveSegment> {
    const file = await this.#fileSystem.open(range.path, 'write')
    return new ActiveSegment(file, range, await file.size(), this.#segmentBytes)
  }

  async #roll(segment: ActiveSegment, first: number): Promise<ActiveSegment> {
    await segment.finish()
    const next = await this.#begin(this.#opened!.journal, first, first - 1).catch(error => {
      if (!isFull(error)) throw error
      const detail = `no room for another segment in ${this.#options.directory}`
      throw new HailWhaleError('disk_full', detail, { cause: error })
    })
    this.#opened!.segments.push(next.range)
    await segment.close()
    return next
  }

  async #begin(journal: string, first: number, after: number): Promise<ActiveSegment> {
    const { directory } = this.#options
    const file = await createSegment(this.#fileSystem, directory, { first, after, journal })
    const endBytes = SEGMENT_HEADER_BYTES
    const path = join(directory, segmentName(first))
    const range = new SegmentRange({ path, first, last: first - 1, after, endBytes, commitBytes: endBytes })
    return new ActiveSegment(file, range, endBytes, this.#segmentBytes)
  }
}

function newJournalId(): string {
  return randomBytes(8).toString('hex')
}

function closedError(detail: string): HailWhaleError {
  return new HailWhaleError('unavailable', detail)
}
