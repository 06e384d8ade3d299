/** The embedded server put together: committer → file journal → whale → LMDB, in one process. */
import { join } from 'node:path'
import { setImmediate as immediate, setTimeout as timeout } from 'node:timers/promises'
import { Boards } from '../boards/boards.js'
import { Committer } from '../hail/committer.js'
import { LineFiller } from '../hail/line-filler.js'
import type { Readiness, ServerState, Service } from '../http/service.js'
import { FileJournal } from '../journal/file/file-journal.js'
import type { Journal } from '../journal/journal.js'
import { HailWhaleError } from '../model/errors.js'
import type { Limits } from '../model/limits.js'
import type { Path } from '../model/path.js'
import type { Retention } from '../model/retention.js'
import type { RollupReader } from '../query/reader.js'
import type { Batch, BatchOutcome } from '../rollup/batch.js'
import { Policies } from '../rollup/series.js'
import { LmdbStore } from '../store/lmdb/lmdb-store.js'
import { isFinal, type Store } from '../store/store.js'
import { reset } from './reset.js'
import { type RoomBelow, Rooms } from './room.js'
import { measureRoom } from './room-walk.js'
import { updateBatch } from './update-count-to.js'
import { Whale } from './whale.js'

/** Where the embedded server says what happens. */
export interface Log {
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}

/** How an embedded server is set up. */
export interface EmbeddedOptions {
  readonly dataDir: string
  readonly retention: Retention
  /** By key, as a path's JSON. */
  readonly retentionByKey?: ReadonlyMap<string, Retention>
  readonly dedupeWindowMs: number
  readonly flushIntervalMs: number
  readonly cacheMemoryBytes: number
  readonly limits: Limits
  readonly now: () => number
  /** Waits, where something is to be tried again (default: by the real clock). */
  readonly delay?: (ms: number) => Promise<void>
  readonly log: Log
  /** Told when nothing can be counted any more: the process should stop, and read back at its next start what is really on disk. */
  readonly onFatal: (error: Error) => void
  /** The journal and the store (default: files and LMDB below `dataDir`). */
  readonly journal?: Journal
  readonly store?: Store
}

/** A running embedded server. */
export interface Embedded {
  readonly service: Service
  readonly whale: Whale
  readonly committer: Committer
  readonly journal: Journal
  readonly store: Store
  /** Resolves once all that the journal held is rolled up; rejects where it can't be, or where journal and store don't fit together. */
  readonly recovered: Promise<void>
  /** Commits what was accepted, flushes what it can of it in a few seconds, then closes. */
  close(): Promise<void>
}

/** Opens the data folder and starts to roll up; questions and counts are answered once `recovered`. */
export async function openEmbedded(options: EmbeddedOptions): Promise<Embedded> {
  const { limits, now, log } = options
  const journal = options.journal ?? fileJournal(options)
  const store = options.store ?? new LmdbStore(join(options.dataDir, 'store'))
  await journal.open()
  await store.open().catch(async error => {
    await journal.close()
    throw error
  })
  const policies = new Policies(options.retention, options.retentionByKey)
  const whale = new Whale({
    journal,
    store,
    policies,
    limits,
    dedupeWindowMs: options.dedupeWindowMs,
    cacheMemoryBytes: options.cacheMemoryBytes,
    now,
    pause: () => immediate(),
    delay: options.delay ?? (ms => timeout(ms)),
    onTrouble: (what, error) => {
      if (isFinal(error)) options.onFatal(error as Error)
      else log.error({ err: error }, `${what} failed; trying again`)
    },
  })
  const committer = new Committer({
    append: record => journal.append(0, record),
    now,
    internerBytes: options.cacheMemoryBytes / 16,
  })
  const { recovered, rolling } = rollUp(journal, whale, options)
  const timer = setInterval(() => whale.flushSoon(), options.flushIntervalMs)
  return {
    service: new EmbeddedService({ whale, committer, journal, store, policies, now }),
    whale,
    committer,
    journal,
    store,
    recovered,
    close: async () => {
      clearInterval(timer)
      whale.stopRetrying()
      // Before that, nothing was accepted, and the next start reads the journal anyway. Where the store is away, the rolling up ends first.
      if (whale.ready) await Promise.race([committer.drain(), rolling])
      await whale.close()
      if (whale.ready && whale.flushedThrough < whale.through)
        log.info({}, 'what is not flushed is in the journal: the next start rolls it up again')
      await journal.close()
      await store.close()
    },
  }
}

function fileJournal(options: EmbeddedOptions): FileJournal {
  return new FileJournal({
    directory: join(options.dataDir, 'journal'),
    onFatal: options.onFatal,
    onRepair: repair =>
      options.log.warn({ ...repair }, 'the end of the journal was torn; what was not acknowledged is cut'),
  })
}

/** The rolling up of a journal. */
interface RollingUp {
  /** Resolves once all that the journal held is rolled up; rejects with what ends it before that. */
  readonly recovered: Promise<void>
  /** Resolves once nothing more is rolled up. What ends it after `recovered` is fatal, unless the server is closing. */
  readonly rolling: Promise<void>
}

