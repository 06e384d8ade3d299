/**
 * A store that does what another does, one cell at a time and only as far as it is let: a flush can be looked at (or crashed)
 * half way. It can also be made to lie, for the canary that shows that the harness would see it.
 */
import type {
  Address,
  Cell,
  CellVisitor,
  Change,
  MemberRange,
  Store,
  StoreManifest,
} from '../../src/store/store.js'

/** Changes what is written; what it leaves out is never written. */
export type Tampering = (change: Change) => Change | undefined

/** A store whose writes can be held. */
export class HeldStore implements Store {
  readonly #store: Store
  readonly #tamper: Tampering
  /** Cells that may still be written before writes are held. */
  #allowance = Number.POSITIVE_INFINITY
  #release: (() => void) | undefined
  #held: (() => void) | undefined
  #isDead = false
  #beforeRead: (() => Promise<void>) | undefined
  #readsUntil = 0

  constructor(store: Store, tamper: Tampering = change => change) {
    this.#store = store
    this.#tamper = tamper
  }

  get name(): Store['name'] {
    return this.#store.name
  }

  get incarnation(): number {
    return this.#store.incarnation
  }

  get supports(): StoreManifest {
    return this.#store.supports
  }

  /** Whether its process is gone: what it says is heard by nobody. */
  get isDead(): boolean {
    return this.#isDead
  }

  /** Whether a write is waiting to be let go. */
  get isHeld(): boolean {
    return this.#release !== undefined
  }

  /** Holds writes once `cells` more cells are written; resolves when the first one is held. */
  hold(cells: number): Promise<void> {
    this.#allowance = cells
    return new Promise(held => {
      this.#held = held
    })
  }

  /** Lets all writes go. */
  release(): void {
    this.#allowance = Number.POSITIVE_INFINITY
    this.#held = undefined
    const release = this.#release
    this.#release = undefined
    release?.()
  }

  /** Runs something once, before a read that comes after `reads` more: in the middle of a question that reads several times. */
  interrupt(reads: number, run: (() => Promise<void>) | undefined): void {
    this.#readsUntil = reads
    this.#beforeRead = run
  }

  /** From now on nothing reaches the store any more, as if the process were gone; nobody is told. */
  kill(): void {
    this.#isDead = true
    this.release()
  }

  open(): Promise<void> {
    return this.#store.open()
  }

  close(): Promise<void> {
    return this.#isDead && !this.supports.durable ? Promise.resolve() : this.#store.close()
  }

  async read(addresses: readonly Address[]): Promise<(Cell | undefined)[]> {
    await this.#comeBetween()
    return this.#store.read(addresses)
  }

  async scan(group: Uint8Array, range: MemberRange, visit: CellVisitor): Promise<void> {
    await this.#comeBetween()
    return this.#store.scan(group, range, visit)
  }

  async write(changes: readonly Change[]): Promise<void> {
    // The bytes may be used again once this has returned its promise.
    const copies = changes.map(change => ({
      ...change,
      value: change.value && Uint8Array.from(change.value),
    }))
    let first = 0
    while (first < copies.length) {
      await this.#leave()
      const some = copies.slice(first, first + Math.min(this.#allowance, copies.length))
      this.#allowance -= some.length
      first += some.length
      const tampered = some.flatMap(change => this.#tamper(change) ?? [])
      if (!this.#isDead) await this.#store.write(tampered)
    }
  }

  async drop(from: Uint8Array, until: Uint8Array): Promise<void> {
    if (!this.#isDead) await this.#store.drop(from, until)
  }

  starts(from: Uint8Array, until: Uint8Array, length: number): AsyncIterable<Uint8Array> {
    return this.#store.starts(from, until, length)
  }

  sizeBytes(): Promise<number> {
    return this.#store.sizeBytes()
  }

  async #comeBetween(): Promise<void> {
    if (this.#beforeRead === undefined || this.#readsUntil-- > 0) return
    const run = this.#beforeRead
    this.#beforeRead = undefined
    await run()
  }

  async #leave(): Promise<void> {
    if (this.#allowance > 0) return
    await new Promise<void>(release => {
      this.#release = release
      this.#held?.()
    })
  }
}
