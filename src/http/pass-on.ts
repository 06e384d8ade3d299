/**
 * Passing requests on to another server, which answers them: what comes back goes out as it comes, streams included. A request that was
 * sent is never sent a second time, as it may have counted; one that could not be sent at all may go elsewhere.
 */
import type { IncomingHttpHeaders } from 'node:http'
import { pipeline } from 'node:stream/promises'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Agent, type Dispatcher } from 'undici'
import { HailWhaleError } from '../model/errors.js'

/** What passing on needs. */
export interface PassOnParts {
  /** The prefix of the paths here: '' or like `/stats`. The other server's own takes its place. */
  readonly basePath: string
  /** Told where a server can't be reached, or doesn't answer. */
  readonly onTrouble: (address: string, error: unknown) => void
}

const CONNECT_MS = 2_000
/** Until the head of an answer: some take away a great many counts first. */
const HEAD_MS = 120_000
/** Between two pieces of an answer: live streams say something every 15 seconds. */
const SILENT_MS = 60_000

/** Says that nothing was sent: the connection never came about. */
const UNSENT: ReadonlySet<unknown> = new Set([
  ...['ECONNREFUSED', 'EHOSTUNREACH', 'EHOSTDOWN', 'ENETUNREACH', 'ENOTFOUND', 'EAI_AGAIN'],
  'UND_ERR_CONNECT_TIMEOUT',
])

/** Says that a request has been passed on within a group of servers that may pass it on once. */
export const PASSED_ON_HEADER = 'hailwhale-passed-on'

/** Headers of one connection, not of the request or the answer (RFC 9110, 7.6.1), and those that are made anew. */
const OF_THE_CONNECTION: ReadonlySet<string> = new Set([
  ...['connection', 'keep-alive', 'proxy-connection', 'te', 'trailer', 'transfer-encoding', 'upgrade'],
  ...['proxy-authenticate', 'proxy-authorization', 'expect'],
])

/** Passes requests on; keeps connections open between them. */
export class PassOn {
  readonly #parts: PassOnParts
  readonly #agent = new Agent({
    connect: { timeout: CONNECT_MS },
    headersTimeout: HEAD_MS,
    bodyTimeout: SILENT_MS,
    pipelining: 1,
  })
  readonly #streams = new Set<AbortController>()

  constructor(parts: PassOnParts) {
    this.#parts = parts
  }

  /**
   * Has the server at `address` (the base of its URLs) answer a request, body and headers as they came. False where it can't be reached,
   * and nothing was sent. Rejects with `unavailable` where it is unknown what became of the request. `added`: further headers.
   */
  async to(
    address: string,
    request: FastifyRequest,
    reply: FastifyReply,
    added: Readonly<Record<string, string>> = {},
  ): Promise<boolean> {
    const leaving = new AbortController()
    const leave = () => leaving.abort()
    reply.raw.once('close', leave)
    try {
      const answer = await this.#ask(address, request, added, leaving.signal)
      await this.#answer(answer, reply, leaving)
      return true
    } catch (error) {
      if (reply.raw.headersSent || reply.raw.destroyed) return true
      this.#parts.onTrouble(address, error)
      if (UNSENT.has((error as { code?: unknown }).code)) return false
      throw new HailWhaleError(
        'unavailable',
        'The whale that was asked has not answered: what became of the request is unknown.',
      )
    } finally {
      reply.raw.off('close', leave)
    }
  }

  /** Ends the live streams that are passed on. */
  endStreams(): void {
    for (const stream of this.#streams) stream.abort()
  }

  /** Closes the connections, once what is under way is answered. */
  close(): Promise<void> {
    return this.#agent.close()
  }

  #ask(
    address: string,
    request: FastifyRequest,
    added: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<Dispatcher.ResponseData> {
    const { origin, pathname } = new URL(address)
    const path = `${pathname.replace(/\/$/, '')}${request.raw.url!.slice(this.#parts.basePath.length)}`
    const body = request.body as Buffer | undefined
    return this.#agent.request({
      origin,
      path: path.startsWith('/') ? path : `/${path}`,
      method: request.method as Dispatcher.HttpMethod,
      headers: { ...headersToSend(request), ...added },
      body: body ?? null,
      signal,
    })
  }

  /** Writes the answer as it comes. Where it breaks off, so does ours. */
  async #answer(
    { statusCode, headers, body }: Dispatcher.ResponseData,
    reply: FastifyReply,
    leaving: AbortController,
  ): Promise<void> {
    reply.hijack()
    reply.raw.writeHead(statusCode, withoutConnection(headers))
    const isStream = String(headers['content-type']).startsWith('text/event-stream')
    if (isStream) {
      reply.raw.flushHeaders()
      this.#streams.add(leaving)
    }
    await pipeline(body, reply.raw).finally(() => this.#streams.delete(leaving))
  }
}

function headersToSend(request: FastifyRequest): IncomingHttpHeaders {
  const { 'content-length': _length, ...headers } = withoutConnection(request.headers)
  const before = headers['x-forwarded-for']
  const address = request.socket.remoteAddress ?? 'unknown'
  return { ...headers, 'x-forwarded-for': before === undefined ? address : `${before}, ${address}` }
}

function withoutConnection(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  const named = String(headers.connection ?? '')
    .toLowerCase()
    .split(/\s*,\s*/)
  const ofTheConnection = (name: string) => OF_THE_CONNECTION.has(name) || named.includes(name)
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !ofTheConnection(name)))
}
