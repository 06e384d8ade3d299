/**
 * `fetch` over one connection a request, which closes when the request is over or given up, and never before it is needed: tests
 * that count connections can't have a pool.
 */
import { type IncomingMessage, request } from 'node:http'
import { Readable } from 'node:stream'

/** Fetches by HTTP/1.1. */
export function plainFetch(url: string, init: RequestInit): Promise<Response> {
  return new Promise((resolve, reject) => {
    const signal = init.signal ?? undefined
    const outgoing = request(url, { method: init.method ?? 'GET', agent: false, ...(signal && { signal }) })
    if (typeof init.body === 'string') outgoing.setHeader('content-type', 'text/plain;charset=UTF-8')
    outgoing.on('error', cause => reject(new TypeError('fetch failed', { cause })))
    outgoing.on('response', incoming => resolve(responseOf(incoming)))
    outgoing.end(init.body)
  })
}

function responseOf(incoming: IncomingMessage): Response {
  const headers = new Headers()
  for (const [name, value] of Object.entries(incoming.headers)) headers.set(name, String(value))
  const body = Readable.toWeb(incoming) as ReadableStream<Uint8Array>
  return new Response(body, { status: incoming.statusCode!, headers })
}
