/**
 * The series of a partition: every (key prefix × dimension prefix) that was met since the table was started, with what
 * the roll-up needs to know of each. It decides, in journal order, which children a parent still takes.
 *
 * A node that is not in the table may still be in the store: it is looked up before it is added, so that the number
 * of a parent's children is exact. The table is dropped as a whole when it has grown too large.
 */
import type { Limits } from '../model/limits.js'
import { OVERFLOW_NAME, type Path } from '../model/path.js'
import type { Retention } from '../model/retention.js'
import type { Address, Store } from '../store/store.js'
import { type ChildEntry, childDigest, childGroup, decodeChild, nameMember, ROOT_DIGEST } from './address.js'
import {
  grown,
  KIND_DIMENSION,
  KIND_KEY,
  KIND_OVERFLOW,
  type NodeKind,
  NodeTable,
  ROOT_NODE,
} from './nodes.js'
import { ShapeTable } from './shapes.js'

/** How much a key keeps. */
export interface Policy {
  readonly retention: Retention
}

/** What is kept of each key. */
export class Policies {
  readonly all: Policy[] = []
  readonly #byKey: ReadonlyMap<string, number>

  /** `byKey`: retention by key, as a path's JSON; a key without one has that of the nearest key above it that has, or `retention`. */
  constructor(retention: Retention, byKey: ReadonlyMap<string, Retention> = new Map()) {
    this.#add(retention)
    this.#byKey = new Map([...byKey].map(([key, own]) => [key, this.#add(own)]))
  }

  /** The policy's number of a key. */
  indexOf(key: Path): number {
    if (this.#byKey.size === 0) return 0
    for (let length = key.length; length > 0; length--) {
      const found = this.#byKey.get(JSON.stringify(key.slice(0, length)))
      if (found !== undefined) return found
    }
    return 0
  }

  /** What is kept of a key. */
  retentionOf(key: Path): Retention {
    return this.all[this.indexOf(key)]!.retention
  }

  #add(retention: Retention): number {
    return this.all.push({ retention }) - 1
  }
}

/** A child that is not in the table: whether it is known must be read before it can be added. */
interface Wanted {
  readonly parent: number
  readonly kind: NodeKind
  readonly name: string
  record: KnownChild | null
}

/** What the registry says of a child, and the sequence it says it at. */
interface KnownChild extends ChildEntry {
  readonly through: number
}

const UNKNOWN = -1

/** Bytes of a node's columns here and in the roll-up; bytes of a digest in its map. */
const COLUMN_BYTES = 36
const DIGEST_BYTES = 160

/** The series of a partition. Hot fields are public arrays: read them, never write them. */
export class SeriesTable {
  readonly nodes = new NodeTable()
  readonly shapes = new ShapeTable()
  /** The node one dimension up, or 0 for a key's own node. */
  up = new Int32Array(1024)
  /** The same dimension of the key one level up, or 0 for a top-level key. */
  keyUp = new Int32Array(1024)
  /** The policy of the node's key. */
  policy = new Uint8Array(1024)
  dimensionChildren = new Int32Array(1024)
  keyChildren = new Int32Array(1024)
  /** Node → kinds (1 dimensions, 2 keys) of which the store may hold children that the table does not. */
  #unread = new Uint8Array(1024)
  /** Nodes added since the last `takeChanges` that the store does not know. */
  #fresh: number[] = []
  #dirtyParents = new Set<number>()
  readonly #policies: Policies
  readonly #limits: Limits
  readonly #wanted = new Map<string, Wanted>()
  /** Digests of the nodes that have children: leaves need none. */
  readonly #digests = new Map([[ROOT_NODE, ROOT_DIGEST]])
  /** The table before this one, until its last changes are in the store. */
  #previous: SeriesTable | undefined
  /** While recovering: the checkpoint. What a flush that was cut short has registered since is counted again. */
  readonly #recoverAfter: number
  /** While recovering: parents whose counts in the store hold what that flush registered. */
  readonly #counted = new Set<number>()
  /** While recovering: nodes that the flush registered. */
  readonly #recovered = new Set<number>()
  /** Parents with more children than this take no new ones for the moment. */
  #admittedUpTo = Number.POSITIVE_INFINITY

  constructor(
    policies: Policies,
    limits: Limits,
    options: { readonly previous?: SeriesTable | undefined; readonly recoverAfter?: number | undefined } = {},
  ) {
    this.#policies = policies
    this.#limits = limits
    this.#previous = options.previous
    this.#recoverAfter = options.recoverAfter ?? Number.POSITIVE_INFINITY
  }

  /** About how much memory the table takes, in bytes. */
  get bytes(): number {
    return (
      this.nodes.bytes +
      this.nodes.count * COLUMN_BYTES +
      this.#digests.size * DIGEST_BYTES +
      this.shapes.bytes
    )
  }

