/**
 * How much room series take in the store, as it is answered; measured by the walk of `room-walk.ts`. One walk runs at a time:
 * whoever asks the same meanwhile gets the same answer, others wait for their turn.
 */
import { HailWhaleError } from '../model/errors.js'
import { compareUtf8, OVERFLOW_NAME, type Path } from '../model/path.js'
import { KIND_KEY, KIND_OVERFLOW, type NodeKind } from '../rollup/nodes.js'

/** What something takes. */
export interface Room {
  /** Keys and dimensions, each a series. */
  readonly series: number
  readonly rows: number
  /** Addresses and values of its rows and names. What the store's engine adds is not in it. */
  readonly bytes: number
}

/** What a child and all below it takes. */
export interface ChildRoom extends Room {
  readonly kind: 'key' | 'dimension'
  readonly name: string
  /** There where it stands for all children beyond the limit. */
  readonly overflow?: true
}

/** What a key or a dimension takes, and its children. */
export interface RoomBelow {
  /** With all that is below. */
  readonly total: Room
  /** The largest children (by bytes, then in the order of their names), at most as many as asked for. */
  largest(limit: number): ChildRoom[]
  /** False where not all was looked at: everything takes at least so much. */
  readonly complete: boolean
}

/** A child that was measured. */
export interface MeasuredChild extends Room {
  readonly kind: NodeKind
  readonly name: string
}

/** What was measured of a key or a dimension in one store. */
export interface MeasuredRoom {
  /** It alone. */
  readonly own: Room
  /** Its children, in the order of their names, each with all that is below it. */
  readonly children: readonly MeasuredChild[]
  readonly complete: boolean
}

/** Questions that may wait, with the one that is being answered. */
const MOST_ASKED = 20

/** Asks for rooms, one after the other. */
export class Rooms {
  readonly #measure: (key: Path, path: Path) => Promise<RoomBelow>
  readonly #asked = new Map<string, Promise<RoomBelow>>()
  #last: Promise<unknown> = Promise.resolve()

  constructor(measure: (key: Path, path: Path) => Promise<RoomBelow>) {
    this.#measure = measure
  }

  /** What a key takes (all keys: an empty path), or a dimension of it. Throws `too_many_requests` where too many wait. */
  async of(key: Path, path: Path): Promise<RoomBelow> {
    const question = JSON.stringify([key, path])
    const asked = this.#asked.get(question)
    if (asked) return asked
    if (this.#asked.size >= MOST_ASKED)
      throw new HailWhaleError(
        'too_many_requests',
        `${MOST_ASKED} such questions are being answered already.`,
      )
    const answer = this.#last.then(() => this.#measure(key, path)).finally(() => this.#asked.delete(question))
    this.#asked.set(question, answer)
    this.#last = answer.catch(() => undefined)
    return answer
  }
}

/** What was measured in one store or several, as it is answered. `isAll`: of all keys. */
export function roomBelow(measured: readonly MeasuredRoom[], isAll: boolean): RoomBelow {
  const children = measured.length === 1 ? measured[0]!.children : together(measured)
  return {
    total: total([...measured.map(({ own }) => own), ...children]),
    complete: measured.every(({ complete }) => complete),
    largest: limit => largestChildren(children, limit, isAll),
  }
}

/** The children of all, each once, in the order of their names. */
function together(measured: readonly MeasuredRoom[]): MeasuredChild[] {
  const children = new Map<string, MeasuredChild>()
  for (const child of measured.flatMap(room => room.children)) {
    const { kind, name } = child
    const text = `${kind} ${name}`
    const before = children.get(text)
    children.set(text, before ? { kind, name, ...total([before, child]) } : child)
  }
  return [...children.values()].sort((a, b) => a.kind - b.kind || compareUtf8(a.name, b.name))
}

function total(rooms: readonly Room[]): Room {
  const sum = { series: 0, rows: 0, bytes: 0 }
  for (const { series, rows, bytes } of rooms) {
    sum.series += series
    sum.rows += rows
    sum.bytes += bytes
  }
  return sum
}

/**
 * The largest of many children, without sorting all of them. `children` are in the order of their names; those of the root are
 * top-level keys, which have no overflow child.
 */
export function largestChildren(
  children: readonly MeasuredChild[],
  limit: number,
  ofRoot: boolean,
): ChildRoom[] {
  const least = leastOfLargest(children, limit)
  const larger: MeasuredChild[] = []
  const equal: MeasuredChild[] = []
  for (const child of children) {
    if (child.bytes > least) larger.push(child)
    else if (child.bytes === least && equal.length < limit) equal.push(child)
  }
  larger.sort((a, b) => b.bytes - a.bytes)
  return [...larger, ...equal].slice(0, limit).map(child => shown(child, ofRoot))
}

/** The size of the last one of the largest. */
function leastOfLargest(children: readonly MeasuredChild[], limit: number): number {
  const sizes = new Float64Array(children.length)
  for (let i = 0; i < children.length; i++) sizes[i] = children[i]!.bytes
  return sizes.sort()[Math.max(0, sizes.length - limit)] ?? 0
}

function shown({ kind, name, series, rows, bytes }: MeasuredChild, ofRoot: boolean): ChildRoom {
  const isOverflow = kind === KIND_OVERFLOW || (kind === KIND_KEY && name === OVERFLOW_NAME && !ofRoot)
  const room = { series, rows, bytes }
  return {
    kind: kind === KIND_KEY ? 'key' : 'dimension',
    name,
    ...(isOverflow && { overflow: true }),
    ...room,
  }
}
