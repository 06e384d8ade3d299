/**
 * One `POST /stream`, from its question to its end, whatever that is. Knows nothing of what its events say, and is never tried
 * again: that is for who opened it.
 */
import { createParser, type EventSourceMessage } from 'eventsource-parser'
import { Alarm, type Environment } from './environment.js'
import { errorIn, type NotNow, type Refused } from './refused.js'

/** The address of the stream and the body of the question. */
export interface StreamRequest {
  readonly url: string
  readonly body: string
}

/**
 * How a connection came to its end: what the server said instead of a stream, or `cut`, or `held` where something on the way
 * keeps the stream back, so that it can't be followed.
 */
export type End = Refused | NotNow | 'cut' | 'held'

/** What a connection tells. */
export interface ConnectionHandlers {
  /** The stream has started. */
  readonly onOpen: () => void
  readonly onEvent: (event: EventSourceMessage) => void
  /** It is over; the last that is told. */
  readonly onEnd: (end: End) => void
}

/** The server starts a stream at once: one that hasn't started after this long is held by something on the way. */
const START_WITHIN_MS = 5_000
/** The server sends a comment every 15 s: a stream that is silent for this long is dead. */
const SILENT_AFTER_MS = 40_000

/** Opens a connection; the answer closes it, and nothing is told any more. */
export function openConnection(
  environment: Environment,
  { url, body }: StreamRequest,
  handlers: ConnectionHandlers,
): () => void {
  const stop = new AbortController()
  const overdue = new Alarm(environment)
  const close = () => {
    overdue.cancel()
    stop.abort()
  }
  const end = (how: End) => {
    if (stop.signal.aborted) return
    close()
    handlers.onEnd(how)
  }
  const onBytes = () => overdue.set(SILENT_AFTER_MS, () => end('cut'))
  overdue.set(START_WITHIN_MS, () => end('held'))
  const request = { method: 'POST', body, cache: 'no-store', signal: stop.signal } as const
  environment
    .fetch(url, request)
    .then(response => readStream(response, stop.signal, onBytes, handlers))
    .then(end, () => end('cut'))
  return close
}

/** Reads an answer up to its end. */
async function readStream(
  response: Response,
  signal: AbortSignal,
  onBytes: () => void,
  { onOpen, onEvent }: ConnectionHandlers,
): Promise<End> {
  if (!response.ok) return errorIn(response)
  if (!response.body || !response.headers.get('content-type')?.startsWith('text/event-stream')) return 'held'
  const decoder = new TextDecoder()
  const parser = createParser({ onEvent: event => signal.aborted || onEvent(event) })
  const reader = response.body.getReader()
  for (let isFirst = true; ; isFirst = false) {
    const { done, value } = await reader.read()
    if (done || signal.aborted) return 'cut'
    onBytes()
    if (isFirst) onOpen()
    parser.feed(decoder.decode(value, { stream: true }))
  }
}
