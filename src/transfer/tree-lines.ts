/**
 * The tree of series as lines: node by node, from the root down, what hangs below each: the names of its children, then their
 * rows. What a series has counted, all above it have: so only where a node has a row are those of its children looked for. One
 * exception: keys below a key may be kept for longer than that.
 */
import { CHUNK_BUCKETS, KEPT_INTERVAL_MS, type KeptInterval } from '../model/interval.js'
import { OVERFLOW_NAME } from '../model/path.js'
import {
  childDigest,
  childGroup,
  decodeChild,
  KIND_METRIC,
  nameMember,
  parseName,
  parseRowMember,
  parseRowPlace,
  ROW_GROUPS,
  ROW_PLACE_BYTES,
  rowGroup,
} from '../rollup/address.js'
import { KIND_DIMENSION, KIND_KEY, KIND_OVERFLOW, type NodeKind } from '../rollup/nodes.js'
import { addToColumn, decodeRow, type RowCells } from '../rollup/row.js'
import { RowCursor } from '../rollup/row-cursor.js'
import { Branch } from './branch.js'
import { type AnyLine, type Row, type RowColumnOnWire, sumOnWire } from './format.js'
import { type MergedCell, mergedScan, type ReadableStore, startsOf } from './merged-scan.js'

/** Names of one line. */
const NAMES_PER_LINE = 500
/** Groups that are expected to be empty and looked into at once. */
const GROUPS_AT_ONCE = 32

/** An interval and a chunk of it in which the store has rows. */
interface TimePlace {
  readonly interval: KeptInterval
  readonly chunk: number
}

/** The lines of all that hangs below the root. */
export async function* treeLines(stores: readonly ReadableStore[]): AsyncGenerator<AnyLine> {
  const starts = await startsOf(stores, { ...ROW_GROUPS, length: ROW_PLACE_BYTES })
  const walk = new Walk(stores, starts.map(parseRowPlace))
  const waiting: Branch[][] = [[Branch.root()]]
  for (let level = waiting.at(-1); level !== undefined; level = waiting.at(-1)) {
    const branch = level.pop()
    if (branch === undefined) {
      waiting.pop()
      continue
    }
    const below: Branch[] = []
    yield* walk.below(branch, below)
    waiting.push(below.reverse())
  }
}

class Walk {
  readonly #stores: readonly ReadableStore[]
  readonly #places: readonly TimePlace[]
  readonly #cursor = new RowCursor(null)

  constructor(stores: readonly ReadableStore[], places: readonly TimePlace[]) {
    this.#stores = stores
    this.#places = places
  }

