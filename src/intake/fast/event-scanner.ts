/**
 * The fast road for NDJSON: reads events of the common shape straight from bytes into a batch, with no strings and no objects.
 * What it does not recognise for certain it leaves alone, and the full parser reads that line: the two always agree (the differential
 * test holds them together).
 *
 * Recognised: an object without blanks or escapes, of ASCII; each field at most once, by its main name: `at` an integer, `key` and `id` a
 * string, `dimensions` nested objects of strings, integers, true, false and null, `metrics` an object of decimals. A wrong value
 * is never judged here.
 */
import { HITS } from '../../model/event.js'
import { TICK_MS } from '../../model/interval.js'
import type { Limits } from '../../model/limits.js'
import type { BatchBuilder, Interner } from '../../rollup/batch.js'
import {
  HASH_START,
  KIND_DIMENSION,
  KIND_KEY,
  mix,
  type NodeKind,
  NodeTable,
  ROOT_NODE,
} from '../../rollup/nodes.js'
import type { IntakeContext } from '../event.js'

/** What the fast road takes at most; more is left to the full parser. Where a limit is set lower, all is. */
const MOST_DEPTH = 8
const MOST_NAME_BYTES = 64
const MOST_PATHS = 15
const MOST_METRICS = 7
const MOST_ID_BYTES = 64

const QUOTE = 0x22
const COMMA = 0x2c
const MINUS = 0x2d
const DOT = 0x2e
const ZERO = 0x30
const COLON = 0x3a
const OPEN = 0x7b
const CLOSE = 0x7d
const BACKSLASH = 0x5c
const NEWLINE = 0x0a
const RETURN = 0x0d

const MS_FROM = 1e11
/** Digits that a decimal may have in all so that its mantissa is exact in a double. */
const EXACT_DIGITS = 15
const POWERS = Array.from({ length: EXACT_DIGITS + 1 }, (_, i) => 10 ** i)

/** The 16 bytes that stand for an id of a key. */
export type GuardOf = (keyName: string, id: string) => Uint8Array

/** Scans events into batches of one interner. */
export class EventScanner {
  readonly interner: Interner
  /** Metric sets as paths of names: the node of a path knows its shape. */
  readonly #metricNodes = new NodeTable()
  readonly #shapeOf: number[] = []
  readonly #hasHits: boolean[] = [false]
  readonly #guardOf: GuardOf
  readonly #enabled: boolean
  #bytes: Uint8Array = new Uint8Array(0)
  #at = 0
  #hash = 0
  #leaves = 0
  #number = 0
  readonly #siblings = new Int32Array(MOST_PATHS * (MOST_DEPTH + 1))
  #siblingCount = 0

  constructor(interner: Interner, limits: Limits, guardOf: GuardOf) {
    this.interner = interner
    this.#guardOf = guardOf
    this.#enabled =
      limits.depth >= MOST_DEPTH &&
      limits.nameBytes >= MOST_NAME_BYTES &&
      limits.pathsPerEvent >= MOST_PATHS &&
      limits.metricsPerEvent > MOST_METRICS &&
      limits.pairsPerEvent >= (MOST_PATHS * MOST_DEPTH + 1) * (MOST_METRICS + 1) &&
      limits.idBytes >= MOST_ID_BYTES
  }

