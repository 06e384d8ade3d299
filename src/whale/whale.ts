/**
 * The whale: the consuming end of the journal. It rolls batches up, answers from what it has, and flushes lazily:
 * every few seconds, or when memory asks for it. This is one partition's worth of it.
 */
import type { Journal, JournalConsumer, JournalRecord } from '../journal/journal.js'
import { HailWhaleError } from '../model/errors.js'
import type { Limits } from '../model/limits.js'
import { STATE_GROUP } from '../rollup/address.js'
import type { Batch } from '../rollup/batch.js'
import { decodeBatch } from '../rollup/batch-codec.js'
import { flush, readState, refuseOlderStore, STATE, sameStore } from '../rollup/flush.js'
import { type FrozenGeneration, Rollup } from '../rollup/rollup.js'
import type { Policies } from '../rollup/series.js'
import { isFinal, type Store } from '../store/store.js'
import { PathWatch } from './path-watch.js'
import { PartitionReader } from './rollup-reader.js'
import { allSegments, type Forgetting, StoredTree, stepsOf } from './stored-tree.js'
import { Sweeper } from './sweeper.js'

/** What a whale needs. */
export interface WhaleOptions {
  readonly partition: number
  readonly journal: Pick<Journal, 'trim'>
  readonly store: Store
  readonly policies: Policies
  readonly limits: Limits
  readonly dedupeWindowMs: number
  /** Memory for deltas and names, in bytes, as of now: partitions share it. */
  readonly cacheMemoryBytes: () => number
  readonly now: () => number
  /** Lets the event loop go round. */
  readonly pause: () => Promise<void>
  /** Told each time a flush or a look-up failed and will be tried again. */
  readonly onTrouble: (what: string, error: unknown) => void
  /** Waits before something that failed is tried again. */
  readonly delay: (ms: number) => Promise<void>
  /** Told where the journal ends before what a flush that was cut short had begun to write; without, that is thrown. */
  readonly onLostEnd?: (error: Error) => void
}

/** Told when a batch was applied that counts for a path. */
export interface Watch {
  /** Whether one was, other than those that take counts away. */
  readonly isTouched: boolean
  end(): void
}

/** Someone who waits for a batch to be applied. */
interface Waiting {
  readonly sequence: number
  readonly resolve: () => void
  readonly reject: (error: Error) => void
}

const RETRY_MS = 1000
/** The last flush may take this long; what it leaves is in the journal, and the next start does it again. */
const CLOSE_MS = 3000
const FORGETTING = { group: STATE_GROUP, member: STATE.forgetting }
/** An id with its entry, in memory. */
const ID_BYTES = 160

/** Rolls up one partition. */
export class Whale implements JournalConsumer {
  readonly #options: WhaleOptions
  readonly #sweeper: Sweeper
  #rollup: Rollup | undefined
  #reader: PartitionReader | undefined
  /** Where a flush that was cut short had been going; 0 once it has been done again. */
  #recoverThrough = 0
  #flushing: Promise<void> | undefined
  #flushedThrough = 0
  /** Checkpoints that the store may still forget in a crash, oldest first: the journal keeps what follows them. */
  #unsettled: { readonly through: number; readonly atMs: number }[] = []
  #ready = false
  #isAway = false
  #closed = false
  #isClosing = false
  #isStopped = false
  /** When a flush gives up; never before `close`. */
  #giveUpAtMs = Number.POSITIVE_INFINITY
  #givenUp = false
  /** Walks over the store that flushes wait for, as far as memory lets them. */
  #walks = 0
  #freezes = 0
  /** While something runs that no batch may be applied beside. */
  #gate: Promise<void> | undefined
  #inHand: Promise<void> | undefined
  readonly #watches = new Set<PathWatch>()
  readonly #waiting = new Set<Waiting>()
  flushes = 0
  events = 0

  constructor(options: WhaleOptions) {
    this.#options = options
    this.#sweeper = new Sweeper(options.store, options.policies)
  }

