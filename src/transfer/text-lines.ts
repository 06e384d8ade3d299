/** Lines of text in a stream of bytes, whether it is gzip'd or not, and the way back. */
import { pipeline, Readable } from 'node:stream'
import { StringDecoder } from 'node:string_decoder'
import { createGunzip } from 'node:zlib'
import { HailWhaleError } from '../model/errors.js'

/** Longer lines are no export's: a row has a hundred buckets of some metrics, names come in hundreds. */
const LONGEST_LINE = 64 * 1024 * 1024
const GZIP = [0x1f, 0x8b]

/** Yields the lines of a stream; what stands behind the last line break is one, too. Gzip is known by its first bytes. */
export async function* readLines(input: Readable): AsyncGenerator<string> {
  let rest = ''
  const decoder = new StringDecoder('utf8')
  for await (const chunk of unzipped(input)) {
    const text = rest + decoder.write(chunk)
    let from = 0
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', from)) {
      yield text.slice(from, end)
      from = end + 1
    }
    rest = text.slice(from)
    if (rest.length > LONGEST_LINE)
      throw new HailWhaleError('invalid_body', 'This is no export of HailWhale.')
  }
  rest += decoder.end()
  if (rest !== '') yield rest
}

async function* unzipped(input: Readable): AsyncGenerator<Buffer> {
  let head = Buffer.alloc(0)
  const chunks = input[Symbol.asyncIterator]() as AsyncIterator<Buffer>
  while (head.length < GZIP.length) {
    const next = await chunks.next()
    if (next.done) break
    head = Buffer.concat([head, next.value])
  }
  const isZipped = GZIP.every((byte, i) => head[i] === byte)
  const all = beginningWith(head, chunks)
  if (!isZipped) yield* all
  else yield* gunzipped(all)
}

async function* beginningWith(head: Buffer, rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  yield head
  for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value
}

async function* gunzipped(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const gunzip = createGunzip()
  pipeline(Readable.from(chunks), gunzip, () => undefined)
  try {
    for await (const chunk of gunzip) yield chunk as Buffer
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (!code?.startsWith('Z_')) throw error
    const detail = `The export is not whole: ${message} (gzip). Export again, or copy it again.`
    throw new HailWhaleError('invalid_body', detail, { cause: error })
  }
}
