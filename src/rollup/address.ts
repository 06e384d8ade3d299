/**
 * Where everything lies in the store: the groups and members of docs/format/rows.md, as bytes.
 * A node of the tree of series is known to the store by its digest, so that addresses have a fixed length however deep
 * the path. The rows of all children of one parent, interval and chunk share a group: a breakdown is one scan.
 * Groups that start with the same byte have the same length; numbers in groups are big-endian, so that they sort.
 */
import { createHash } from 'node:crypto'
import { KEPT_INTERVALS, type KeptInterval } from '../model/interval.js'
import { KIND_DIMENSION, KIND_KEY, KIND_OVERFLOW, type NodeKind } from './nodes.js'

/** Registry entries of metric names: children of a key's node that have no rows of their own. */
export const KIND_METRIC = 3
export type ChildKind = NodeKind | typeof KIND_METRIC

/** Bytes of a digest, and of the key's tag it starts with. */
export const DIGEST_BYTES = 16
export const TAG_BYTES = 6

/** The digest of the virtual root above all top-level keys. */
export const ROOT_DIGEST: Uint8Array = new Uint8Array(DIGEST_BYTES)

const ROWS = 0x10
const CHILDREN = 0x20
const IDS = 0x30
const HIGH = 0x1_0000_0000

/** The one group of what the whale remembers about itself: `checkpoint`, `flushing`, `version` and the like. */
export const STATE_GROUP: Uint8Array = Uint8Array.of(0x40)

/** The one group of the boards; members are their names. No part of the roll-up: flushes, resets and sweeps leave it alone. */
export const BOARDS_GROUP: Uint8Array = Uint8Array.of(0x50)

const INTERVAL_CODES: Readonly<Record<KeptInterval, number>> = {
  '10s': 1,
  '1m': 2,
  '15m': 3,
  '1h': 4,
  '1d': 5,
}

/** A half-open range of groups, as `Store.drop` takes it. */
export interface GroupRange {
  readonly from: Uint8Array
  readonly until: Uint8Array
}

/** All groups of rows, and all of ids. */
export const ROW_GROUPS: GroupRange = { from: Uint8Array.of(ROWS), until: Uint8Array.of(ROWS + 1) }
export const ID_GROUPS: GroupRange = { from: Uint8Array.of(IDS), until: Uint8Array.of(IDS + 1) }

/** All that was counted: rows, names and ids, without what the whale remembers about itself and without boards. */
export const COUNTED_GROUPS: GroupRange = { from: Uint8Array.of(ROWS), until: Uint8Array.of(IDS + 1) }

/** Bytes of a group of rows, of its start that says interval and chunk, and of a group of ids. */
export const ROW_GROUP_BYTES = 6 + DIGEST_BYTES
export const ROW_PLACE_BYTES = 6
export const ID_GROUP_BYTES = 5

/**
 * The digest of a child: of SHA-256(parent's digest ‖ kind ‖ UTF-8 name), a key takes 16 bytes, and its first 6 become
 * the tag of its series; any other node keeps its parent's tag and takes 10 bytes.
 * 80 bits within one key: among ten million paths, two meet with a chance of 1 in 10^10.
 */
export function childDigest(parent: Uint8Array, kind: NodeKind, name: string): Uint8Array {
  const hash = createHash('sha256').update(parent).update(Uint8Array.of(kind)).update(name, 'utf8').digest()
  const digest = new Uint8Array(DIGEST_BYTES)
  if (kind === KIND_KEY) digest.set(hash.subarray(0, DIGEST_BYTES))
  else {
    digest.set(parent.subarray(0, TAG_BYTES))
    digest.set(hash.subarray(0, DIGEST_BYTES - TAG_BYTES), TAG_BYTES)
  }
  return digest
}

/** The group of the rows of all children of one parent. `chunk` is an integer from 0 to 2^32 − 1. */
export function rowGroup(interval: KeptInterval, chunk: number, parentDigest: Uint8Array): Uint8Array {
  const group = new Uint8Array(ROW_GROUP_BYTES)
  writeChunkStart(group, interval, chunk)
  group.set(parentDigest, 6)
  return group
}

/** The interval and chunk of a group of rows, or of its first `ROW_PLACE_BYTES`. */
export function parseRowPlace(group: Uint8Array): {
  readonly interval: KeptInterval
  readonly chunk: number
} {
  const interval = KEPT_INTERVALS.find(kept => INTERVAL_CODES[kept] === group[1])
  if (group[0] !== ROWS || interval === undefined || group.length < ROW_PLACE_BYTES)
    throw damaged('a group of rows')
  return { interval, chunk: Buffer.from(group.buffer, group.byteOffset, ROW_PLACE_BYTES).readUInt32BE(2) }
}

/** The member of one child's row, and of nothing else in its group. */
export function rowMember(kind: NodeKind, name: string): Uint8Array {
  const member = new Uint8Array(1 + Buffer.byteLength(name))
  member[0] = kind
  Buffer.from(member.buffer).write(name, 1, 'utf8')
  return member
}

