/**
 * The real embedded server beside its model: both count the same requests, and whatever is asked of one is asked of the other.
 * The clock is the harness's own. The server can be flushed, held in the middle of a flush, closed and opened again, and
 * crashed: then a copy of its folder, as it was at that moment, is opened instead.
 */
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { Agent, request as httpRequest } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FastifyInstance, InjectOptions } from 'fastify'
import { createHttp } from '../../src/http/http.js'
import { FileJournal } from '../../src/journal/file/file-journal.js'
import type { Journal, JournalConsumer, JournalRecord } from '../../src/journal/journal.js'
import { MemoryJournal } from '../../src/journal/memory-journal.js'
import { DAY_MS } from '../../src/model/interval.js'
import { DEFAULT_LIMITS, type Limits } from '../../src/model/limits.js'
import { DEFAULT_RETENTION, type Retention } from '../../src/model/retention.js'
import { LmdbStore } from '../../src/store/lmdb/lmdb-store.js'
import { MemoryStore } from '../../src/store/memory/memory-store.js'
import { StoreWentBackError } from '../../src/store/store.js'
import { type Embedded, openEmbedded } from '../../src/whale/embedded.js'
import type { WireAnswer, WireRequest } from './count-request.js'
import { HeldStore, type Tampering } from './held-store.js'
import { ServerModel } from './server-model.js'

/** How a server under test is set up. */
export interface HarnessOptions {
  readonly nowMs: number
  readonly retention?: Retention
  readonly retentionByKey?: ReadonlyMap<string, Retention>
  readonly childrenPerParent?: number
  readonly dedupeWindowMs?: number
  readonly cacheMemoryBytes?: number
  readonly segmentBytes?: number
  /** Journal and store in memory instead of in files. */
  readonly inMemory?: boolean
  /** Over a real socket instead of `inject`. */
  readonly overSocket?: boolean
  /** Makes the store lie. */
  readonly tamper?: Tampering
}

/** As long as a timer can be: nothing is flushed unless the test says so. */
const NEVER_MS = 2 ** 31 - 1

/** Segments small enough that a test gets through several. */
const SEGMENT_BYTES = 64 * 1024

/** A server under test and its model. */
export class ServerHarness {
  readonly model: ServerModel
  readonly limits: Limits
  nowMs: number
  /** What the server said is fatal. */
  readonly fatal: Error[] = []
  readonly #options: HarnessOptions
  readonly #memory = { journal: new MemoryJournal(), store: new MemoryStore() }
  readonly #folders: string[] = []
  readonly #agent = new Agent({ keepAlive: true })
  #running: Running | undefined

  private constructor(options: HarnessOptions) {
    this.#options = options
    this.nowMs = options.nowMs
    this.limits = {
      ...DEFAULT_LIMITS,
      childrenPerParent: options.childrenPerParent ?? DEFAULT_LIMITS.childrenPerParent,
    }
    this.model = new ServerModel({
      nowMs: options.nowMs,
      retention: options.retention ?? DEFAULT_RETENTION,
      retentionByKey: options.retentionByKey ?? new Map(),
      childrenPerParent: this.limits.childrenPerParent,
      dedupeWindowMs: options.dedupeWindowMs ?? DAY_MS,
    })
  }

  /** Starts a server on an empty folder. */
  static async start(options: HarnessOptions): Promise<ServerHarness> {
    const harness = new ServerHarness(options)
    await harness.#open(await harness.#makeFolder())
    return harness
  }

  /** Whether the server has so little memory that it can't count on while a flush is held. */
  get isShortOfMemory(): boolean {
    return this.#options.cacheMemoryBytes !== undefined
  }

  /** Lets time pass. */
  pass(ms: number): void {
    this.nowMs += ms
    this.model.nowMs = this.nowMs
  }

