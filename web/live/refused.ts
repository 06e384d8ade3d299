/**
 * What a server says when it gives no answer: a refusal, which asking again doesn't help, or a trouble of the moment, which it
 * does. Both in the server's own words where it had any.
 */

import type { Problem } from '../../src/http/problem.js'
import type { FieldError } from '../../src/model/errors.js'

/** The question is wrong, or may not be asked: a status of 4xx but 429. Its message is the server's `detail`. */
export class Refused extends Error {
  override readonly name = 'Refused'
  readonly status: number
  /** A code of the server's error table; empty where something between gave the answer. */
  readonly code: string
  readonly errors: readonly FieldError[]

  constructor(status: number, detail: string, code = '', errors: readonly FieldError[] = []) {
    super(detail)
    this.status = status
    this.code = code
    this.errors = errors
  }
}

/** No answer now; the same question can have one later. */
export class NotNow extends Error {
  override readonly name = 'NotNow'
  /** How long the server wants to be left alone, milliseconds; 0 where it said nothing. */
  readonly waitMs: number

  constructor(detail: string, waitMs = 0) {
    super(detail)
    this.waitMs = waitMs
  }
}

/** The body of an error answer, as far as it is one. */
export type ToldProblem = Partial<Pick<Problem, 'status' | 'code' | 'detail' | 'errors'>>

/** An error answer as an error. */
export async function errorIn(response: Response): Promise<Refused | NotNow> {
  const problem = (await response.json().catch(() => null)) as ToldProblem | null
  const waitS = Number(response.headers.get('retry-after'))
  return errorOf(response.status, problem ?? {}, Number.isFinite(waitS) ? waitS * 1000 : 0)
}

/** A problem as an error. */
export function errorOf(status: number, problem: ToldProblem, waitMs = 0): Refused | NotNow {
  // What stands between the page and the server may answer with JSON of its own.
  const detail = typeof problem.detail === 'string' ? problem.detail : `The server answered ${status}.`
  if (status < 400 || status >= 500 || status === 429) return new NotNow(detail, waitMs)
  return new Refused(status, detail, problem.code, Array.isArray(problem.errors) ? problem.errors : [])
}