  /** The store has all of the table before this one. */
  forgetPrevious(): void {
    this.#previous = undefined
  }

  /** The digest of a node: 16 bytes, the same in every process. */
  digest(node: number): Uint8Array {
    const known = this.#digests.get(node)
    if (known) return known
    const { nodes } = this
    const made = childDigest(
      this.digest(nodes.parent[node]!),
      nodes.kind[node]! as NodeKind,
      nodes.nameOf(node),
    )
    this.#digests.set(node, made)
    return made
  }

  /**
   * The child to count under: the child itself, the overflow child where the parent is full, or −1 where the store
   * must be asked first (`load`, then ask again). Children of one parent must be asked for in journal order.
   */
  ensure(parent: number, kind: NodeKind, name: string): number {
    let node = this.nodes.find(parent, kind, name)
    if (node < 0) node = this.#admit(parent, kind, name)
    if (node < 0) return node
    if (this.keyUp[node] === UNKNOWN) return this.#linkKeyUp(node, parent)
    return node
  }

  /** A batch's children are asked for from its first one on: new ones are admitted as long as their parent has room. */
  admitAll(): void {
    this.#admittedUpTo = Number.POSITIVE_INFINITY
  }

  /** All children of a batch are there: what was read for it is not needed any more. */
  admitted(): void {
    this.#wanted.clear()
  }

  /**
   * Children are asked for while an earlier one waits to be read: that one must not find its place taken, so only parents with room
   * for `count` more take new ones; of the others `ensure` answers −1. Which children find room is decided in journal order alone.
   */
  admitOnlyWithRoomFor(count: number): void {
    this.#admittedUpTo = this.#limits.childrenPerParent - count
  }

