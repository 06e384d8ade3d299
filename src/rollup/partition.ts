/** Which partition an event belongs to: a hash of its full key, the same in every process and for ever. */
import type { Path } from '../model/path.js'
import { childDigest, ROOT_DIGEST } from './address.js'
import { KIND_KEY } from './nodes.js'

/** The partition of a key, from 0 to `partitions` − 1: of its digest, the first four bytes, big-endian, modulo the number. */
export function partitionOf(key: Path, partitions: number): number {
  if (partitions === 1) return 0
  const digest = key.reduce((parent, name) => childDigest(parent, KIND_KEY, name), ROOT_DIGEST)
  return Buffer.from(digest.buffer, digest.byteOffset).readUInt32BE(0) % partitions
}
