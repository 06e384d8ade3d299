/** The cells of one group in several partitions, side by side: members in byte order, each once, with the value of every partition that has it. */
import type { Store } from '../store/store.js'

/** What reads a partition. */
export type ReadableStore = Pick<Store, 'name' | 'read' | 'scan' | 'starts'>

/** A member, and its values. */
export interface MergedCell {
  readonly member: Uint8Array
  readonly values: readonly Uint8Array[]
}

/** Cells of a page: they are held in memory, of each partition. */
const PAGE = 4096

/** Yields the cells of a group in batches. */
export async function* mergedScan(
  stores: readonly ReadableStore[],
  group: Uint8Array,
): AsyncGenerator<readonly MergedCell[]> {
  const cursors = stores.map(store => new Cursor(store, group))
  for (;;) {
    await Promise.all(cursors.map(cursor => cursor.fill()))
    const batch = nextBatch(cursors)
    if (batch.length === 0) return
    yield batch
  }
}

/** The distinct starts of all partitions' groups, in byte order. */
export async function startsOf(
  stores: readonly ReadableStore[],
  range: { readonly from: Uint8Array; readonly until: Uint8Array; readonly length: number },
): Promise<Uint8Array[]> {
  const found = new Map<string, Uint8Array>()
  for (const store of stores) {
    for await (const start of store.starts(range.from, range.until, range.length)) {
      found.set(Buffer.from(start).toString('latin1'), start)
    }
  }
  return [...found.values()].sort((a, b) => Buffer.compare(a, b))
}

/** The cells up to where one of the partitions must be read on. */
function nextBatch(cursors: readonly Cursor[]): MergedCell[] {
  const batch: MergedCell[] = []
  while (!cursors.some(cursor => cursor.mustFill)) {
    let least: Uint8Array | undefined
    for (const { member } of cursors) {
      if (member && (least === undefined || Buffer.compare(member, least) < 0)) least = member
    }
    if (least === undefined) break
    const values: Uint8Array[] = []
    for (const cursor of cursors) {
      if (cursor.member && Buffer.compare(cursor.member, least) === 0) values.push(cursor.take())
    }
    batch.push({ member: least, values })
  }
  return batch
}

/** A place in one partition's group. */
class Cursor {
  readonly #store: ReadableStore
  readonly #group: Uint8Array
  readonly #limit: number
  #cells: (readonly [member: Uint8Array, value: Uint8Array])[] = []
  #at = 0
  #isDone = false

  constructor(store: ReadableStore, group: Uint8Array) {
    this.#store = store
    this.#group = group
    // Redis reads a whole group for each scan, whatever the limit.
    this.#limit = store.name === 'redis' ? Number.POSITIVE_INFINITY : PAGE
  }

  get mustFill(): boolean {
    return this.#at === this.#cells.length && !this.#isDone
  }

  /** The member it stands at; undefined behind the last one. */
  get member(): Uint8Array | undefined {
    return this.#cells[this.#at]?.[0]
  }

  /** The value of that member; goes on to the next one. */
  take(): Uint8Array {
    return this.#cells[this.#at++]![1]
  }

  async fill(): Promise<void> {
    if (!this.mustFill) return
    const after = this.#cells.at(-1)?.[0]
    const cells: (readonly [Uint8Array, Uint8Array])[] = []
    const range = { limit: this.#limit, ...(after && { after }) }
    await this.#store.scan(this.#group, range, (member, value) => {
      cells.push([Uint8Array.from(member), Uint8Array.from(value)])
    })
    this.#cells = cells
    this.#at = 0
    this.#isDone = cells.length < this.#limit
  }
}
