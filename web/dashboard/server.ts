/** The page's way to its server: questions, listings and the live stream, relative to where the page came from. */
import type { GraphAnswer } from '../../src/query/graph.js'
import type { GraphChange } from '../../src/query/graph-change.js'
import { applyChange } from '../../src/query/stream.js'

/** Where the server is, with a `/` at its end. */
export const BASE = new URL('.', document.baseURI).href

/** The server refused: the question is wrong, and asking again will not help. */
export class Refused extends Error {
  override readonly name = 'Refused'
}

/** Asks for JSON. Throws `Refused` with the server's own words, or another error where no answer came. */
export async function ask<Answer>(
  path: string,
  query: URLSearchParams,
  signal?: AbortSignal,
): Promise<Answer> {
  const response = await fetch(`${BASE}${path}?${query}`, { cache: 'no-store', signal: signal ?? null })
  if (response.ok) return (await response.json()) as Answer
  const problem = (await response.json().catch(() => ({}))) as { detail?: string }
  const detail = problem.detail ?? `The server answered ${response.status}.`
  if (response.status >= 500 || response.status === 429) throw new Error(detail)
  throw new Refused(detail)
}

/** What a live graph tells. */
export interface LiveHandlers {
  readonly onGraph: (graph: GraphAnswer) => void
  /** The question is wrong, in the server's own words. The stream is closed. */
  readonly onRefused: (detail: string) => void
  /** The connection is gone; it is tried again. With the server's words where it said why. */
  readonly onLost: (detail: string | null) => void
}

const RETRY_MS = 2000

/** Follows a graph until the answered function is called. Reconnects by itself. */
export function follow(query: URLSearchParams, handlers: LiveHandlers): () => void {
  const stop = new AbortController()
  let source: EventSource | null = null
  let retry = 0

  const again = (detail: string | null) => {
    source?.close()
    if (stop.signal.aborted) return
    handlers.onLost(detail)
    retry = window.setTimeout(start, RETRY_MS)
  }
  // An EventSource can't tell why it was refused: the plain question can.
  const start = async () => {
    try {
      handlers.onGraph(await ask<GraphAnswer>('graph', query, stop.signal))
      source = listen(query, handlers, again)
    } catch (error) {
      if (stop.signal.aborted) return
      if (error instanceof Refused) handlers.onRefused(error.message)
      else again(error instanceof TypeError ? null : (error as Error).message)
    }
  }
  void start()
  return () => {
    stop.abort()
    source?.close()
    window.clearTimeout(retry)
  }
}

function listen(
  query: URLSearchParams,
  handlers: LiveHandlers,
  again: (detail: string | null) => void,
): EventSource {
  const source = new EventSource(`${BASE}stream?${query}`)
  let current: GraphAnswer | null = null
  const show = (graph: GraphAnswer) => {
    current = graph
    handlers.onGraph(graph)
  }
  source.addEventListener('graph', event => show((JSON.parse(event.data) as { graph: GraphAnswer }).graph))
  source.addEventListener('change', event => {
    const { change } = JSON.parse(event.data) as { change: GraphChange }
    if (current !== null) show(applyChange(current, change))
  })
  source.addEventListener('error', event => {
    const isTold = event instanceof MessageEvent
    if (isTold || source.readyState === EventSource.CLOSED)
      again(isTold ? detailIn(event.data as string) : null)
    else handlers.onLost(null)
  })
  return source
}

function detailIn(data: string): string | null {
  const { error } = JSON.parse(data) as { error?: { detail?: string } }
  return error?.detail ?? null
}
