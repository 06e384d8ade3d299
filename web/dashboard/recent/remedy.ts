/** What would have been right instead of a request that was refused. Pure. */
import type { RefusedAnswer } from '../../../src/http/recent-answer.js'

/** Words that help, and a line to type where one can be made. */
export interface Remedy {
  readonly words: string
  readonly line: string
}

/** A line that counts. */
const EXAMPLE = 'count?key=store&dimensions={"sales":"p1"}&metrics={"dollars":500}'
const BULK = `-d '[{"key":"store","dimensions":{"sales":"p1"},"metrics":{"dollars":500}}]'`

const WORDS: Readonly<Record<string, string>> = {
  invalid_parameter: 'A parameter’s value was not understood. A whole request looks like this:',
  unknown_parameter: 'There is no parameter of that name. These are known: key, dimensions, metrics, at, id.',
  invalid_event:
    'An event of the body is wrong; nothing of the request was counted. A right one looks like this:',
  invalid_body: 'The body could not be read. A right one looks like this:',
  unauthorized: 'A token is needed, and none was sent or another one. hailwhale token create makes one.',
  forbidden:
    'The token may not do this, or the page’s origin may not: then start the server with --allow-origin and that origin.',
  not_found: 'There is nothing at this address. Counting is at /count, under the server’s base path:',
  method_not_allowed: 'This address takes another method. A plain GET counts:',
  body_too_large: 'Send the events in several requests.',
  url_too_long: 'Send the event in the body of a POST instead:',
  headers_too_large: 'Send fewer or shorter headers: cookies are the usual reason.',
  unsupported_media_type: 'Send application/json, application/x-ndjson, text/plain or a form:',
  too_many_requests: 'Wait, and send it again: with the same id it is counted once.',
  unavailable: 'It is not known whether it was counted: sent again with the same id it is counted once.',
  recovering:
    'The server was reading its journal after a start. Sent again with the same id it is counted once.',
  disk_full: 'The server’s disk is full. Make room, and send it again.',
  queue_full: 'More came in than could be written. Wait, and send it again with the same id.',
}

const WITH_BODY = new Set(['invalid_event', 'invalid_body', 'unsupported_media_type', 'url_too_long'])
const WITHOUT_LINE = new Set([
  'unauthorized',
  'forbidden',
  'body_too_large',
  'headers_too_large',
  'too_many_requests',
  'unavailable',
  'recovering',
  'disk_full',
  'queue_full',
])

/** What to do about it. `server`: its base address with a `/` at its end. */
export function remedyOf(refused: RefusedAnswer, server: string): Remedy {
  const { code, method } = refused
  const words = WORDS[code] ?? 'The address and the words of the refusal say what is wrong.'
  if (WITHOUT_LINE.has(code)) return { words, line: '' }
  const meant = meantAddress(refused)
  if (meant !== null && method === 'GET') {
    return { words: 'Probably this was meant:', line: curl(`${new URL(server).origin}${meant}`) }
  }
  return WITH_BODY.has(code)
    ? { words, line: `curl ${BULK} ${server}count` }
    : { words, line: curl(`${server}${EXAMPLE}`) }
}

/** The address with the parameter spelled as the server supposes it was meant; null where it supposes nothing. */
function meantAddress({ url, detail }: RefusedAnswer): string | null {
  const [, wrong, meant] = /^([^:]+): .*did you mean (\S+)\?$/.exec(detail) ?? []
  if (wrong === undefined || meant === undefined) return null
  const found = new RegExp(`([?&])${wrong.replace(/[^\w]/g, '\\$&')}(?==|&|$)`)
  return found.test(url) ? url.replace(found, (_, sign: string) => sign + meant) : null
}

function curl(address: string): string {
  return `curl -g '${address.replaceAll("'", '%27')}'`
}
