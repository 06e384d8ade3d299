/**
 * A server with a whale put together: committer → journal → whales of the partitions → stores. With a journal of its own it has all
 * partitions, for ever; with one that it shares it has some, for the time being.
 */
import { setImmediate as immediate, setTimeout as timeout } from 'node:timers/promises'
import { commitInParts } from '../hail/commitment.js'
import { Committer } from '../hail/committer.js'
import type { Every } from '../http/hub.js'
import type { Service } from '../http/service.js'
import type { Journal } from '../journal/journal.js'
import { HailWhaleError } from '../model/errors.js'
import type { Limits } from '../model/limits.js'
import type { Retention } from '../model/retention.js'
import { OwnersReader } from '../peers/owners-reader.js'
import type { Owners } from '../peers/positions.js'
import type { RollupReader } from '../query/reader.js'
import { BatchBuilder, Interner } from '../rollup/batch.js'
import { Policies } from '../rollup/series.js'
import type { PartitionStores } from '../store/partition-stores.js'
import { type BoardsStore, boardsStore } from './boards-store.js'
import { LocalPartitions } from './local-partitions.js'
import type { PartitionService } from './partition-service.js'
import { Partitions } from './partitions.js'
import { Router } from './router.js'
import { StoredReader } from './stored-reader.js'
import { Turns } from './turns.js'
import { WhaleService } from './whale-service.js'

/** Where a server says what happens. */
export interface Log {
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}

/** How a server with a whale is set up. */
export interface WhaleServerOptions {
  /** Not yet open. One of its own (files, memory), or one that others append to and consume as well (Redis). */
  readonly journal: Journal
  /** Not yet open. */
  readonly stores: PartitionStores
  /** The other servers; only with a journal that is shared. */
  readonly peers?: { of(address: string): PartitionService }
  /** Where the boards are, if not in the store of a partition. */
  readonly boardsStore?: BoardsStore
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
  /** Does something again and again (default: by the real clock). */
  readonly every?: Every
  readonly log: Log
  /** Told when nothing can be counted any more: the process should stop, and read back at its next start what is really on disk. */
  readonly onFatal: (error: Error) => void
}

/** A server with a whale. */
export interface WhaleServer {
  readonly service: Service
  /** What it does for other servers. */
  readonly local: PartitionService
  readonly partitions: Partitions
  readonly committer: Committer
  readonly journal: Journal
  readonly stores: PartitionStores
  /**
   * Resolves once all that the journal held is rolled up, or, of one that is shared, what it held of a first partition; rejects where it
   * can't be, for good.
   */
  readonly recovered: Promise<void>
  /** Begins to roll up. To be called once, when others can ask this server. */
  start(): void
  /** Commits what was accepted, flushes what it can of it in a few seconds, then closes. */
  close(): Promise<void>
}

/** Batches under way where others have to apply them as well. */
const MOST_UNAPPLIED_ELSEWHERE = 16

/** Opens journal and stores. What was opened is closed again where something can't be. */
export async function openWhale(options: WhaleServerOptions): Promise<WhaleServer> {
  const { journal, stores } = options
  await journal.open()
  try {
    await stores.open()
    await journal.bindStore?.(await stores.id())
  } catch (error) {
    await stores.close().catch(() => undefined)
    await journal.close()
    throw error
  }
  return assemble(options)
}