  /** Sends a request. */
  send(request: WireRequest): Promise<WireAnswer> {
    const { http, port } = this.#live()
    return port === undefined ? inject(http, request) : overSocket(this.#agent, port, request)
  }

  /** Writes all that was counted into the store. A flush that is held is let go first. */
  async flush(): Promise<void> {
    await this.letGo()
    await this.#live().embedded.whale.flush()
  }

  /** Begins a flush and stops it once it has written so many cells; it may also come to its end before. */
  async flushHalfway(cells: number): Promise<void> {
    await this.letGo()
    const running = this.#live()
    const held = running.store.hold(cells)
    running.flushing = running.embedded.whale.flush()
    await Promise.race([held, running.flushing])
    if (!running.store.isHeld) await this.letGo()
  }

  /** Lets a flush that is held come to its end. */
  async letGo(): Promise<void> {
    const running = this.#live()
    running.store.release()
    await running.flushing
    running.flushing = undefined
  }

  /** Flushes in the middle of what is asked: before the read that comes after `reads` more, if there are so many. */
  async flushBetweenReads(reads: number, ask: () => Promise<void>): Promise<void> {
    const { store, embedded } = this.#live()
    store.interrupt(reads, () => embedded.whale.flush())
    await ask()
    store.interrupt(0, undefined)
  }

  /** Whether a flush is held. */
  get isHeld(): boolean {
    return this.#live().store.isHeld
  }

  /** Closes the server as it should be, and opens it again. */
  async reopen(): Promise<void> {
    await this.letGo()
    const { folder } = await this.#close()
    await this.#open(folder)
  }

  /** Leaves the server as it stands, also in the middle of a flush, and opens what was on its disk at that moment. */
  async crash(): Promise<void> {
    const running = this.#live()
    const folder = await this.#makeFolder()
    const isLock = (path: string): boolean => path.endsWith('lock')
    await cp(running.folder, folder, { recursive: true, filter: path => !isLock(path) })
    // A dead process's store takes no writes: a flush that waited for the one held finds its checkpoint gone.
    running.flushing = running.flushing?.catch(error => {
      if (!(running.store.isDead && error instanceof StoreWentBackError)) throw error
    })
    running.store.kill()
    running.journal.kill()
    await this.#close()
    await this.#open(folder)
  }

  /** Ends the server and removes its folders. */
  async stop(): Promise<void> {
    try {
      if (this.#running) {
        this.#running.store.release()
        await this.#close()
      }
    } finally {
      this.#agent.destroy()
      for (const folder of this.#folders) await rm(folder, { recursive: true, force: true })
    }
  }

  #live(): Running {
    if (!this.#running) throw new Error('the server is not running')
    return this.#running
  }

  async #makeFolder(): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), 'hailwhale-property-'))
    this.#folders.push(folder)
    return folder
  }

  async #open(folder: string): Promise<void> {
    const { inMemory = false, tamper, segmentBytes = SEGMENT_BYTES } = this.#options
    const onFatal = (error: Error): void => {
      if (!store.isDead) this.fatal.push(error)
    }
    const files = { directory: join(folder, 'journal'), segmentBytes, onFatal }
    const journal = new KillableJournal(inMemory ? this.#memory.journal : new FileJournal(files))
    const store = new HeldStore(inMemory ? this.#memory.store : new LmdbStore(join(folder, 'store')), tamper)
    const embedded = await openEmbedded({
      dataDir: folder,
      retention: this.#options.retention ?? DEFAULT_RETENTION,
      ...(this.#options.retentionByKey && { retentionByKey: this.#options.retentionByKey }),
      dedupeWindowMs: this.#options.dedupeWindowMs ?? DAY_MS,
      flushIntervalMs: NEVER_MS,
      cacheMemoryBytes: this.#options.cacheMemoryBytes ?? 64 * 1024 * 1024,
      limits: this.limits,
      now: () => this.nowMs,
      log: QUIET,
      onFatal,
      journal,
      store,
    })
    await embedded.recovered
    const http = await createHttp({
      service: embedded.service,
      limits: this.limits,
      now: () => this.nowMs,
      version: '0.0.0',
      log: QUIET,
      every: () => () => undefined,
    })
    const port = this.#options.overSocket ? await portOf(http) : undefined
    this.#running = { folder, journal, store, embedded, http, port, flushing: undefined }
  }

  async #close(): Promise<Running> {
    const running = this.#live()
    this.#running = undefined
    await running.http.close()
    await running.embedded.close()
    await running.flushing
    return running
  }
}

interface Running {
  readonly folder: string
  readonly journal: KillableJournal
  readonly store: HeldStore
  readonly embedded: Embedded
  readonly http: FastifyInstance
  readonly port: number | undefined
  flushing: Promise<void> | undefined
}

const QUIET = { info: () => undefined, warn: () => undefined, error: () => undefined }

/** A journal that, once killed, forgets nothing any more: a process that is gone trims nothing. */
class KillableJournal implements Journal {
  readonly #journal: Journal
  #isDead = false

  constructor(journal: Journal) {
    this.#journal = journal
  }

  get durability(): Journal['durability'] {
    return this.#journal.durability
  }

  get partitions(): number {
    return this.#journal.partitions
  }

  kill(): void {
    this.#isDead = true
  }

  open(): Promise<void> {
    return this.#journal.open()
  }

  close(): Promise<void> {
    return this.#journal.close()
  }

  append(partition: number, record: JournalRecord): Promise<number> {
    return this.#journal.append(partition, record)
  }

  consume(consumer: JournalConsumer): Promise<void> {
    return this.#journal.consume(consumer)
  }

  async trim(partition: number, throughSequence: number): Promise<void> {
    if (!this.#isDead) await this.#journal.trim(partition, throughSequence)
  }

  stats(): ReturnType<Journal['stats']> {
    return this.#journal.stats()
  }
}

async function portOf(http: FastifyInstance): Promise<number> {
  await http.listen({ host: '127.0.0.1', port: 0 })
  return (http.server.address() as AddressInfo).port
}

async function inject(
  http: FastifyInstance,
  { method, url, headers, body }: WireRequest,
): Promise<WireAnswer> {
  const options: InjectOptions = { method, url, headers: { ...headers }, ...(body && { payload: body }) }
  const answer = await http.inject(options)
  return { status: answer.statusCode, headers: answer.headers, body: answer.rawPayload }
}

function overSocket(
  agent: Agent,
  port: number,
  { method, url, headers, body }: WireRequest,
): Promise<WireAnswer> {
  return new Promise((resolve, reject) => {
    const length = { 'content-length': String(body?.length ?? 0) }
    const options = {
      agent,
      host: '127.0.0.1',
      port,
      method,
      path: url,
      headers: { ...headers, ...(method === 'POST' && length) },
    }
    const sent = httpRequest(options, response => {
      const chunks: Buffer[] = []
      response.on('data', chunk => chunks.push(chunk as Buffer))
      response.on('error', reject)
      response.on('end', () => {
        resolve({ status: response.statusCode!, headers: response.headers, body: Buffer.concat(chunks) })
      })
    })
    sent.on('error', reject)
    sent.end(body)
  })
}
