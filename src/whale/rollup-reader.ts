/**
 * Reads roll-ups: stored rows, plus the deltas of the generation being flushed and of the one after it, where a row does not hold
 * them yet. The generations are taken before the store is read: a row that meanwhile got the deltas of either says so in its
 * `through`, for a flush may begin and end between two reads of one question.
 */
import { OVERFLOW_NAME, type Path } from '../model/path.js'
import type { Retention } from '../model/retention.js'
import type {
  Child,
  ChildColumns,
  ChildrenOptions,
  Page,
  RollupReader,
  Sums,
  TimePlan,
} from '../query/reader.js'
import {
  type ChildKind,
  childDigest,
  childGroup,
  decodeChild,
  KIND_METRIC,
  nameMember,
  parseName,
  ROOT_DIGEST,
  rowGroup,
  rowMember,
} from '../rollup/address.js'
import { metricsOf } from '../rollup/flush.js'
import { KIND_DIMENSION, KIND_KEY, KIND_OVERFLOW, type NodeKind, ROOT_NODE } from '../rollup/nodes.js'
import type { Generation, Rollup } from '../rollup/rollup.js'
import { RowCursor } from '../rollup/row-cursor.js'
import type { Policies } from '../rollup/series.js'
import type { Address, Store } from '../store/store.js'
import { ListingPage } from './listing-page.js'
import { MemberTable } from './member-table.js'
import { PlanIndex } from './plan-index.js'
import { Summing } from './summing.js'

/** What a reader needs. */
export interface RollupReaderOptions {
  readonly rollup: Rollup
  readonly store: Pick<Store, 'read' | 'scan'>
  readonly policies: Policies
  readonly now: () => number
}

/** A path with its names' kinds: `…` is the overflow child where no child has that name. */
interface Place {
  readonly key: Path
  readonly path: Path
  readonly kinds: readonly NodeKind[]
}

/** Where the children of a path are added up. */
interface ChildTarget {
  readonly sums: Summing
  /** The place of a child, of which the members know the number, or `NOWHERE`. */
  readonly placeOf: (number: number) => number
  /** So many children at most. */
  readonly most: number
}

const NOWHERE = -1

/** Values that room is made for in advance, at most. */
const MOST_EXPECTED = 128 * 1024

/** Reads the roll-ups of one partition. */
export class PartitionReader implements RollupReader {
  readonly #rollup: Rollup
  readonly #store: Pick<Store, 'read' | 'scan'>
  readonly #policies: Policies
  readonly #now: () => number

  constructor(options: RollupReaderOptions) {
    this.#rollup = options.rollup
    this.#store = options.store
    this.#policies = options.policies
    this.#now = options.now
  }

  now(): number {
    return this.#now()
  }

  retention(key: Path): Retention {
    return this.#policies.retentionOf(key)
  }

  version(): number {
    return this.#rollup.through
  }

  async series(key: Path, path: Path, plan: TimePlan, metrics: readonly string[] | null): Promise<Sums> {
    const place = await this.#place(key, path)
    const index = new PlanIndex(plan)
    const sums = new Summing(index.points)
    const generations = this.#unflushed()
    const { parentDigest, member } = rowAddress(place)
    const addresses: Address[] = index.chunks.map(({ interval, chunk }) => ({
      group: rowGroup(interval, chunk, parentDigest),
      member,
    }))
    const cells = await this.#store.read(addresses)
    const cursor = new RowCursor(metrics)
    for (const [i, cell] of cells.entries()) {
      if (!cell) continue
      cursor.open(cell.value)
      sums.addRow(0, cursor, index.chunks[i]!.pointOf)
    }
    const wanted = metrics && new Set(metrics)
    for (const generation of generations) {
      const node = findNode(generation, place)
      if (node < 0) continue
      const isStored = (_node: number, chunk: number): boolean =>
        (cells[chunk]?.through ?? 0) > generation.after
      const isAnyStored = cells.some((_, chunk) => isStored(0, chunk))
      sums.addDeltas([0], generation, [node], index, wanted, isAnyStored ? isStored : null)
    }
    return { columns: sums.columns() }
  }

