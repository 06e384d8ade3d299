/**
 * The fields of a request that changes counts, from its URL, a form or a JSON object: the same fields, the same aliases,
 * and the same refusal of unknown ones in all three.
 */
import type { FastifyRequest } from 'fastify'
import { decodeBody } from '../intake/body.js'
import { JsonError, parseJson } from '../intake/json.js'
import { bodyFormat } from '../intake/media-type.js'
import { nearest } from '../intake/nearest.js'
import { type ParameterSpec, queryOf, readParameters } from '../intake/parameters.js'
import { kindOf, parameterValue } from '../intake/value.js'
import { fieldError, HailWhaleError } from '../model/errors.js'
import type { Limits } from '../model/limits.js'

/** Values by the canonical names of their fields; empty texts and nulls are left out. */
export type FieldValues = ReadonlyMap<string, unknown>

/** Reads the fields that are known. A body takes the place of the URL's parameters, of which there may be none then. */
export async function readFields(
  request: FastifyRequest,
  known: readonly ParameterSpec[],
  limits: Limits,
): Promise<FieldValues> {
  const query = queryOf(request.raw.url!)
  const bytes = request.body as Uint8Array | undefined
  if (bytes === undefined || bytes.length === 0) return fromQuery(query, known)
  readParameters(query, [])
  const body = await decodeBody(bytes, request.headers['content-encoding'], limits)
  const text = body.toString('utf8').trim()
  const isForm = bodyFormat(request.headers['content-type']) === 'form' && !text.startsWith('{')
  return isForm ? fromQuery(text, known) : fromJson(text, known)
}

function fromQuery(query: string, known: readonly ParameterSpec[]): FieldValues {
  const values = new Map<string, unknown>()
  for (const [name, text] of readParameters(query, known)) {
    if (text !== '') values.set(name, parameterValue(text, name))
  }
  return values
}

function fromJson(text: string, known: readonly ParameterSpec[]): FieldValues {
  const object = objectOf(text)
  const values = new Map<string, unknown>()
  for (const [written, value] of Object.entries(object)) {
    const name = specOf(written, known).name
    if (values.has(name)) throw fieldError(written, `means the same as another field that is there: ${name}`)
    if (value !== null && value !== '') values.set(name, value)
  }
  return values
}

/** The object that a JSON text is. Throws `invalid_body`. */
export function objectOf(text: string): object {
  let value: unknown
  try {
    value = parseJson(text)
  } catch (error) {
    if (!(error instanceof JsonError)) throw error
    throw new HailWhaleError('invalid_body', `the body is not JSON: ${error.message}`)
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value
  throw new HailWhaleError('invalid_body', `the body is ${kindOf(value)}: an object is wanted`)
}

function specOf(written: string, known: readonly ParameterSpec[]): ParameterSpec {
  const spec = known.find(({ name, aliases }) => name === written || aliases?.includes(written))
  if (spec) return spec
  const names = known.flatMap(({ name, aliases }) => [name, ...(aliases ?? [])])
  const field = written.slice(0, 40)
  throw fieldError(
    field,
    `there is no such field: did you mean ${nearest(written, names)}?`,
    'unknown_parameter',
  )
}