  /** All that the journal held when it was opened has been rolled up. */
  get ready(): boolean {
    return this.#ready
  }

  /** A batch waits for a store that can't be read; it is tried again and again. */
  get isAway(): boolean {
    return this.#isAway
  }

  /** The last batch applied; 0 before the partition is assigned. */
  get through(): number {
    return this.#rollup?.through ?? 0
  }

  /** The last batch whose counts are in the store. */
  get flushedThrough(): number {
    return this.#flushedThrough
  }

  /** Memory taken by deltas and names, in bytes. */
  get bytes(): number {
    return this.#rollup?.bytes ?? 0
  }

  /** Reads the roll-ups. Throws before the partition is assigned. */
  get reader(): PartitionReader {
    if (!this.#reader) throw new Error('the partition is not assigned yet')
    return this.#reader
  }

  async assigned(): Promise<number> {
    const { store, policies, limits, now, cacheMemoryBytes } = this.#options
    await this.#forgetAgain()
    const checkpoint = await readState(store, STATE.checkpoint)
    const flushing = await readState(store, STATE.flushing)
    if (flushing > checkpoint) this.#recoverThrough = flushing
    this.#flushedThrough = checkpoint
    this.#rollup = new Rollup(
      {
        policies,
        limits,
        store,
        dedupeWindowMs: this.#options.dedupeWindowMs,
        get seriesBytes() {
          return cacheMemoryBytes() / 12
        },
      },
      checkpoint,
      this.#recoverThrough > 0,
    )
    this.#reader = new PartitionReader({ rollup: this.#rollup, store, policies, now })
    return checkpoint
  }

  record(_partition: number, sequence: number, record: JournalRecord): Promise<void> | void {
    const batch = (record.decoded as Batch | undefined) ?? decodeBatch(record.bytes)
    if (this.#gate) return this.#recordBehind(this.#gate, batch, sequence)
    return this.#record(batch, sequence)
  }