  async children(
    key: Path,
    path: Path,
    plan: TimePlan,
    metrics: readonly string[] | null,
    { most = Number.POSITIVE_INFINITY, addedUp = [] }: ChildrenOptions = {},
  ): Promise<ChildColumns> {
    const index = new PlanIndex(plan)
    const members = new MemberTable()
    const expected = await this.#countChildren(await this.#place(key, path))
    const places = Math.min(expected, Math.floor(MOST_EXPECTED / index.points))
    const sums = new Summing(index.points, places, addedUp)
    const complete = await this.#visitChildren(key, path, index, metrics, members, {
      placeOf: place => place,
      most,
      sums,
    })
    return {
      complete,
      points: index.points,
      found: sums.found(),
      columns: sums.columns(),
      addedUp: sums.addedUp(),
      child: place => members.child(place),
    }
  }

  async sumChildren(
    key: Path,
    path: Path,
    plan: TimePlan,
    metrics: readonly string[] | null,
    except: ReadonlySet<string>,
  ): Promise<Sums> {
    const index = new PlanIndex(plan)
    const members = new MemberTable()
    for (const name of except) {
      members.placeOf(KIND_DIMENSION, name)
      if (name === OVERFLOW_NAME) members.placeOf(KIND_OVERFLOW, name)
    }
    const excluded = members.count
    const sums = new Summing(index.points)
    await this.#visitChildren(key, path, index, metrics, members, {
      placeOf: place => (place < excluded ? NOWHERE : 0),
      most: Number.POSITIVE_INFINITY,
      sums,
    })
    return { columns: sums.columns() }
  }

  async listChildren(key: Path, path: Path, page: Page): Promise<Child[]> {
    const listing = new ListingPage(page)
    const place = await this.#place(key, path)
    await this.#list(place, KIND_DIMENSION, listing)
    const names: Child[] = listing.names().map(name => ({ name, overflow: false }))
    if (names.length === page.limit || page.prefix) return names
    const isFull = await this.#isRegistered(place, KIND_OVERFLOW, OVERFLOW_NAME)
    return isFull ? [...names, { name: OVERFLOW_NAME, overflow: true }] : names
  }

  async listKeys(parent: Path, page: Page): Promise<Child[]> {
    const listing = new ListingPage(page)
    await this.#list({ key: parent, path: [], kinds: [] }, KIND_KEY, listing)
    return listing.names().map(name => ({ name, overflow: parent.length > 0 && name === OVERFLOW_NAME }))
  }

  async listMetrics(key: Path, page: Page): Promise<string[]> {
    const listing = new ListingPage(page)
    const generations = this.#unflushed()
    await this.#scanRegistry(digestOf({ key, path: [], kinds: [] }), KIND_METRIC, page, listing)
    for (const generation of generations) {
      const node = findNode(generation, { key, path: [], kinds: [] })
      if (node > 0) for (const metric of metricsOf(generation, node)) listing.add(metric)
    }
    return listing.names()
  }

  /** The generations that a question adds to what is stored, oldest first; to be taken before the store is read. */
  #unflushed(): readonly Generation[] {
    const { current, frozen } = this.#rollup
    return frozen ? [frozen, current] : [current]
  }

  /** Finds out which `…` of a path are overflow children. */
  async #place(key: Path, path: Path): Promise<Place> {
    const kinds: NodeKind[] = path.map(() => KIND_DIMENSION)
    for (const [i, name] of path.entries()) {
      if (name !== OVERFLOW_NAME) continue
      const parent: Place = { key, path: path.slice(0, i), kinds: kinds.slice(0, i) }
      if (!(await this.#isRegistered(parent, KIND_DIMENSION, name))) kinds[i] = KIND_OVERFLOW
    }
    return { key, path, kinds }
  }

  /** How many children a path has, about: as of the last flush, or as of now where it is in memory. */
  async #countChildren(place: Place): Promise<number> {
    const { current } = this.#rollup
    const node = findNode(current, place)
    if (node > 0) return current.series.dimensionChildren[node]!
    const { parentDigest, kind, name } = registryAddress(place)
    const [cell] = await this.#store.read([
      { group: childGroup(parentDigest, kind), member: nameMember(name) },
    ])
    return cell ? decodeChild(cell.value).dimensionChildren : 0
  }

  async #isRegistered(parent: Place, kind: NodeKind, name: string): Promise<boolean> {
    for (const generation of this.#unflushed()) {
      const node = findNode(generation, parent)
      if (node > 0 && generation.series.nodes.find(node, kind, name) >= 0) return true
    }
    const [cell] = await this.#store.read([
      { group: childGroup(digestOf(parent), kind), member: nameMember(name) },
    ])
    return cell !== undefined
  }

  /** Adds up the children of a path where `target` says. False where there are more than its most: not all is added then. */
  async #visitChildren(
    key: Path,
    path: Path,
    index: PlanIndex,
    metrics: readonly string[] | null,
    members: MemberTable,
    { placeOf, most, sums }: ChildTarget,
  ): Promise<boolean> {
    const parent = await this.#place(key, path)
    const generations = this.#unflushed()
    const parentDigest = digestOf(parent)
    const cursor = new RowCursor(metrics)
    const oldestAfter = generations[0]!.after
    /** Rows that hold some of the generations, and through which batch: by member and chunk. */
    const stored = new Map<number, number>()
    for (const [i, { interval, chunk, pointOf }] of index.chunks.entries()) {
      await this.#store.scan(rowGroup(interval, chunk, parentDigest), {}, (member, value, through) => {
        // Key rows share the group of a parent key's dimensions: only dimensions are children here.
        if (member[0] === KIND_KEY || members.count > most) return
        const number = members.place(member)
        if (through > oldestAfter) stored.set(number * index.chunks.length + i, through)
        const place = placeOf(number)
        if (place === NOWHERE) return
        cursor.open(value)
        sums.addRow(place, cursor, pointOf)
      })
      if (members.count > most) return false
    }
    const wanted = metrics && new Set(metrics)
    for (const generation of generations) {
      const { nodes } = generation.series
      const numbers: number[] = []
      const places: number[] = []
      const counted: number[] = []
      for (const node of childrenInMemory(generation, parent)) {
        const number = members.placeOfNode(nodes, node)
        if (members.count > most) return false
        const place = placeOf(number)
        if (place === NOWHERE) continue
        numbers.push(number)
        places.push(place)
        counted.push(node)
      }
      const isStored = (i: number, chunk: number): boolean =>
        (stored.get(numbers[i]! * index.chunks.length + chunk) ?? 0) > generation.after
      sums.addDeltas(places, generation, counted, index, wanted, stored.size > 0 ? isStored : null)
    }
    return true
  }

  async #list(
    place: Place,
    kind: typeof KIND_KEY | typeof KIND_DIMENSION,
    listing: ListingPage,
  ): Promise<void> {
    const generations = this.#unflushed()
    await this.#scanRegistry(digestOf(place), kind, listing.page, listing)
    for (const generation of generations) {
      const node = findNode(generation, place)
      if (node < 0) continue
      for (const child of generation.series.nodes.childrenOf(node, kind)) {
        if (generation.deltas.has(child)) listing.add(generation.series.nodes.nameOf(child))
      }
    }
  }

  async #scanRegistry(digest: Uint8Array, kind: ChildKind, page: Page, listing: ListingPage): Promise<void> {
    const range = {
      limit: page.limit,
      ...(page.prefix === undefined ? {} : { prefix: nameMember(page.prefix) }),
      ...(page.after === undefined ? {} : { after: nameMember(page.after) }),
    }
    await this.#store.scan(childGroup(digest, kind), range, member => listing.add(parseName(member)))
  }
}

