/** What a refused request is made of, and what its refusal must say: the rows of the tables beside this file. */
import type { ErrorCode } from '../../src/model/errors.js'
import { wirePath } from '../support/live-server.js'

/** A request that must be refused. */
export interface Refusal {
  readonly name: string
  readonly method: string
  /** As it goes over the wire. */
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Buffer
  readonly code: ErrorCode
  /** The first wrong field; absent where the refusal is about no field. */
  readonly field?: string
  /** The index of the wrong event. */
  readonly index?: number
  /** Words of the detail. */
  readonly says?: string
  readonly allow?: string
}

/** A GET that is refused. */
export function refusedGet(path: string, code: ErrorCode, field?: string, says?: string): Refusal {
  return {
    name: `GET ${shown(path)}`,
    method: 'GET',
    path: wirePath(path),
    code,
    ...(field !== undefined && { field }),
    ...(says !== undefined && { says }),
  }
}

/** A text short enough for the name of a test. */
export function shown(text: string): string {
  return text.length <= 100 ? text : `${text.slice(0, 60)}… (${text.length} characters)`
}

/** `n` different short names. */
export function names(n: number): string[] {
  return Array.from({ length: n }, (_, i) => `n${i}`)
}