function rollUp(journal: Journal, whale: Whale, { log, now, onFatal }: EmbeddedOptions): RollingUp {
  const startMs = now()
  let rolling: Promise<void> = Promise.resolve()
  const recovered = new Promise<void>((resolve, reject) => {
    const consumed = journal.consume({
      assigned: () => whale.assigned(),
      record: (partition, sequence, record) => whale.record(partition, sequence, record),
      caughtUp: async (partition, throughSequence) => {
        await whale.caughtUp(partition, throughSequence)
        log.info({ events: whale.events, ms: now() - startMs }, 'recovered')
        resolve()
      },
      revoked: () => whale.revoked(),
    })
    rolling = consumed.then(
      () =>
        reject(new HailWhaleError('unavailable', 'The server was stopped while the journal was being read.')),
      error => {
        if (!whale.ready) reject(error)
        else if (!whale.isClosing) onFatal(error)
      },
    )
  })
  recovered.catch(() => {})
  return { recovered, rolling }
}

/** What the service of an embedded server stands on. */
interface EmbeddedParts {
  readonly whale: Whale
  readonly committer: Committer
  readonly journal: Journal
  readonly store: Store
  readonly policies: Policies
  readonly now: () => number
}

/** The service of an embedded server. */
class EmbeddedService implements Service {
  readonly #whale: Whale
  readonly #committer: Committer
  readonly #journal: Journal
  readonly #store: Store
  readonly #lines = new LineFiller()
  readonly #policies: Policies
  readonly #now: () => number
  readonly #startedMs: number
  readonly #rooms: Rooms
  readonly boards: Boards

  constructor({ whale, committer, journal, store, policies, now }: EmbeddedParts) {
    this.#whale = whale
    this.#policies = policies
    this.#committer = committer
    this.#journal = journal
    this.#store = store
    this.#now = now
    this.#startedMs = now()
    this.boards = new Boards(store, now)
    this.#rooms = new Rooms((key, dimension) =>
      measureRoom(key, dimension, { store, policies, nowMs: now(), pause: () => immediate() }),
    )
  }

  readonly reader: RollupReader = {
    now: () => this.#now(),
    retention: key => this.#policies.retentionOf(key),
    version: () => this.#whale.through,
    series: (...question) => this.#ready().series(...question),
    children: (...question) => this.#ready().children(...question),
    sumChildren: (...question) => this.#ready().sumChildren(...question),
    listChildren: (...question) => this.#ready().listChildren(...question),
    listKeys: (...question) => this.#ready().listKeys(...question),
    listMetrics: (...question) => this.#ready().listMetrics(...question),
  }

  count: Service['count'] = (events, options) => {
    this.#requireStore()
    return this.#committer.count(events, options?.idempotencyKey)
  }

  countLines: NonNullable<Service['countLines']> = (body, context) => {
    this.#requireStore()
    return this.#committer.countFilled(builder => this.#lines.fill(body, builder, context))
  }

  updateCountTo: Service['updateCountTo'] = change => {
    this.#requireReady()
    return this.#difference(async commit => {
      const batch = await updateBatch(change, this.#whale.reader, this.#now())
      if (batch) await commit(batch)
    })
  }

  reset: Service['reset'] = request => {
    this.#requireReady()
    return this.#difference(commit =>
      reset(request, { whale: this.#whale, policies: this.#policies, commit, nowMs: this.#now() }),
    )
  }

  flushHail: Service['flushHail'] = () => {
    this.#requireReady()
    return this.#committer.drain()
  }

  readiness(): Readiness {
    const { ready, events } = this.#whale
    return {
      ready,
      detail: ready ? 'ready' : `recovering: ${events.toLocaleString('en')} events so far`,
      durability: this.#journal.durability,
      journal: 'file',
      store: this.#store.name,
      risk: this.#store.supports.risk,
    }
  }

  async room(key: Path, dimension: Path): Promise<RoomBelow> {
    this.#requireReady()
    return this.#rooms.of(key, dimension)
  }

  async state(): Promise<ServerState> {
    const { through, flushedThrough, events, bytes: rollup } = this.#whale
    const { rss, heapUsed: heap } = process.memoryUsage()
    const { journal, store } = this.readiness()
    return {
      started: this.#startedMs,
      journal: {
        kind: journal,
        sequence: through,
        flushed: flushedThrough,
        ...(await this.#journal.stats()),
      },
      store: { kind: store, bytes: await this.#store.sizeBytes().catch(() => null) },
      memory: { rss, heap, rollup },
      partitions: [{ partition: 0, owner: null, through, flushedThrough, events }],
    }
  }

  /**
   * Runs a job alone that counts the difference to what it reads. Where the store turns out to have gone back, it was read wrong: then
   * nothing is counted, nor is it said that there is nothing to count.
   */
  #difference(job: (commit: (batch: Batch) => Promise<BatchOutcome>) => Promise<void>): Promise<void> {
    return this.#committer.exclusive(async commit => {
      await job(async batch => {
        await this.#whale.checkStore()
        return commit(batch)
      })
      await this.#whale.checkStore()
    })
  }

  #ready(): RollupReader {
    this.#requireReady()
    return this.#whale.reader
  }

  /** What is counted while the store is away would only wait for it. */
  #requireStore(): void {
    this.#requireReady()
    if (this.#whale.isAway)
      throw new HailWhaleError('unavailable', 'The store does not answer; it is tried again.')
  }

  #requireReady(): void {
    if (this.#whale.ready) return
    throw new HailWhaleError(
      'recovering',
      'The journal is being read after a restart; try again in a second.',
    )
  }
}