function digestOf({ key, path, kinds }: Place): Uint8Array {
  let digest = ROOT_DIGEST
  for (const name of key) digest = childDigest(digest, KIND_KEY, name)
  for (const [i, name] of path.entries()) digest = childDigest(digest, kinds[i]!, name)
  return digest
}

/** Where the rows of a path are: in the group of its parent; a key's own rows in the group of the key above. */
function rowAddress(place: Place): { parentDigest: Uint8Array; member: Uint8Array } {
  const { parentDigest, kind, name } = registryAddress(place)
  return { parentDigest, member: rowMember(kind, name) }
}

/** What a path is a child of, and as which one. */
function registryAddress({ key, path, kinds }: Place): {
  parentDigest: Uint8Array
  kind: NodeKind
  name: string
} {
  const parent =
    path.length > 0 ? { key, path: path.slice(0, -1), kinds } : { key: key.slice(0, -1), path, kinds }
  const kind = path.length > 0 ? kinds[path.length - 1]! : KIND_KEY
  const name = path.length > 0 ? path[path.length - 1]! : key[key.length - 1]!
  return { parentDigest: digestOf(parent), kind, name }
}

/** The node of a path, or −1 where the generation's table has not met it. */
function findNode(generation: Generation, { key, path, kinds }: Place): number {
  const { nodes } = generation.series
  let node = ROOT_NODE
  for (const name of key) node = node < 0 ? node : nodes.find(node, KIND_KEY, name)
  for (const [i, name] of path.entries()) node = node < 0 ? node : nodes.find(node, kinds[i]!, name)
  return node
}

/** The nodes of a path's children that have deltas. */
function* childrenInMemory(generation: Generation, place: Place): Generator<number> {
  const { series, deltas } = generation
  const parent = findNode(generation, place)
  if (parent <= 0) return
  for (const node of series.nodes.childrenOf(parent, KIND_DIMENSION)) if (deltas.has(node)) yield node
  const overflow = series.nodes.find(parent, KIND_OVERFLOW, OVERFLOW_NAME)
  if (overflow >= 0 && deltas.has(overflow)) yield overflow
}