function assemble(options: WhaleServerOptions): WhaleServer {
  const { journal, stores, limits, now, log, peers } = options
  const delay = options.delay ?? (ms => timeout(ms))
  const every = options.every ?? everyTime
  const alone = isAlone(journal)
  const policies = new Policies(options.retention, options.retentionByKey)
  const rolling = new Rolling(options)
  const partitions = new Partitions({
    ...{ journal, stores, policies, limits, now, delay },
    dedupeWindowMs: options.dedupeWindowMs,
    cacheMemoryBytes: options.cacheMemoryBytes,
    pause: () => immediate(),
    onTrouble: (partition, what, error) =>
      log.error({ err: error, partition }, `${what} failed; trying again`),
    onCaughtUp: ({ partition, whale }) => rolling.caughtUp(partition, whale.events),
    ...(alone && { onFinal: options.onFatal }),
    ...(!alone && {
      onLostEnd: (partition, error) =>
        log.error(
          { err: error, partition },
          'counts of the last moments may be missing or only in parts; going on',
        ),
    }),
  })
  const owners: Owners = {
    ...{ journal, every },
    own: partition => partitions.ready(partition)?.whale.reader,
    peer: address => peerOf(peers, address),
    stored: storedReaders(stores, policies, limits, now),
  }
  const reader = new OwnersReader({ ...owners, now, retention: key => policies.retentionOf(key) })
  const strict = new OwnersReader({
    ...{ ...owners, stored: () => undefined, now },
    retention: key => policies.retentionOf(key),
  })
  const turns = new Turns()
  const settle = (partition: number): Promise<unknown> =>
    router.append(partition, new BatchBuilder(new Interner()).finish(now()))
  const local: LocalPartitions = new LocalPartitions({
    ...{ journal, partitions, policies, now },
    alone: (partition, job) =>
      alone
        ? committer.exclusive(job)
        : turns.take(partition, async () => {
            await settle(partition)
            await job()
          }),
    everything: async (): Promise<RollupReader> => {
      if (!alone) await Promise.all(Array.from({ length: journal.partitions }, (_, p) => settle(p)))
      return strict
    },
  })
  const router = new Router({
    ...{ journal, local, now, delay },
    ...(peers && { peer: address => peers.of(address) }),
  })
  const committer = new Committer({
    commit: batch =>
      commitInParts(batch, journal.partitions, (partition, part) => router.commit(partition, part)),
    now,
    internerBytes: options.cacheMemoryBytes / 16,
    ...(!alone && { mostUnapplied: MOST_UNAPPLIED_ELSEWHERE }),
  })
  const service = new WhaleService({
    ...{ journal, stores, partitions, router, committer, reader, policies, now },
    isAlone: alone,
    boardsStore: options.boardsStore ?? boardsStore(partitions, stores),
    positions: () => positionsOf(owners),
  })
  let stopFlushing: () => void = () => undefined
  return {
    ...{ service, local, partitions, committer, journal, stores },
    recovered: rolling.recovered,
    start: () => {
      rolling.start(partitions)
      stopFlushing = every(options.flushIntervalMs, () => partitions.flushSoon())
    },
    close: async () => {
      stopFlushing()
      reader.close()
      partitions.stopRetrying()
      // Before that, nothing was accepted, and the next start reads the journal anyway. Where the store is away, the rolling up ends first.
      if (partitions.owned.some(({ whale }) => whale.ready))
        await Promise.race([committer.drain(), rolling.ended])
      await partitions.close()
      if (partitions.owned.some(({ whale }) => whale.ready && whale.flushedThrough < whale.through))
        log.info({}, 'what is not flushed is in the journal: the next start rolls it up again')
      await journal.close()
      await stores.close()
    },
  }
}

/** The rolling up of a journal. */
class Rolling {
  readonly #options: WhaleServerOptions
  readonly #startMs: number
  readonly recovered: Promise<void>
  /** Resolves once nothing more is rolled up. What ends it after `recovered` is fatal, unless the server is closing. */
  ended: Promise<void> = Promise.resolve()
  readonly #caughtUp = new Set<number>()
  #isRecovered = false
  #resolve: () => void = () => undefined
  #reject: (error: Error) => void = () => undefined

  constructor(options: WhaleServerOptions) {
    this.#options = options
    this.#startMs = options.now()
    this.recovered = new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
    })
    this.recovered.catch(() => undefined)
  }

  start(partitions: Partitions): void {
    const { journal, onFatal } = this.#options
    this.ended = journal.consume(partitions).then(
      () => this.#reject(new HailWhaleError('unavailable', STOPPED)),
      (error: Error) => {
        if (!this.#isRecovered) this.#reject(error)
        else if (!partitions.isClosing) onFatal(error)
      },
    )
  }

  caughtUp(partition: number, events: number): void {
    const { log, now, journal } = this.#options
    log.info({ ...(journal.partitions > 1 && { partition }), events, ms: now() - this.#startMs }, 'recovered')
    this.#caughtUp.add(partition)
    if (isAlone(journal) && this.#caughtUp.size < journal.partitions) return
    this.#isRecovered = true
    this.#resolve()
  }
}

const STOPPED = 'The server was stopped while the journal was being read.'

/** Whether no other server appends to the journal or has partitions of it. */
function isAlone({ kind }: Journal): boolean {
  return kind !== 'redis'
}

/** Reads partitions from their stores alone; undefined where that can't be done. */
function storedReaders(
  stores: PartitionStores,
  policies: Policies,
  limits: Limits,
  now: () => number,
): (partition: number) => StoredReader | undefined {
  return partition => {
    const store = stores.view(partition)
    return store && new StoredReader({ store, policies, limits, now })
  }
}

function peerOf(peers: WhaleServerOptions['peers'], address: string): PartitionService {
  if (peers) return peers.of(address)
  throw new HailWhaleError('unavailable', `There is no way to the server at ${address}.`)
}

/** How far the other servers are, as far as they say it. */
async function positionsOf({ journal, peer }: Owners): Promise<ReadonlyMap<number, number>> {
  const addresses = new Set<string>()
  for (let partition = 0; partition < journal.partitions; partition++) {
    const owner = journal.ownerOf(partition)
    if (owner !== null && owner !== 'self') addresses.add(owner.address)
  }
  const none = new Map<number, number>()
  const all = await Promise.all(
    [...addresses].map(address =>
      peer(address)
        .positions()
        .catch(() => none),
    ),
  )
  return new Map(all.flatMap(each => [...each]))
}

function everyTime(periodMs: number, run: () => void): () => void {
  const timer = setInterval(run, periodMs)
  return () => clearInterval(timer)
}