  /** The lines of what is right below a node; into `below` come the children that have something below them. */
  async *below(branch: Branch, below: Branch[]): AsyncGenerator<AnyLine> {
    yield { below: branch.place() }
    const children = new Map<string, Branch>()
    if (branch.hasKeys) yield* this.#names(branch, KIND_KEY, children)
    if (branch.hasDimensions) yield* this.#names(branch, KIND_DIMENSION, children)
    yield* this.#overflow(branch, children)
    if (branch.kind === KIND_KEY && !branch.isRoot) yield* this.#metrics(branch)
    for (const place of await this.#placesOf(branch)) yield* this.#rows(branch, place, children)
    below.push(...children.values())
  }

  async *#names(
    branch: Branch,
    kind: typeof KIND_KEY | typeof KIND_DIMENSION,
    children: Map<string, Branch>,
  ): AsyncGenerator<AnyLine> {
    for await (const cells of mergedScan(this.#stores, childGroup(branch.digest, kind))) {
      for (let from = 0; from < cells.length; from += NAMES_PER_LINE) {
        const some = cells.slice(from, from + NAMES_PER_LINE)
        const names = some.map(({ member }) => parseName(member))
        yield kind === KIND_KEY ? { keys: names } : { dimensions: names }
        const overflows = await this.#haveOverflow(names.map(name => childDigest(branch.digest, kind, name)))
        for (const [i, { values }] of some.entries()) {
          const counts = values.map(decodeChild)
          const hasKeys = counts.some(({ keyChildren }) => keyChildren > 0)
          const hasDimensions = counts.some(({ dimensionChildren }) => dimensionChildren > 0)
          if (kind !== KIND_KEY && !hasKeys && !hasDimensions && !overflows[i]) continue
          const name = names[i]!
          const places = this.#places.length
          const child = new Branch({ parent: branch, kind, name, hasKeys, hasDimensions, places })
          children.set(childText(kind, name), child)
        }
      }
    }
  }

  /** Whether nodes have an overflow child: no count says it. */
  async #haveOverflow(digests: readonly Uint8Array[]): Promise<boolean[]> {
    const member = nameMember(OVERFLOW_NAME)
    const addresses = digests.map(digest => ({ group: childGroup(digest, KIND_OVERFLOW), member }))
    const found = await Promise.all(this.#stores.map(store => store.read(addresses)))
    return digests.map((_, i) => found.some(cells => cells[i] !== undefined))
  }

  async *#overflow(branch: Branch, children: Map<string, Branch>): AsyncGenerator<AnyLine> {
    const [isThere] = await this.#haveOverflow([branch.digest])
    if (!isThere) return
    yield { overflow: true }
    const child = { parent: branch, kind: KIND_OVERFLOW, name: OVERFLOW_NAME, hasKeys: false } as const
    const overflow = new Branch({ ...child, hasDimensions: true, places: this.#places.length })
    children.set(childText(KIND_OVERFLOW, OVERFLOW_NAME), overflow)
  }

  async *#metrics(branch: Branch): AsyncGenerator<AnyLine> {
    for await (const cells of mergedScan(this.#stores, childGroup(branch.digest, KIND_METRIC))) {
      for (let from = 0; from < cells.length; from += NAMES_PER_LINE) {
        yield { metrics: cells.slice(from, from + NAMES_PER_LINE).map(({ member }) => parseName(member)) }
      }
    }
  }

  /** Where in time there are rows below a node. */
  async #placesOf(branch: Branch): Promise<number[]> {
    const all = [...this.#places.keys()]
    if (branch.isRoot) return all
    const own = all.filter(place => branch.hasRow(place))
    if (!branch.hasKeys) return own
    const others = all.filter(place => !branch.hasRow(place))
    for (let from = 0; from < others.length; from += GROUPS_AT_ONCE) {
      const some = others.slice(from, from + GROUPS_AT_ONCE)
      const filled = await Promise.all(some.map(place => this.#hasRows(branch, place)))
      own.push(...some.filter((_, i) => filled[i]))
    }
    return own.sort((a, b) => a - b)
  }

  async #hasRows(branch: Branch, place: number): Promise<boolean> {
    const group = this.#groupOf(branch, place)
    let isFilled = false
    const look = () => {
      isFilled = true
    }
    await Promise.all(this.#stores.map(store => store.scan(group, { limit: 1 }, look)))
    return isFilled
  }

  async *#rows(branch: Branch, place: number, children: Map<string, Branch>): AsyncGenerator<AnyLine> {
    const { interval, chunk } = this.#places[place]!
    const from = chunk * CHUNK_BUCKETS[interval] * KEPT_INTERVAL_MS[interval]
    for await (const cells of mergedScan(this.#stores, this.#groupOf(branch, place))) {
      for (const cell of cells) {
        const { kind, name } = parseRowMember(cell.member)
        children.get(childText(kind, name))?.addRow(place)
        yield { row: interval, from, ...childOnWire(kind, name), sums: sumsOnWire(this.#added(cell)) }
      }
    }
  }

  /** The partitions' rows of one series as one. */
  #added({ values }: MergedCell): RowCells {
    const row = decodeRow(values[0]!, this.#cursor)
    for (const value of values.slice(1)) {
      for (const { metric, positions, values: sums } of decodeRow(value, this.#cursor).columns) {
        const column = row.column(metric)
        for (let i = 0; i < positions.length; i++) addToColumn(column, positions[i]!, sums[i]!)
      }
    }
    return row
  }

  #groupOf(branch: Branch, place: number): Uint8Array {
    const { interval, chunk } = this.#places[place]!
    return rowGroup(interval, chunk, branch.digest)
  }
}

function childText(kind: NodeKind, name: string): string {
  return `${kind} ${name}`
}

/** Which child a row is of. */
function childOnWire(kind: NodeKind, name: string): Pick<Row, 'key' | 'dimension' | 'overflow'> {
  if (kind === KIND_KEY) return { key: name }
  return kind === KIND_DIMENSION ? { dimension: name } : { overflow: true }
}

/** The columns of a row; buckets that are those of the column before are left out. */
function sumsOnWire({ columns }: RowCells): RowColumnOnWire[] {
  return columns.map(({ metric, positions, values }, c) => {
    const sums = values.map(sumOnWire)
    const before = columns[c - 1]?.positions
    const isSame = before?.length === positions.length && positions.every((at, i) => at === before[i])
    return isSame ? [metric, sums] : [metric, sums, positions]
  })
}
