/** A series that a walk has met: what it takes so far, and what must be known to go on below it. */
import { childDigest, parseName } from '../rollup/address.js'
import { KIND_KEY, type NodeKind } from '../rollup/nodes.js'
import type { Room } from './room.js'

/** Bytes of a cell's `through`. */
const THROUGH_BYTES = 6

/** What is below a series, as its registry entry says. */
export interface Below {
  readonly keyChildren: number
  /** The overflow child is not counted; where there is one, there are others. */
  readonly dimensionChildren: number
}

/** One object each, as there may be many. */
export class RoomNode implements Room {
  series = 0
  rows = 0
  bytes = 0
  readonly hasKeys: boolean
  readonly hasDimensions: boolean
  /** Where it has rows: intervals and chunks, each as one number; kept only where it has children. */
  readonly places: number[] | undefined
  readonly #digestAbove: Uint8Array
  /** The member of its rows, as text of one character a byte. */
  readonly #member: string
  readonly #tally: RoomNode | undefined

  /** `tally` is what it adds to; its own sums by default. */
  constructor(
    digestAbove: Uint8Array,
    member: string,
    { keyChildren, dimensionChildren }: Below,
    tally?: RoomNode,
  ) {
    this.#digestAbove = digestAbove
    this.#member = member
    this.#tally = tally
    this.hasKeys = keyChildren > 0
    this.hasDimensions = dimensionChildren > 0
    this.places = this.hasKeys || this.hasDimensions ? [] : undefined
  }

  get kind(): NodeKind {
    return this.#member.charCodeAt(0) as NodeKind
  }

  get name(): string {
    return parseName(Buffer.from(this.#member.slice(1), 'latin1'))
  }

  /** Made anew each time: it takes a hash. */
  digest(): Uint8Array {
    return childDigest(this.#digestAbove, this.kind, this.name)
  }

  /** Something is below it: children, or the names of a key's metrics. */
  get isParent(): boolean {
    return this.kind === KIND_KEY || this.hasDimensions
  }

  /** Whose sums grow with what is found of it and below it. */
  get tally(): RoomNode {
    return this.#tally ?? this
  }

  /** Adds the bytes of a cell. */
  addCell(group: Uint8Array, member: Uint8Array, value: Uint8Array): void {
    this.bytes += group.length + member.length + THROUGH_BYTES + value.length
  }
}
