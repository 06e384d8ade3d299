/** Reads the PNGs that the server writes: eight bits a channel, colour with alpha, rows not filtered. Checks every checksum. */
import { crc32, inflateSync } from 'node:zlib'

/** A picture that was read. */
export interface ReadPng {
  readonly width: number
  readonly height: number
  /** The colour of a pixel as `[red, green, blue, alpha]`. */
  readonly at: (x: number, y: number) => number[]
}

/** Reads one, or throws an Error that says what is wrong with it. */
export function readPng(bytes: Buffer): ReadPng {
  if (bytes.toString('latin1', 0, 8) !== '\x89PNG\r\n\x1a\n') throw new Error('no PNG')
  const chunks = chunksOf(bytes)
  if (chunks.map(({ type }) => type).join() !== 'IHDR,IDAT,IEND') throw new Error('odd chunks')
  const header = chunks[0]!.data
  if (header.subarray(8).join() !== '8,6,0,0,0') throw new Error('an odd kind of PNG')
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)]
  const rows = inflateSync(chunks[1]!.data)
  const stride = width * 4 + 1
  if (rows.length !== stride * height) throw new Error(`${rows.length} bytes are not ${width} × ${height}`)
  for (let y = 0; y < height; y++) if (rows[y * stride] !== 0) throw new Error('a filtered row')
  return { width, height, at: (x, y) => [...rows.subarray(y * stride + 1 + x * 4, y * stride + 5 + x * 4)] }
}

function chunksOf(bytes: Buffer): { type: string; data: Buffer }[] {
  const chunks: { type: string; data: Buffer }[] = []
  for (let at = 8; at < bytes.length; ) {
    const end = at + 8 + bytes.readUInt32BE(at)
    if (crc32(bytes.subarray(at + 4, end)) !== bytes.readUInt32BE(end)) throw new Error('a wrong checksum')
    chunks.push({ type: bytes.toString('latin1', at + 4, at + 8), data: bytes.subarray(at + 8, end) })
    at = end + 4
  }
  return chunks
}
