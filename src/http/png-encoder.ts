/**
 * Pixels as a PNG, a few rows at a time with turns of the event loop in between: compressing is done by other threads, and counting
 * goes on. (The renderer's own encoder holds the loop up for 0.4 s with a picture of 16 million pixels.)
 */
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { crc32, createDeflate } from 'node:zlib'

/** A picture: four bytes a pixel (red, green, blue, alpha), the colours multiplied by alpha, row by row. */
export interface Pixels {
  readonly width: number
  readonly height: number
  readonly pixels: Uint8Array
}

const SIGNATURE = Buffer.from('89504e470d0a1a0a', 'hex')
/** Bytes that are made ready for the compressor at once. */
const BAND_BYTES = 256 * 1024

/** The PNG of a picture. */
export async function encodePng(picture: Pixels): Promise<Buffer> {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(picture.width, 0)
  header.writeUInt32BE(picture.height, 4)
  // Eight bits a channel, colour with alpha; the only methods there are, not interlaced.
  header.set([8, 6, 0, 0, 0], 8)
  const rows = Readable.from(bandsOf(picture)).pipe(createDeflate({ level: 6 }))
  return Buffer.concat([
    SIGNATURE,
    ...chunk('IHDR', header),
    ...chunk('IDAT', await buffer(rows)),
    ...chunk('IEND', Buffer.alloc(0)),
  ])
}

/** The rows, each with a byte in front that says how it is filtered: not at all. */
async function* bandsOf({ width, height, pixels }: Pixels): AsyncGenerator<Buffer> {
  const stride = width * 4
  const rowsAtOnce = Math.max(1, Math.floor(BAND_BYTES / (stride + 1)))
  for (let first = 0; first < height; first += rowsAtOnce) {
    const rows = Math.min(rowsAtOnce, height - first)
    const band = Buffer.alloc(rows * (stride + 1))
    for (let row = 0; row < rows; row++) {
      const from = (first + row) * stride
      const to = row * (stride + 1) + 1
      band.set(pixels.subarray(from, from + stride), to)
      divideByAlpha(band, to, to + stride)
    }
    yield band
    await new Promise(setImmediate)
  }
}

/** PNGs hold colours as they are, whatever their alpha. */
function divideByAlpha(bytes: Buffer, from: number, until: number): void {
  for (let i = from; i < until; i += 4) {
    const alpha = bytes[i + 3]!
    if (alpha === 255 || alpha === 0) continue
    for (let channel = i; channel < i + 3; channel++) {
      bytes[channel] = Math.min(255, Math.round((bytes[channel]! * 255) / alpha))
    }
  }
}

function chunk(type: string, data: Buffer): Buffer[] {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const ends = Buffer.alloc(8)
  ends.writeUInt32BE(data.length, 0)
  ends.writeUInt32BE(crc32(body), 4)
  return [ends.subarray(0, 4), body, ends.subarray(4)]
}
