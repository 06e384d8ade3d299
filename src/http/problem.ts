/**
 * Errors as they leave the server: RFC 9457 `application/problem+json`, always of a code of the error table.
 * Whatever is thrown comes in; what a caller did wrong stays a 4xx, what nobody foresaw becomes `unavailable`.
 */
import { ERRORS, type ErrorCode, type FieldError, HailWhaleError } from '../model/errors.js'

/** The media type of every error answer. */
export const PROBLEM_TYPE = 'application/problem+json'

/** How long a caller waits before sending the same again, where that can help and nothing better is known: seconds. */
const RETRY_AFTER_S = 1

/** The body of an error answer. */
export interface Problem {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly code: ErrorCode
  readonly detail: string
  readonly errors: readonly FieldError[]
}

/** An error answer, ready to be written. */
export interface ProblemAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** Fastify's own error codes (and Node's parser's) that a caller can cause, and what they are called here. */
const FOREIGN: Readonly<Record<string, readonly [ErrorCode, string]>> = {
  FST_ERR_BAD_URL: [
    'invalid_parameter',
    'The path of the URL is not valid percent-encoding: write a % sign as %25.',
  ],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: ['invalid_body', 'The body is not as long as its Content-Length says.'],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: [
    'unsupported_media_type',
    'The Content-Type header is not a media type: send application/json, application/x-ndjson, text/plain or a form.',
  ],
  FST_ERR_ROUTE_MISSING_CONTENT_TYPE: ['unsupported_media_type', 'The body has no Content-Type header.'],
  HPE_INVALID_URL: [
    'invalid_parameter',
    'The URL holds characters that HTTP allows only percent-encoded: letters beyond ASCII, blanks and the like.',
  ],
  HPE_HEADER_OVERFLOW: ['headers_too_large', 'The request line and the headers are too large together.'],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: ['body_too_large', 'The extensions of the chunked body are too large.'],
  ERR_HTTP_REQUEST_TIMEOUT: ['invalid_body', 'The request did not arrive whole in time.'],
}

/**
 * Any thrown thing as an error of the table. What is not known to be a caller's doing is `unavailable` with the original as its cause.
 */
export function asHailWhaleError(thrown: unknown): HailWhaleError {
  if (thrown instanceof HailWhaleError) return thrown
  const foreign = foreignCode(thrown)
  const known = foreign === undefined ? undefined : FOREIGN[foreign]
  if (known) return new HailWhaleError(known[0], known[1], { cause: thrown })
  if (foreign?.startsWith('HPE_')) {
    return new HailWhaleError('invalid_parameter', 'This is not a well-formed HTTP/1.1 request.', {
      cause: thrown,
    })
  }
  if (isCallersDoing(thrown))
    return new HailWhaleError('invalid_body', String(thrown.message), { cause: thrown })
  return new HailWhaleError(
    'unavailable',
    'Something unforeseen went wrong here; it has been logged. Send it again.',
    {
      cause: thrown,
    },
  )
}

/** True for an error that nobody foresaw: one to be logged, as the answer doesn't say what it was. */
export function isUnforeseen(error: HailWhaleError): boolean {
  return error.code === 'unavailable' && error.cause !== undefined
}

/** The body of an error answer. */
export function problemOf(error: HailWhaleError): Problem {
  const { status, title } = ERRORS[error.code]
  const type = `urn:hailwhale:error:${error.code}`
  return { type, title, status, code: error.code, detail: error.message, errors: error.errors }
}

/** An error answer: status, headers (`Retry-After` where sending again can help, what kind of token is wanted) and body. */
export function problemAnswer(error: HailWhaleError): ProblemAnswer {
  const headers: Record<string, string> = {
    'content-type': `${PROBLEM_TYPE}; charset=utf-8`,
    'cache-control': 'no-store',
  }
  if (ERRORS[error.code].retry) headers['retry-after'] = String(error.retryAfterS ?? RETRY_AFTER_S)
  if (error.code === 'unauthorized') headers['www-authenticate'] = 'Bearer realm="HailWhale"'
  return { status: ERRORS[error.code].status, headers, body: JSON.stringify(problemOf(error)) }
}

/** An error answer as the bytes of a whole HTTP/1.1 response that ends the connection, for requests that never became one. */
export function problemResponse(error: HailWhaleError, reasonPhrase: string): string {
  const { status, headers, body } = problemAnswer(error)
  const lines = [
    `HTTP/1.1 ${status} ${reasonPhrase}`,
    'connection: close',
    `content-length: ${Buffer.byteLength(body)}`,
  ]
  for (const [name, value] of Object.entries(headers)) lines.push(`${name}: ${value}`)
  return `${lines.join('\r\n')}\r\n\r\n${body}`
}

function foreignCode(thrown: unknown): string | undefined {
  const code = (thrown as { code?: unknown } | null | undefined)?.code
  return typeof code === 'string' ? code : undefined
}

/** Fastify marks what a caller did wrong with a 4xx `statusCode`. */
function isCallersDoing(thrown: unknown): thrown is Error {
  const status = (thrown as { statusCode?: unknown } | null | undefined)?.statusCode
  return thrown instanceof Error && typeof status === 'number' && status >= 400 && status < 500
}
