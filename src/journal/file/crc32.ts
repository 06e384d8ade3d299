/**
 * CRC-32 (polynomial 0xEDB88320, as in zlib and PNG). Node has it built in from 20.15 and 22.2 on, at several GB/s; the
 * table-driven one below is for the Node versions before that, and slower by a factor of ten.
 */
import * as zlib from 'node:zlib'

/** CRC-32 of `bytes`, continuing from `seed` (the CRC-32 of what came before): 0 to 2^32 − 1. */
export const crc32: (bytes: Uint8Array, seed?: number) => number = zlib.crc32 ?? tableCrc32

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1
  return value
})

/** The same in plain code. */
export function tableCrc32(bytes: Uint8Array, seed = 0): number {
  let value = ~seed
  for (let at = 0; at < bytes.length; at++) value = TABLE[(value ^ bytes[at]!) & 0xff]! ^ (value >>> 8)
  return ~value >>> 0
}