  /** Reads what `ensure` could not know; does nothing when there is nothing to read. */
  async load(store: Pick<Store, 'read'>): Promise<void> {
    const wanted = [...this.#wanted.values()].filter(want => want.record === null)
    if (wanted.length === 0) return
    const cells = await store.read(wanted.map(want => this.#addressOf(want)))
    for (const [i, want] of wanted.entries()) {
      const cell = cells[i]
      want.record = cell ? { ...decodeChild(cell.value), through: cell.through } : ABSENT
    }
  }

  /** What must be written so that the store knows all of the table: new nodes, and parents whose counts changed. */
  takeChanges(): SeriesChanges {
    const parents = [...this.#dirtyParents].filter(node => node !== ROOT_NODE)
    const isNew = new Uint8Array(this.nodes.count)
    for (const node of this.#fresh) isNew[node] = 1
    for (const node of this.#recovered) isNew[node] = 1
    const changes: SeriesChanges = {
      fresh: this.#fresh,
      parents: parents.map(node => ({
        node,
        isNew: isNew[node] === 1,
        dimensionChildren: this.dimensionChildren[node]!,
        keyChildren: this.keyChildren[node]!,
      })),
    }
    this.#fresh = []
    this.#dirtyParents = new Set()
    this.#recovered.clear()
    return changes
  }

  /** Adds a child that the table does not have, under its own name or as overflow. */
  #admit(parent: number, kind: NodeKind, name: string): number {
    const children = kind === KIND_KEY ? this.keyChildren[parent]! : this.dimensionChildren[parent]!
    const record = this.#isUnread(parent, kind) ? this.#recordOf(parent, kind, name) : ABSENT
    if (record === null) return -1
    if (record === ABSENT && parent !== ROOT_NODE) {
      if (children > this.#admittedUpTo) return -1
      if (this.#isFull(kind, name, children))
        return this.ensure(parent, kind === KIND_KEY ? KIND_KEY : KIND_OVERFLOW, OVERFLOW_NAME)
    }
    const node = this.#add(parent, kind, name)
    this.dimensionChildren[node] = record.dimensionChildren
    this.keyChildren[node] = record.keyChildren
    this.#unread[node] =
      (record.dimensionChildren > 0 ? unreadBit(KIND_DIMENSION) : 0) |
      (record.keyChildren > 0 ? unreadBit(KIND_KEY) : 0)
    if (record.registeredAt > this.#recoverAfter) this.#recovered.add(node)
    if (record.through > this.#recoverAfter && record.dimensionChildren + record.keyChildren > 0) {
      this.#counted.add(node)
      // Written as new once more, it would lose these counts.
      this.#dirtyParents.add(node)
    }
    if (record === ABSENT || this.#isToRecover(parent, record)) this.#countChild(parent, kind, node)
    return node
  }

  #countChild(parent: number, kind: NodeKind, node: number): void {
    this.#fresh.push(node)
    if (parent === ROOT_NODE) return
    if (kind === KIND_KEY) this.keyChildren[parent]!++
    else if (kind === KIND_DIMENSION) this.dimensionChildren[parent]!++
    this.#dirtyParents.add(parent)
  }

  /** Registered by the flush that was cut short, but not yet in the counts of its parent. */
  #isToRecover(parent: number, record: KnownChild): boolean {
    return record.registeredAt > this.#recoverAfter && !this.#counted.has(parent)
  }

  #isFull(kind: NodeKind, name: string, children: number): boolean {
    const isOverflow = kind === KIND_OVERFLOW || (kind === KIND_KEY && name === OVERFLOW_NAME)
    return !isOverflow && children >= this.#limits.childrenPerParent
  }

  /** What is known of a child outside the table; null where it must be read first. */
  #recordOf(parent: number, kind: NodeKind, name: string): KnownChild | null {
    const previous = this.#previous
    const before = previous ? this.#inPrevious(previous, parent, kind, name) : -1
    if (previous && before >= 0) {
      const dimensionChildren = previous.dimensionChildren[before]!
      return { registeredAt: 0, dimensionChildren, keyChildren: previous.keyChildren[before]!, through: 0 }
    }
    const text = `${parent} ${kind} ${name}`
    const want = this.#wanted.get(text)
    if (want === undefined) {
      this.#wanted.set(text, { parent, kind, name, record: null })
      this.#wantTwin(parent, kind, name)
    }
    return want?.record ?? null
  }

  /** The same child in the key above will be asked for next: one read finds out about both. */
  #wantTwin(parent: number, kind: NodeKind, name: string): void {
    const above = this.keyUp[parent]!
    if (kind === KIND_KEY || above <= 0 || !this.#isUnread(above, kind)) return
    if (this.nodes.find(above, kind, name) < 0) this.#recordOf(above, kind, name)
  }

  #isUnread(parent: number, kind: NodeKind): boolean {
    return parent === ROOT_NODE || (this.#unread[parent]! & unreadBit(kind)) !== 0
  }

  #inPrevious(previous: SeriesTable, parent: number, kind: NodeKind, name: string): number {
    const { nodes } = this
    const twin =
      parent === ROOT_NODE
        ? ROOT_NODE
        : this.#inPrevious(
            previous,
            nodes.parent[parent]!,
            nodes.kind[parent]! as NodeKind,
            nodes.nameOf(parent),
          )
    return twin < 0 ? twin : previous.nodes.find(twin, kind, name)
  }

  #add(parent: number, kind: NodeKind, name: string): number {
    const node = this.nodes.add(parent, kind, name)
    if (node >= this.up.length) this.#grow(node + 1)
    this.up[node] = kind === KIND_KEY ? 0 : parent
    this.keyUp[node] = UNKNOWN
    this.policy[node] = kind === KIND_KEY ? this.#policies.indexOf(this.keyPath(node)) : this.policy[parent]!
    return node
  }

  /** What is kept of a node's key. */
  retentionOf(node: number): Retention {
    return this.#policies.all[this.policy[node]!]!.retention
  }

  /** The names of a key's node. */
  keyPath(node: number): string[] {
    const names: string[] = []
    for (let n = node; n !== ROOT_NODE; n = this.nodes.parent[n]!) names.unshift(this.nodes.nameOf(n))
    return names
  }

  #linkKeyUp(node: number, parent: number): number {
    const kind = this.nodes.kind[node]! as NodeKind
    let above = kind === KIND_KEY ? parent : this.keyUp[parent]!
    if (kind !== KIND_KEY && above !== 0) above = this.ensure(above, kind, this.nodes.nameOf(node))
    if (above < 0) return -1
    this.keyUp[node] = above
    return node
  }

  #grow(count: number): void {
    this.up = grown(this.up, count)
    this.keyUp = grown(this.keyUp, count)
    this.policy = grown(this.policy, count)
    this.#unread = grown(this.#unread, count)
    this.dimensionChildren = grown(this.dimensionChildren, count)
    this.keyChildren = grown(this.keyChildren, count)
  }

  #addressOf(want: Wanted): Address {
    return { group: childGroup(this.digest(want.parent), want.kind), member: nameMember(want.name) }
  }
}

/** How many children a node has. */
export interface ParentCounts {
  readonly node: number
  /** Registered since the last flush; what was registered earlier must not look so to a recovery, or it is counted twice. */
  readonly isNew: boolean
  readonly dimensionChildren: number
  readonly keyChildren: number
}

/** Changes of a table since the last time they were taken. */
export interface SeriesChanges {
  readonly fresh: readonly number[]
  readonly parents: readonly ParentCounts[]
}

const ABSENT: KnownChild = { registeredAt: 0, dimensionChildren: 0, keyChildren: 0, through: 0 }

function unreadBit(kind: NodeKind): number {
  return kind === KIND_KEY ? 2 : 1
}
