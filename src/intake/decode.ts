/** Content encodings of a body: gzip, br, deflate. What comes out is bounded, whatever went in. */
import { promisify } from 'node:util'
import zlib from 'node:zlib'
import { HailWhaleError } from '../model/errors.js'
import type { Limits } from '../model/limits.js'

type Decoder = (bytes: Uint8Array, options: { readonly maxOutputLength: number }) => Promise<Buffer>

const gunzip: Decoder = promisify(zlib.gunzip)
const brotli: Decoder = promisify(zlib.brotliDecompress)
const inflate: Decoder = promisify(zlib.inflate)
const inflateRaw: Decoder = promisify(zlib.inflateRaw)

/** Encodings on top of each other: more than two is no client, it is a test of our patience. */
const ENCODINGS_ALLOWED = 2

/**
 * The body without its `Content-Encoding`. Rejects with `unsupported_media_type`, `body_too_large` (more than `limits.bodyBytes`
 * come out) or `invalid_body` (the bytes are not what the encoding says).
 */
export async function decodeBody(
  bytes: Uint8Array,
  contentEncoding: string | undefined,
  limits: Limits,
): Promise<Buffer> {
  let body = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const encodings = namesOf(contentEncoding)
  if (encodings.length > ENCODINGS_ALLOWED)
    throw unsupported(`more than ${ENCODINGS_ALLOWED} content encodings`)
  for (const encoding of encodings.reverse()) {
    body = Buffer.from(await decodeOne(body, encoding, limits))
  }
  if (body.length > limits.bodyBytes) throw tooLarge(limits)
  return body
}

/** The encodings in the order they were applied. */
function namesOf(contentEncoding: string | undefined): string[] {
  if (contentEncoding === undefined) return []
  const names = contentEncoding.toLowerCase().split(',')
  return names.map(name => name.trim()).filter(name => name !== '' && name !== 'identity')
}

async function decodeOne(body: Buffer, encoding: string, limits: Limits): Promise<Buffer> {
  const decoder = decoderOf(body, encoding)
  try {
    return await decoder(body, { maxOutputLength: limits.bodyBytes })
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(limits)
    throw new HailWhaleError('invalid_body', `the body is not ${encoding}, though Content-Encoding says so`, {
      cause,
    })
  }
}

function decoderOf(body: Buffer, encoding: string): Decoder {
  switch (encoding) {
    case 'gzip':
    case 'x-gzip':
      return gunzip
    case 'br':
      return brotli
    case 'deflate':
      return hasZlibHeader(body) ? inflate : inflateRaw
    default:
      throw unsupported(
        `the content encoding ${JSON.stringify(encoding.slice(0, 80))} is not understood: send gzip, br, deflate or none`,
      )
  }
}

/** RFC 9110 says zlib; some clients send the bare stream. RFC 1950's header tells them apart. */
function hasZlibHeader(body: Buffer): boolean {
  return body.length >= 2 && (body[0]! & 0x0f) === 8 && body.readUInt16BE(0) % 31 === 0
}

function tooLarge(limits: Limits): HailWhaleError {
  return new HailWhaleError(
    'body_too_large',
    `the body is larger than ${limits.bodyBytes} bytes when decoded`,
  )
}

function unsupported(detail: string): HailWhaleError {
  return new HailWhaleError('unsupported_media_type', detail)
}
