/**
 * The walk that measures rooms: over the stored tree, level by level, adding up names and rows. What is not flushed yet is
 * not in it. It reads no more than its steps allow, and lets the event loop turn all along; where the steps don't suffice, it has seen
 * the upper levels.
 *
 * It need not look into every chunk of time for every parent: what is counted for a series is counted for all above it, so that
 * a series has rows only where its parent has some. One exception: a key below a key may keep an interval for longer, where
 * the settings say so.
 */
import { KEPT_INTERVALS } from '../model/interval.js'
import { OVERFLOW_NAME, type Path } from '../model/path.js'
import {
  childGroup,
  decodeChild,
  KIND_METRIC,
  nameMember,
  ROOT_DIGEST,
  rowGroup,
  rowMember,
} from '../rollup/address.js'
import { KIND_DIMENSION, KIND_KEY, KIND_OVERFLOW, type NodeKind } from '../rollup/nodes.js'
import type { Policies } from '../rollup/series.js'
import type { StoreView } from '../store/partition-stores.js'
import type { CellVisitor } from '../store/store.js'
import { type MeasuredRoom, type RoomBelow, roomBelow } from './room.js'
import { RoomNode } from './room-node.js'
import { allSegments, digestOf, piecesOf, type Step, stepsOf } from './stored-tree.js'

/** What a walk needs. */
export interface RoomWalkOptions extends RoomWalksOptions {
  readonly store: StoreView
}

/** What walks over several stores need. */
export interface RoomWalksOptions {
  readonly policies: Policies
  readonly nowMs: number
  /** Lets the event loop go round. */
  readonly pause: () => Promise<void>
  /** How much is read: a step is a cell, each scan takes ten besides. */
  readonly steps?: number
}

const MOST_STEPS = 4_000_000
/** A scan that finds nothing takes as long as visiting about so many cells. */
const STEPS_PER_SCAN = 10
/** Steps between two turns of the event loop: about a millisecond. A million rows take 0.7 s of one core. */
const STEPS_PER_TURN = 1024
/** Children that are told apart, and parents of one level that are remembered: what a walk holds in memory is bounded. */
const MOST_CHILDREN = 100_000
/** There are fewer chunks of an interval. */
const CHUNKS = 2 ** 32

/** What is not registered has no children. */
const NO_CHILDREN = { keyChildren: 0, dimensionChildren: 0 }
const NO_NAME = new Uint8Array(0)

/** By the member of their rows, as text of one character a byte. */
type Nodes = Map<string, RoomNode>

/** Measures a key (all keys: an empty path), or a dimension of it. What is not stored takes nothing. */
export function measureRoom(
  key: Path,
  path: Path,
  { store, ...options }: RoomWalkOptions,
): Promise<RoomBelow> {
  return measureRooms(key, path, [store], options)
}

/** As `measureRoom`, of several stores together, one after the other: what lies in each of them counts as often. */
export async function measureRooms(
  key: Path,
  path: Path,
  stores: readonly StoreView[],
  options: RoomWalksOptions,
): Promise<RoomBelow> {
  const measured: MeasuredRoom[] = []
  for (const store of stores) measured.push(await new RoomWalk({ ...options, store }).measure(key, path))
  return roomBelow(measured, key.length === 0)
}

class RoomWalk {
  readonly #options: RoomWalkOptions
  readonly #allPlaces: readonly number[]
  #steps: number
  #turnAt: number
  #complete = true

  constructor(options: RoomWalkOptions) {
    this.#options = options
    this.#allPlaces = placesOf(options)
    this.#steps = options.steps ?? MOST_STEPS
    this.#turnAt = this.#steps - STEPS_PER_TURN
  }

