/**
 * The one error table: a stable code, its HTTP status, its title, and whether sending the same again can help.
 * Codes never change their meaning; titles and details may.
 */
export const ERRORS = {
  invalid_parameter: { status: 400, title: 'A parameter is wrong', retry: false },
  unknown_parameter: { status: 400, title: 'A parameter is unknown', retry: false },
  invalid_event: { status: 400, title: 'An event is wrong', retry: false },
  invalid_body: { status: 400, title: 'The body cannot be read', retry: false },
  not_kept: { status: 400, title: 'Nothing is kept that answers this', retry: false },
  too_many_points: { status: 400, title: 'The answer would be too large', retry: false },
  unauthorized: { status: 401, title: 'A token is needed', retry: false },
  forbidden: { status: 403, title: 'Not allowed', retry: false },
  not_found: { status: 404, title: 'There is nothing here', retry: false },
  method_not_allowed: { status: 405, title: 'The method is not allowed here', retry: false },
  changed_meanwhile: { status: 412, title: 'It has changed meanwhile', retry: false },
  body_too_large: { status: 413, title: 'The body is too large', retry: false },
  url_too_long: { status: 414, title: 'The URL is too long', retry: false },
  unsupported_media_type: { status: 415, title: 'The content type is not understood', retry: false },
  too_many_requests: { status: 429, title: 'Too many requests', retry: true },
  headers_too_large: { status: 431, title: 'The headers are too large', retry: false },
  unavailable: { status: 503, title: 'Not available right now', retry: true },
  recovering: { status: 503, title: 'Recovering', retry: true },
  disk_full: { status: 503, title: 'The disk is full', retry: true },
  queue_full: { status: 503, title: 'The queue is full', retry: true },
} as const satisfies Record<string, { status: number; title: string; retry: boolean }>

/** A stable error code. */
export type ErrorCode = keyof typeof ERRORS

/** One wrong field of a request: which, of which event (its index in the request), and what would be right. */
export interface FieldError {
  readonly field: string
  readonly index?: number
  readonly message: string
}

/** An error for the person who gets it: a code of the table, a sentence, and the fields it is about. */
export class HailWhaleError extends Error {
  override readonly name = 'HailWhaleError'
  readonly code: ErrorCode
  readonly errors: readonly FieldError[]
  /** Seconds until sending the same again can help, where that is known; whole. */
  readonly retryAfterS: number | undefined

  constructor(
    code: ErrorCode,
    detail: string,
    options: {
      readonly errors?: readonly FieldError[]
      readonly retryAfterS?: number
      readonly cause?: unknown
    } = {},
  ) {
    super(detail, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.errors = options.errors ?? []
    this.retryAfterS = options.retryAfterS
  }

  /** The HTTP status of this error's code. */
  get status(): number {
    return ERRORS[this.code].status
  }
}

/** A wrong field as an error: `invalid_parameter` unless said otherwise. */
export function fieldError(
  field: string,
  message: string,
  code: ErrorCode = 'invalid_parameter',
): HailWhaleError {
  return new HailWhaleError(code, `${field}: ${message}`, { errors: [{ field, message }] })
}
