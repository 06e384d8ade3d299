/**
 * Values as callers write them. A parameter of a URL is JSON only where its text starts with `[`, `{` or `"`; anything else
 * is that text. Numbers inside JSON become their JSON text where a name is wanted (`5.0` is `5`, `1E3` is `1000`);
 * integers beyond 2^53 keep the digits that were typed.
 */
import { fieldError } from '../model/errors.js'
import { JsonError, LongInteger, parseJson } from './json.js'

/** The value of a URL parameter. Throws about `field` where it starts as JSON and isn't. */
export function parameterValue(text: string, field: string): unknown {
  const first = text.charCodeAt(0)
  if (first !== 0x5b && first !== 0x7b && first !== 0x22) return text
  try {
    return parseJson(text)
  } catch (error) {
    if (!(error instanceof JsonError)) throw error
    throw fieldError(field, `a value that starts with ${text[0]} must be JSON: ${error.message}`)
  }
}

/** The text of a string, number or boolean; `undefined` for anything else. Throws about `field` for a number beyond all doubles. */
export function scalarText(value: unknown, field: string): string | undefined {
  if (typeof value === 'string') return value
  if (typeof value === 'number') {
    if (!Number.isFinite(value))
      throw fieldError(field, 'a number is too large to be a name: write it as a string')
    return String(value)
  }
  if (typeof value === 'boolean') return String(value)
  return value instanceof LongInteger ? value.text : undefined
}

/** The number a JSON number stands for; `undefined` for anything else. May be infinite. */
export function numberOf(value: unknown): number | undefined {
  if (typeof value === 'number') return value
  return value instanceof LongInteger ? Number(value.text) : undefined
}

/** What kind of JSON value something is, with its article, for messages. */
export function kindOf(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'an array'
  if (numberOf(value) !== undefined) return 'a number'
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}