  async measure(key: Path, path: Path): Promise<MeasuredRoom> {
    const isAll = key.length === 0
    const top = isAll ? this.#root() : await this.#top(key, path)
    const children: Nodes = new Map()
    await this.#visit(top, isAll ? ROOT_DIGEST : top.digest(), children, true)
    let level = parentsAmong(children)
    while (level.length > 0 && this.#steps > 0) level = await this.#visitLevel(level)
    return { own: top, children: [...children.values()], complete: this.#complete }
  }

  /** Answers the next level: the children that have something below. */
  async #visitLevel(level: readonly RoomNode[]): Promise<RoomNode[]> {
    const next: RoomNode[] = []
    for (const node of level) {
      if (this.#steps <= 0) break
      const below: Nodes = new Map()
      await this.#visit(node, node.digest(), below, false)
      for (const each of parentsAmong(below)) {
        if (next.length < MOST_CHILDREN) next.push(each)
        else this.#complete = false
      }
    }
    return next
  }

  /** What stands above all keys: it has no name and no rows, and its children may have some anywhere. */
  #root(): RoomNode {
    const root = new RoomNode(ROOT_DIGEST, rowText(KIND_KEY, NO_NAME), {
      keyChildren: 1,
      dimensionChildren: 0,
    })
    for (const place of this.#allPlaces) root.places?.push(place)
    return root
  }

  /** The node that is asked about, with its own name and rows added up. */
  async #top(key: Path, path: Path): Promise<RoomNode> {
    const { store } = this.#options
    const steps = await this.#stepsOf(key, path)
    const { kind, name } = steps.at(-1)!
    const above = digestOf(steps.slice(0, -1))
    const registered = { group: childGroup(above, kind), member: nameMember(name) }
    const member = rowMember(kind, name)
    const addresses = this.#allPlaces.map(place => ({ group: groupOf(place, above), member }))
    const [entry, ...rows] = await store.read([registered, ...addresses])
    const node = new RoomNode(above, latin1(member), entry ? decodeChild(entry.value) : NO_CHILDREN)
    if (entry) {
      node.series++
      node.addCell(registered.group, registered.member, entry.value)
    }
    for (const [i, row] of rows.entries()) {
      if (row === undefined) continue
      node.rows++
      node.addCell(addresses[i]!.group, member, row.value)
      node.places?.push(this.#allPlaces[i]!)
    }
    return node
  }

  /** The steps to a node; `…` is the overflow child where no child of that name is registered. */
  async #stepsOf(key: Path, path: Path): Promise<Step[]> {
    const steps: Step[] = [...stepsOf(key, path)]
    for (const [i, { kind, name }] of steps.entries()) {
      if (kind !== KIND_DIMENSION || name !== OVERFLOW_NAME) continue
      const group = childGroup(digestOf(steps.slice(0, i)), kind)
      const [entry] = await this.#options.store.read([{ group, member: nameMember(name) }])
      if (!entry) steps[i] = { kind: KIND_OVERFLOW, name }
    }
    return steps
  }

  /** Adds up the children of a node, and puts those into `children` that are told apart: all, or those with something below. */
  async #visit(node: RoomNode, digest: Uint8Array, children: Nodes, all: boolean): Promise<void> {
    if (node.hasKeys) await this.#visitNames(node, digest, KIND_KEY, children, all)
    if (node.hasDimensions) {
      await this.#visitNames(node, digest, KIND_DIMENSION, children, all)
      await this.#visitNames(node, digest, KIND_OVERFLOW, children, all)
    }
    if (node.kind === KIND_KEY) {
      const group = childGroup(digest, KIND_METRIC)
      await this.#scan(group, (member, value) => node.tally.addCell(group, member, value))
    }
    for (const place of this.#placesBelow(node)) await this.#visitRows(node, digest, place, children)
  }

  async #visitNames(
    node: RoomNode,
    digest: Uint8Array,
    kind: NodeKind,
    children: Nodes,
    all: boolean,
  ): Promise<void> {
    const group = childGroup(digest, kind)
    await this.#scan(group, (member, value) => {
      const text = rowText(kind, member)
      const child = new RoomNode(digest, text, decodeChild(value), all ? undefined : node.tally)
      const mustBeApart = all || child.isParent
      const isApart = mustBeApart && children.size < MOST_CHILDREN
      if (isApart) children.set(text, child)
      else if (mustBeApart) this.#complete = false
      const tally = isApart ? child.tally : node.tally
      tally.series++
      tally.addCell(group, member, value)
    })
  }

  /** Rows of children that are not told apart, or not registered yet (a flush is under way), are their parent's. */
  async #visitRows(node: RoomNode, digest: Uint8Array, place: number, children: Nodes): Promise<void> {
    const group = groupOf(place, digest)
    await this.#scan(group, (member, value) => {
      const child = children.size > 0 ? children.get(latin1(member)) : undefined
      const tally = child?.tally ?? node.tally
      tally.rows++
      tally.addCell(group, member, value)
      child?.places?.push(place)
    })
  }

  /** Where the children of a node may have rows. */
  #placesBelow({ places = [], hasKeys }: RoomNode): Iterable<number> {
    const mayKeepMore = hasKeys && this.#options.policies.all.length > 1
    return mayKeepMore ? new Set([...places, ...this.#allPlaces]) : places
  }

  /** A scan within the steps that are left. */
  async #scan(group: Uint8Array, visit: CellVisitor): Promise<void> {
    this.#steps -= STEPS_PER_SCAN
    if (this.#steps > 0) {
      await this.#options.store.scan(group, { limit: this.#steps }, (member, value, through) => {
        this.#steps--
        visit(member, value, through)
      })
    }
    if (this.#steps <= 0) this.#complete = false
    if (this.#steps > this.#turnAt) return
    this.#turnAt = this.#steps - STEPS_PER_TURN
    await this.#options.pause()
  }
}

/** Every place where there may be rows. */
function placesOf({ policies, nowMs }: RoomWalksOptions): number[] {
  const places = new Set<number>()
  for (const { interval, chunk } of piecesOf(allSegments(policies, nowMs)))
    places.add(KEPT_INTERVALS.indexOf(interval) * CHUNKS + chunk)
  return [...places]
}

function groupOf(place: number, parentDigest: Uint8Array): Uint8Array {
  return rowGroup(KEPT_INTERVALS[Math.floor(place / CHUNKS)]!, place % CHUNKS, parentDigest)
}

function parentsAmong(nodes: Nodes): RoomNode[] {
  return [...nodes.values()].filter(({ isParent }) => isParent)
}

/** The member of a row, as text. */
function rowText(kind: NodeKind, name: Uint8Array): string {
  return String.fromCharCode(kind) + latin1(name)
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1')
}