  /**
   * Reads the line that starts at `from` and adds its event to the builder.
   * @returns where the next line starts, or −1 where the full parser must read the line (nothing is added then)
   */
  scanLine(bytes: Uint8Array, from: number, builder: BatchBuilder, context: IntakeContext): number {
    if (!this.#enabled) return -1
    this.#bytes = bytes
    this.#at = from
    this.#leaves = 0
    const added = this.#event(builder, context)
    if (!added) {
      builder.abandon()
      return -1
    }
    return this.#at
  }

  #event(builder: BatchBuilder, { nowMs, limits }: IntakeContext): boolean {
    const bytes = this.#bytes
    if (bytes[this.#at++] !== OPEN) return false
    let keyNode = -1
    let dimensionsAt = -1
    let idFrom = 0
    let idUntil = 0
    let shape = -1
    let atMs = -1
    do {
      const field = this.#field()
      if (field === FIELD_AT && atMs < 0) {
        atMs = this.#epoch(nowMs + limits.aheadMs)
        if (atMs < 0) return false
      } else if (field === FIELD_KEY && keyNode < 0 && dimensionsAt < 0) {
        const start = this.#text()
        if (start < 0) return false
        keyNode = this.interner.nodes.internBytes(ROOT_NODE, KIND_KEY, bytes, start, this.#at - 1, this.#hash)
      } else if (field === FIELD_DIMENSIONS && dimensionsAt < 0) {
        dimensionsAt = this.#at
        // The key must be known first: where it comes later, the full parser reads the line.
        if (keyNode < 0 || !this.#dimensions(keyNode, builder, 1)) return false
      } else if (field === FIELD_METRICS && shape < 0) {
        shape = this.#metrics(builder)
        if (shape < 0) return false
      } else if (field === FIELD_ID && idUntil === 0) {
        idFrom = this.#text()
        idUntil = this.#at - 1
        if (idFrom < 0) return false
      } else return false
    } while (bytes[this.#at++] === COMMA)
    if (bytes[this.#at - 1] !== CLOSE || !this.#lineEnd() || keyNode < 0) return false
    if (this.#leaves === 0) builder.leaf(keyNode)
    if (shape < 0) {
      builder.value(1)
      shape = this.interner.shapes.intern([HITS])
    }
    const guard = idUntil === 0 ? -1 : this.#guard(builder, keyNode, idFrom, idUntil)
    builder.entry(Math.floor((atMs < 0 ? nowMs : atMs) / TICK_MS), shape, guard)
    return true
  }

  /** The field whose name stands here; goes behind its colon. */
  #field(): number {
    const start = this.#text()
    if (start < 0 || this.#bytes[this.#at++] !== COLON) return -1
    const field = FIELDS.get(this.#hash)
    if (field === undefined || field.length !== this.#at - 2 - start) return -1
    for (let i = 0; i < field.length; i++) if (this.#bytes[start + i] !== field.bytes[i]) return -1
    return field.code
  }

  /** A string of 1 to 64 plain bytes: answers where they start, leaves `#at` behind the closing quote and the hash in `#hash`. */
  #text(): number {
    const bytes = this.#bytes
    let at = this.#at
    if (bytes[at++] !== QUOTE) return -1
    const start = at
    let hash = HASH_START
    for (let byte = bytes[at]!; byte !== QUOTE; byte = bytes[++at]!) {
      // Also false for `undefined`, behind the last byte.
      if (!(byte >= 0x20 && byte < 0x7f) || byte === BACKSLASH) return -1
      hash = mix(hash, byte)
    }
    if (at === start || at - start > MOST_NAME_BYTES) return -1
    this.#at = at + 1
    this.#hash = hash
    return start
  }

  /** An object of dimensions below a node; adds its leaves. */
  #dimensions(parent: number, builder: BatchBuilder, depth: number): boolean {
    const bytes = this.#bytes
    if (bytes[this.#at++] !== OPEN || depth > MOST_DEPTH) return false
    const firstSibling = this.#siblingCount
    let complete = false
    do {
      const start = this.#text()
      if (start < 0) break
      const node = this.interner.nodes.internBytes(
        parent,
        KIND_DIMENSION,
        bytes,
        start,
        this.#at - 1,
        this.#hash,
      )
      if (this.#isRepeated(node, firstSibling) || bytes[this.#at++] !== COLON) break
      if (!this.#dimensionValue(node, builder, depth + 1)) break
      complete = bytes[this.#at] === CLOSE
    } while (bytes[this.#at++] === COMMA)
    this.#siblingCount = firstSibling
    return complete
  }

  /** Of a name given twice the last one counts: that is for the full parser. */
  #isRepeated(node: number, firstSibling: number): boolean {
    const siblings = this.#siblings
    for (let i = firstSibling; i < this.#siblingCount; i++) if (siblings[i] === node) return true
    if (this.#siblingCount === siblings.length) return true
    siblings[this.#siblingCount++] = node
    return false
  }

  #dimensionValue(node: number, builder: BatchBuilder, depth: number): boolean {
    const byte = this.#bytes[this.#at]!
    if (byte === OPEN) return this.#dimensions(node, builder, depth)
    let leaf = node
    if (byte !== 0x6e || !this.#word(NULL)) {
      leaf = this.#scalarChild(node, byte, depth)
      if (leaf < 0) return false
    }
    if (++this.#leaves > MOST_PATHS) return false
    builder.leaf(leaf)
    return true
  }

  /** The child named by a string, an integer, true or false. */
  #scalarChild(node: number, first: number, depth: number): number {
    if (depth > MOST_DEPTH) return -1
    let start = this.#at
    let until: number
    if (first === QUOTE) {
      start = this.#text()
      if (start < 0) return -1
      until = this.#at - 1
    } else {
      if (first === 0x74 ? !this.#word(TRUE) : first === 0x66 ? !this.#word(FALSE) : !this.#plainInteger())
        return -1
      until = this.#at
      let hash = HASH_START
      for (let i = start; i < until; i++) hash = mix(hash, this.#bytes[i]!)
      this.#hash = hash
    }
    return this.interner.nodes.internBytes(
      node,
      KIND_DIMENSION as NodeKind,
      this.#bytes,
      start,
      until,
      this.#hash,
    )
  }

  #word(word: Uint8Array): boolean {
    for (let i = 0; i < word.length; i++) if (this.#bytes[this.#at + i] !== word[i]) return false
    this.#at += word.length
    return true
  }

  /** An integer whose text is also its JSON text: no sign, no leading zero, at most 15 digits. */
  #plainInteger(): boolean {
    const start = this.#at
    if (this.#digits() < 0) return false
    const length = this.#at - start
    const next = this.#bytes[this.#at]
    return length <= EXACT_DIGITS && (next === COMMA || next === CLOSE)
  }

  /** Digits without a leading zero (0 itself is fine), as their number; −1 where there are none. */
  #digits(): number {
    const bytes = this.#bytes
    const start = this.#at
    let at = start
    let number = 0
    for (let digit = bytes[at]! - ZERO; digit >= 0 && digit <= 9; digit = bytes[++at]! - ZERO)
      number = number * 10 + digit
    if (at === start || (bytes[start] === ZERO && at > start + 1)) return -1
    this.#at = at
    return number
  }

  /** A time in epoch seconds or milliseconds, as milliseconds; −1 where it is no plain integer or out of range. */
  #epoch(latestMs: number): number {
    const start = this.#at
    const number = this.#digits()
    const next = this.#bytes[this.#at]
    if (number < 0 || this.#at - start > EXACT_DIGITS || (next !== COMMA && next !== CLOSE)) return -1
    const ms = number >= MS_FROM ? number : number * 1000
    return ms <= latestMs ? ms : -1
  }

  /** An object of metrics; adds their values and answers the shape. */
  #metrics(builder: BatchBuilder): number {
    const bytes = this.#bytes
    if (bytes[this.#at++] !== OPEN) return -1
    let node = ROOT_NODE
    let count = 0
    do {
      const start = this.#text()
      if (start < 0 || count === MOST_METRICS) return -1
      node = this.#metricNode(node, start)
      if (bytes[this.#at++] !== COLON || !this.#decimal()) return -1
      builder.value(this.#number)
      count++
    } while (bytes[this.#at++] === COMMA)
    if (bytes[this.#at - 1] !== CLOSE) return -1
    if (!this.#hasHits[node]) builder.value(1)
    return this.#shapeAt(node)
  }

  #metricNode(parent: number, start: number): number {
    const node = this.#metricNodes.internBytes(
      parent,
      KIND_DIMENSION,
      this.#bytes,
      start,
      this.#at - 1,
      this.#hash,
    )
    this.#hasHits[node] ??= this.#hasHits[parent]! || this.#metricNodes.nameOf(node) === HITS
    return node
  }

  /** The shape of a metric set; −1 where a name is in it twice. */
  #shapeAt(node: number): number {
    const known = this.#shapeOf[node]
    if (known !== undefined) return known
    const names: string[] = []
    for (let n = node; n !== ROOT_NODE; n = this.#metricNodes.parent[n]!)
      names.unshift(this.#metricNodes.nameOf(n))
    const isTwice = new Set(names).size < names.length
    if (!this.#hasHits[node]) names.push(HITS)
    const shape = isTwice ? -1 : this.interner.shapes.intern(names)
    this.#shapeOf[node] = shape
    return shape
  }

  /**
   * A decimal of at most 15 digits without an exponent, into `#number`. Mantissa and power of ten are exact in doubles, so that their
   * quotient is the double nearest to the decimal, as JSON.parse gives it (Clinger 1990).
   */
  #decimal(): boolean {
    const bytes = this.#bytes
    const isNegative = bytes[this.#at] === MINUS
    if (isNegative) this.#at++
    const start = this.#at
    let mantissa = this.#digits()
    if (mantissa < 0) return false
    let length = this.#at - start
    let scale = 0
    if (bytes[this.#at] === DOT) {
      let at = this.#at + 1
      for (let digit = bytes[at]! - ZERO; digit >= 0 && digit <= 9; digit = bytes[++at]! - ZERO) {
        mantissa = mantissa * 10 + digit
        scale++
      }
      if (scale === 0) return false
      this.#at = at
      length += scale
    }
    const next = bytes[this.#at]
    if (length > EXACT_DIGITS || (next !== COMMA && next !== CLOSE) || (isNegative && mantissa === 0))
      return false
    const value = scale === 0 ? mantissa : mantissa / POWERS[scale]!
    this.#number = isNegative ? -value : value
    return true
  }

  /** Goes behind the end of the line; false where something else stands there. */
  #lineEnd(): boolean {
    const bytes = this.#bytes
    if (bytes[this.#at] === RETURN) this.#at++
    if (this.#at === bytes.length) return true
    return bytes[this.#at++] === NEWLINE
  }

  #guard(builder: BatchBuilder, keyNode: number, from: number, until: number): number {
    const id = Buffer.from(this.#bytes.buffer, this.#bytes.byteOffset + from, until - from).toString('latin1')
    return builder.guard(this.#guardOf(this.interner.nodes.nameOf(keyNode), id))
  }
}

const FIELD_AT = 0
const FIELD_KEY = 1
const FIELD_DIMENSIONS = 2
const FIELD_METRICS = 3
const FIELD_ID = 4

interface FieldName {
  readonly code: number
  readonly bytes: Uint8Array
  readonly length: number
}

/** Hash of a field's name → the field. */
const FIELDS: ReadonlyMap<number, FieldName> = new Map(
  ['at', 'key', 'dimensions', 'metrics', 'id'].map((name, code) => {
    const bytes = Buffer.from(name)
    return [bytes.reduce(mix, HASH_START), { code, bytes, length: bytes.length }] as const
  }),
)

const NULL = Buffer.from('null')
const TRUE = Buffer.from('true')
const FALSE = Buffer.from('false')