/** What a row's member says. */
export function parseRowMember(member: Uint8Array): { readonly kind: NodeKind; readonly name: string } {
  const kind = member[0]
  if (kind !== KIND_KEY && kind !== KIND_DIMENSION && kind !== KIND_OVERFLOW) throw damaged('a row member')
  return { kind, name: parseName(member.subarray(1)) }
}

/** The group of the registered children of one kind under one parent; members are their names. */
export function childGroup(parentDigest: Uint8Array, kind: ChildKind): Uint8Array {
  const group = new Uint8Array(2 + DIGEST_BYTES)
  group[0] = CHILDREN
  group.set(parentDigest, 1)
  group[1 + DIGEST_BYTES] = kind
  return group
}

/** A name as a member (of a child group or the state group), and back. */
export function nameMember(name: string): Uint8Array {
  return new TextEncoder().encode(name)
}

/** The name that a member holds. */
export function parseName(member: Uint8Array): string {
  return Buffer.from(member.buffer, member.byteOffset, member.length).toString('utf8')
}

/** What the registry knows of a child. */
export interface ChildEntry {
  /** Journal sequence of the batch that registered it (0 ≤ sequence < 2^48): a replay registers it there again. */
  readonly registeredAt: number
  /** How many dimension and key children it has itself, the overflow child not counted. */
  readonly dimensionChildren: number
  readonly keyChildren: number
}

/** A registry entry as bytes: 6 bytes sequence, 4 + 4 bytes counts; zeros at the end are left out. */
export function encodeChild(entry: ChildEntry): Uint8Array {
  const bytes = Buffer.alloc(14)
  bytes.writeUIntBE(entry.registeredAt, 0, 6)
  bytes.writeUInt32LE(entry.dimensionChildren, 6)
  bytes.writeUInt32LE(entry.keyChildren, 10)
  let length = bytes.length
  while (length > 6 && bytes[length - 1] === 0) length--
  return bytes.subarray(0, length)
}

/** The registry entry that `encodeChild` wrote. */
export function decodeChild(value: Uint8Array): ChildEntry {
  if (value.length < 6 || value.length > 14) throw damaged('a registry entry')
  const bytes = Buffer.alloc(14)
  bytes.set(value)
  return {
    registeredAt: bytes.readUIntBE(0, 6),
    dimensionChildren: bytes.readUInt32LE(6),
    keyChildren: bytes.readUInt32LE(10),
  }
}

/** The group of the ids seen in one slice of time (0 to 2^32 − 1); members are 16-byte hashes. */
export function idGroup(slice: number): Uint8Array {
  const group = new Uint8Array(5)
  group[0] = IDS
  writeUint32(group, 1, slice)
  return group
}

/** When and by which event of which record an id was first seen. */
export interface IdEntry {
  readonly sequence: number
  readonly ordinal: number
  readonly receivedAtMs: number
}

/** An id's entry as 18 bytes: sequence (6), ordinal (4), time of receipt (float64). */
export function encodeId(entry: IdEntry): Uint8Array {
  const bytes = Buffer.allocUnsafe(18)
  bytes.writeUIntBE(entry.sequence, 0, 6)
  bytes.writeUInt32BE(entry.ordinal, 6)
  bytes.writeDoubleLE(entry.receivedAtMs, 10)
  return bytes
}

/** The entry that `encodeId` wrote. */
export function decodeId(value: Uint8Array): IdEntry {
  if (value.length !== 18) throw damaged("an id's entry")
  const bytes = Buffer.from(value.buffer, value.byteOffset, 18)
  return {
    sequence: bytes.readUIntBE(0, 6),
    ordinal: bytes.readUInt32BE(6),
    receivedAtMs: bytes.readDoubleLE(10),
  }
}

/** All ids of the slices before one: what the dedupe window has left behind. */
export function idSliceRange(beforeSlice: number): GroupRange {
  return { from: Uint8Array.of(IDS), until: idGroup(beforeSlice) }
}

/** All rows of an interval in the chunks from `fromChunk` (default: the first) up to, not including, `beforeChunk`. */
export function rowChunkRange(interval: KeptInterval, beforeChunk: number, fromChunk = 0): GroupRange {
  return { from: chunkStart(interval, fromChunk), until: chunkStart(interval, beforeChunk) }
}

function chunkStart(interval: KeptInterval, chunk: number): Uint8Array {
  const start = new Uint8Array(6)
  writeChunkStart(start, interval, chunk)
  return start
}

function writeChunkStart(target: Uint8Array, interval: KeptInterval, chunk: number): void {
  target[0] = ROWS
  target[1] = INTERVAL_CODES[interval]
  writeUint32(target, 2, chunk)
}

function writeUint32(target: Uint8Array, at: number, value: number): void {
  if (!Number.isInteger(value) || value < 0 || value >= HIGH) throw new RangeError(`${value} is not a uint32`)
  target[at] = value >>> 24
  target[at + 1] = value >>> 16
  target[at + 2] = value >>> 8
  target[at + 3] = value
}

function damaged(what: string): RangeError {
  return new RangeError(
    `stored bytes are not ${what}: the store is damaged or was written by another program`,
  )
}
