/** How a count is answered: 200 by a server that has counted it, 202 by a hail, which has queued it. */
import type { BodyOutcome } from './counting.js'

/** The answers of one kind of server. */
export interface CountAnswers {
  readonly status: 200 | 202
  /** What a GET is answered. */
  readonly text: string
  /** What a POST is answered, as JSON. */
  readonly json: (outcome: BodyOutcome) => object
}

/** `OK`, and what was counted: `overflowed` only where there is something to say, `errors` and `wrong` only with `partial`. */
export const COUNTED: CountAnswers = {
  status: 200,
  text: 'OK',
  json: ({ counted, duplicates, overflowed, errors, wrong }) => ({
    ...{ counted, duplicates },
    ...(overflowed > 0 && { overflowed }),
    ...(errors && { wrong, errors }),
  }),
}

/** `QUEUED`: what is a duplicate, or finds no room, turns out later. */
export const QUEUED: CountAnswers = {
  status: 202,
  text: 'QUEUED',
  json: ({ counted, errors, wrong }) => ({ queued: counted, ...(errors && { wrong, errors }) }),
}