  /**
   * Where the journal ends before what the store has begun to apply, some rows hold lost batches. It throws then, unless it is told to go
   * on: where new batches would get the numbers of lost ones, those rows would skip them.
   */
  async caughtUp(_partition: number, throughSequence: number): Promise<void> {
    if (this.#recoverThrough > throughSequence) this.#endIsLost(throughSequence)
    if (this.#recoverThrough > 0) await this.#recover()
    this.#ready = true
  }

  async revoked(): Promise<void> {
    if (!this.#closed) await this.flush()
  }

  /** Flushes what was applied so far; resolves once it is in the store. One flush runs at a time. */
  async flush(): Promise<void> {
    while (this.#flushing) await this.#flushing
    if (this.#givenUp || !this.#rollup || this.#recoverThrough > 0) return
    if (this.#rollup.through === this.#flushedThrough) return this.#restIdle()
    this.#flushing = this.#flushNow(this.#rollup).finally(() => {
      this.#flushing = undefined
    })
    await this.#flushing
  }

  /** What a flush does where there is nothing to flush: a journal that is full takes nothing new before it is trimmed. */
  async #restIdle(): Promise<void> {
    await this.checkStore()
    await this.#trim().catch(error => this.#options.onTrouble('trimming the journal', error))
  }

  /** Throws `StoreWentBackError` where the store holds what was flushed no more: what was read of it since is worth nothing. */
  async checkStore(): Promise<void> {
    const { store } = this.#options
    if (store.supports.settlesMs === 0) return
    await refuseOlderStore(store, this.#flushedThrough).catch(error =>
      this.#throw('reading the store', error),
    )
  }

  /** Flushes if none is running and nobody walks over the store, without waiting for it. */
  flushSoon(): void {
    if (this.#walks === 0) this.#flushNext()
  }

  /**
   * Flushes, then runs a walk over the store. Unless memory asks for it, nothing is flushed meanwhile; answers whether nothing was, so that
   * all that the walk has seen is of one moment.
   */
  async walk(walk: () => Promise<void>): Promise<boolean> {
    this.#walks++
    try {
      await this.flush()
      const freezes = this.#freezes
      await walk()
      return this.#freezes === freezes
    } finally {
      this.#walks--
    }
  }

  /** Runs a job alone: behind the batch in hand, and no other is applied before it ends. */
  async alone<T>(job: () => Promise<T>): Promise<T> {
    while (this.#gate) await this.#gate
    let open: () => void = () => undefined
    this.#gate = new Promise(resolve => {
      open = resolve
    })
    try {
      await this.#inHand?.catch(() => undefined)
      return await job()
    } finally {
      this.#gate = undefined
      open()
    }
  }

  /** Watches what is counted for a path or below it, in its key and those below. */
  watch(what: Forgetting): Watch {
    const watch = new PathWatch(what, () => this.#watches.delete(watch))
    this.#watches.add(watch)
    return watch
  }

  /** Resolves once all through this sequence is applied; rejects when the whale stops before. */
  reached(sequence: number): Promise<void> {
    if (this.#isStopped) return Promise.reject(stopped())
    if (this.through >= sequence) return Promise.resolve()
    return new Promise((resolve, reject) => {
      this.#waiting.add({ sequence, resolve, reject })
    })
  }

  /** The store that rows are flushed to. */
  get store(): Store {
    return this.#options.store
  }

  /**
   * Removes a key or a path and all below it from the store. All its counts must have been taken away before; nothing may be
   * counted meanwhile. Survives a crash in its middle: the next start does it again.
   */
  async forget(what: Forgetting): Promise<void> {
    await this.flush()
    // Until it is done nothing more may be counted there: the next start would take that away as well.
    const attempt = () => this.#forgetWhole(what)
    await attempt().catch(error => this.#retry('forgetting what was reset', error, attempt))
    this.#rollup?.startAnew()
  }

  /** From now on nothing that fails is tried again: what the store doesn't take is in the journal, and the next start rolls it up. */
  stopRetrying(): void {
    this.#isClosing = true
  }

  /** Writes nothing any more: another owner does, or soon will. */
  abandon(): void {
    this.stopRetrying()
    this.#closed = true
    this.#giveUpAtMs = Number.NEGATIVE_INFINITY
    this.#stop()
  }

  get isClosing(): boolean {
    return this.#isClosing
  }

  /** Flushes what it can in a few seconds, and stops. */
  async close(): Promise<void> {
    this.stopRetrying()
    if (this.#closed) return
    this.#closed = true
    this.#giveUpAtMs = this.#options.now() + (this.#ready ? CLOSE_MS : 0)
    // What can't be flushed now is in the journal: the next start rolls it up again.
    if (this.#ready) await this.flush().catch(error => this.#tell('the last flush', error))
    else await this.#flushing?.catch(() => undefined)
  }

  /** No batch will be applied any more. */
  #stop(): void {
    this.#isStopped = true
    for (const { reject } of this.#waiting) reject(stopped())
    this.#waiting.clear()
  }

  /** Says first what it forgets, so that the next start goes on with it. All in the store that was found to hold what was flushed. */
  async #forgetWhole(what: Forgetting): Promise<void> {
    const store = sameStore(this.store)
    await refuseOlderStore(store, this.#flushedThrough)
    const cell = { ...FORGETTING, through: this.through }
    await store.write([{ ...cell, value: Buffer.from(JSON.stringify(what)) }])
    await this.#forgetNow(what, store)
    await store.write([{ ...cell, value: null }])
  }

  async #forgetNow({ key, path }: Forgetting, store: ReturnType<typeof sameStore>): Promise<void> {
    const segments = allSegments(this.#options.policies, this.#options.now())
    await new StoredTree(store).forget(stepsOf(key, path), segments)
  }

  async #forgetAgain(): Promise<void> {
    const store = sameStore(this.store)
    const [cell] = await store.read([FORGETTING])
    if (!cell) return
    await this.#forgetNow(JSON.parse(Buffer.from(cell.value).toString()) as Forgetting, store)
    await store.write([{ ...FORGETTING, through: cell.through, value: null }])
  }

  #record(batch: Batch, sequence: number): Promise<void> | void {
    const recorded = this.#recordNow(batch, sequence)
    if (recorded) {
      const inHand = recorded.finally(() => {
        if (this.#inHand === inHand) this.#inHand = undefined
        this.#tellWaiting()
      })
      this.#inHand = inHand
      return inHand
    }
    if (this.#waiting.size > 0) this.#tellWaiting()
  }

  #recordNow(batch: Batch, sequence: number): Promise<void> | void {
    for (const watch of this.#watches) watch.see(batch)
    if (this.#recoverThrough > 0 && sequence > this.#recoverThrough)
      return this.#recordAfterGap(batch, sequence)
    const applied = this.#apply(batch, sequence)
    if (applied || this.#mustFlush(sequence)) return this.#settle(applied, sequence)
  }

  async #recordBehind(gate: Promise<void>, batch: Batch, sequence: number): Promise<void> {
    await gate
    while (this.#gate) await this.#gate
    await this.#record(batch, sequence)
  }

  #tellWaiting(): void {
    for (const waiting of this.#waiting) {
      if (waiting.sequence > this.through) continue
      this.#waiting.delete(waiting)
      waiting.resolve()
    }
  }

  /** Applies a batch; on a store that can't be read, tries until it can: batches must be applied in order. */
  #apply(batch: Batch, sequence: number): Promise<void> | void {
    this.events += batch.count
    const applied = this.#rollup!.apply(batch, sequence)
    return applied?.catch(error => this.#applyLater(error, batch, sequence))
  }

  async #applyLater(error: unknown, batch: Batch, sequence: number): Promise<void> {
    this.#isAway = true
    const again = async (): Promise<void> => this.#rollup!.apply(batch, sequence)
    await this.#retry('reading the store', error, again).finally(() => {
      this.#isAway = false
    })
  }

  /** Throws an error on. One that is final is told as well: whoever waits may only tell a client. */
  #throw(what: string, error: unknown): never {
    if (isFinal(error)) this.#options.onTrouble(what, error)
    throw error
  }

  /** Tells of an error that nobody waits for. */
  #tell(what: string, error: unknown): void {
    if (!isFinal(error)) this.#options.onTrouble(what, error)
  }

  async #retry(what: string, error: unknown, again: () => Promise<void>): Promise<void> {
    let trouble = error
    for (;;) {
      if (isFinal(trouble)) this.#throw(what, trouble)
      this.#options.onTrouble(what, trouble)
      if (!this.#isClosing) await this.#options.delay(RETRY_MS)
      if (this.#isClosing) throw trouble
      try {
        await again()
        return
      } catch (next) {
        trouble = next
      }
    }
  }

  /**
   * Whether the next batch must wait for a flush: to recover one that was cut short, or because memory is full. Of the memory
   * for the cache, a sixteenth is for counts and a twelfth for names; while those are flushed, as much again and half may come.
   * That is two fifths of it; but arrays that grow by doubling are up to half empty, and what was freed is not given back at once.
   */
  #mustFlush(sequence: number): boolean {
    if (sequence === this.#recoverThrough) return true
    if (this.#recoverThrough > 0) return false
    const { current } = this.#rollup!
    const cacheMemoryBytes = this.#options.cacheMemoryBytes()
    const counts = current.deltas.bytes + current.ids.size * ID_BYTES
    const names = current.series.bytes
    if (this.#flushing) return counts > cacheMemoryBytes / 12 || names > cacheMemoryBytes / 8
    if (counts > cacheMemoryBytes / 16 || names > cacheMemoryBytes / 12) this.#flushNext()
    return false
  }

  #flushNext(): void {
    if (this.#flushing || this.#closed) return
    this.flush().catch(error => this.#tell('flushing', error))
  }

  async #settle(applied: Promise<void> | void, sequence: number): Promise<void> {
    await applied
    if (sequence === this.#recoverThrough) await this.#recover()
    else if (this.#mustFlush(sequence)) await this.#flushing?.catch(() => undefined)
  }

  /** The batch that the cut-short flush ended with was given up by a repair, or is lost. */
  async #recordAfterGap(batch: Batch, sequence: number): Promise<void> {
    this.#options.onLostEnd?.(endIsLost(this.through, this.#recoverThrough))
    await this.#recover()
    await this.#settle(this.#apply(batch, sequence), sequence)
  }

  #endIsLost(lastSequence: number): void {
    const error = endIsLost(lastSequence, this.#recoverThrough)
    if (!this.#options.onLostEnd) throw error
    this.#options.onLostEnd(error)
  }

  /** Does the flush again that was cut short, from the same generation, and goes on with a fresh table. */
  async #recover(): Promise<void> {
    const rollup = this.#rollup!
    rollup.through = this.#recoverThrough
    await this.#flushNow(rollup)
    if (this.#givenUp) throw new HailWhaleError('unavailable', 'The server was stopped during its recovery.')
    this.#recoverThrough = 0
    rollup.startAnew()
  }

  async #flushNow(rollup: Rollup): Promise<void> {
    const frozen = rollup.freeze()
    const frozenAtMs = this.#options.now()
    this.#freezes++
    const attempt = (): Promise<void> => this.#attempt(frozen, frozenAtMs, rollup)
    await attempt().catch(error => this.#retry('flushing', error, attempt))
    if (this.#givenUp) return
    rollup.flushed()
    this.#flushedThrough = frozen.through
    this.flushes++
    this.#unsettled.push({ through: frozen.through, atMs: this.#options.now() })
    const tidied = Promise.all([this.#trim(), this.#sweep(rollup)])
    await tidied.catch(error => this.#options.onTrouble('deleting what is no longer kept', error))
  }

  /** Trims the journal through the newest checkpoint that the store can't forget any more. */
  async #trim(): Promise<void> {
    const { partition, journal, store, now } = this.#options
    const nowMs = now()
    const settled = this.#unsettled.findLastIndex(({ atMs }) => atMs + store.supports.settlesMs <= nowMs)
    if (settled < 0) return
    await journal.trim(partition, this.#unsettled[settled]!.through)
    this.#unsettled.splice(0, settled + 1)
  }

  /** Writes the generation to the store, or gives up. */
  async #attempt(frozen: FrozenGeneration, frozenAtMs: number, { ids }: Rollup): Promise<void> {
    const { store, policies, pause, now } = this.#options
    const again = this.#recoverThrough > 0
    const pauseOrGiveUp = (): Promise<void> => {
      if (now() < this.#giveUpAtMs) return pause()
      this.#givenUp = true
      throw new GivenUp('the server is closing')
    }
    try {
      const nowMs = now()
      await flush(frozen, { store, policies, ids, nowMs, frozenAtMs, again, pause: pauseOrGiveUp })
    } catch (error) {
      if (!(error instanceof GivenUp)) throw error
    }
  }

  /** Not during recovery: a replay judges ids as of when they came in, and may still need those that have expired since. */
  async #sweep({ ids, oldestMs }: Rollup): Promise<void> {
    if (this.#ready && !this.#closed) await this.#sweeper.sweep(this.#options.now(), ids, oldestMs)
  }
}

/** A flush was ended by `close`. */
class GivenUp extends Error {}

function stopped(): HailWhaleError {
  return new HailWhaleError(
    'unavailable',
    'The partition has gone to another server, or this one is stopping.',
  )
}

function endIsLost(lastSequence: number, neededSequence: number): HailWhaleError {
  const ends = `the journal ends with sequence ${lastSequence}, but the store holds counts through ${neededSequence}`
  const wayOut = "'hailwhale check --repair' says what can be saved"
  return new HailWhaleError(
    'unavailable',
    `${ends}: they do not belong together, or its end is lost. ${wayOut}`,
  )
}
