/**
 * A query string (or form body) as the parameters that a route knows: percent-decoded, aliases resolved, each given once.
 * A parameter nobody knows is refused with the nearest known one: a typo is never ignored.
 */
import { fieldError, HailWhaleError } from '../model/errors.js'
import { nearest } from './nearest.js'

/** A parameter that a route knows. */
export interface ParameterSpec {
  readonly name: string
  readonly aliases?: readonly string[]
}

/** A parameter that was given. */
export interface Parameter {
  readonly spec: ParameterSpec
  /** Its name as it was written: the spec's, or an alias. */
  readonly written: string
  readonly value: string
}

const IGNORED: ReadonlySet<string> = new Set(['_', 'fbclid', 'gclid', 'msclkid'])
const IGNORED_PREFIX = 'utm_'

/**
 * The query string of a URL as `node:http` hands it over (bytes as Latin-1), without `?` and without a fragment: bytes beyond
 * ASCII that were not percent-encoded become the UTF-8 text they are. Throws `invalid_parameter` where they are no UTF-8.
 */
export function queryOf(url: string): string {
  const mark = url.indexOf('?')
  if (mark < 0) return ''
  const hash = url.indexOf('#', mark)
  const query = hash < 0 ? url.slice(mark + 1) : url.slice(mark + 1, hash)
  return /[\x80-\uffff]/.test(query) ? fromLatin1(query) : query
}

/**
 * The known parameters of a query string, in the order given; an empty one has the value `''`.
 * Throws `unknown_parameter` for one that nobody knows, `invalid_parameter` for one that can't be decoded or is given twice
 * (the same again, word for word, does no harm).
 */
export function parametersOf(query: string, known: readonly ParameterSpec[]): Parameter[] {
  const found: Parameter[] = []
  let start = query.charCodeAt(0) === 0x3f ? 1 : 0
  while (start < query.length) {
    let end = query.indexOf('&', start)
    if (end < 0) end = query.length
    if (end > start) addParameter(found, query.slice(start, end), known)
    start = end + 1
  }
  return found
}

function addParameter(found: Parameter[], piece: string, known: readonly ParameterSpec[]): void {
  const equals = piece.indexOf('=')
  const written = decode(equals < 0 ? piece : piece.slice(0, equals), undefined)
  const spec = specOf(written, known)
  if (spec === undefined) {
    if (IGNORED.has(written) || written.startsWith(IGNORED_PREFIX)) return
    throw unknown(written, known)
  }
  const value = equals < 0 ? '' : decode(piece.slice(equals + 1), written)
  for (const other of found) {
    if (other.spec !== spec) continue
    if (other.written !== written)
      throw fieldError(written, `means the same as ${other.written}: give one of them`)
    if (other.value !== value)
      throw fieldError(written, 'is given twice: several values of one are written as JSON')
    return
  }
  found.push({ spec, written, value })
}

function specOf(written: string, known: readonly ParameterSpec[]): ParameterSpec | undefined {
  for (const spec of known) if (spec.name === written || spec.aliases?.includes(written)) return spec
  return undefined
}

/** Decodes `%XX` and `+`; `name` is the parameter's, or `undefined` where the name itself is decoded. */
function decode(text: string, name: string | undefined): string {
  const spaced = text.includes('+') ? text.replaceAll('+', ' ') : text
  if (!spaced.includes('%')) return spaced
  try {
    return decodeURIComponent(spaced)
  } catch {
    const wrong = 'its percent-encoding is wrong: a % is written %25, other characters as their UTF-8 bytes'
    throw fieldError(name ?? shortened(text), wrong)
  }
}

function unknown(written: string, known: readonly ParameterSpec[]): HailWhaleError {
  const names = known.flatMap(spec => [spec.name, ...(spec.aliases ?? [])])
  const hint = names.length === 0 ? 'there are none here' : `did you mean ${nearest(written, names)}?`
  const message = `there is no such parameter: ${hint}`
  const field = shortened(written)
  return new HailWhaleError('unknown_parameter', `${field}: ${message}`, { errors: [{ field, message }] })
}

function shortened(text: string): string {
  return text.length <= 40 ? text : `${text.slice(0, 40)}…`
}

function fromLatin1(query: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(
      Uint8Array.from(query, sign => sign.charCodeAt(0)),
    )
  } catch {
    throw fieldError('url', 'the bytes of the query string are no UTF-8: percent-encode them')
  }
}
