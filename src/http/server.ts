/**
 * The bare server: Fastify with this project's answers to everything that goes wrong before or beside a route. No route of
 * ours is made here. A handler given as `ahead` sees each request before Fastify does.
 */
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http'
import type { Socket } from 'node:net'
import Fastify, {
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from 'fastify'
import { fieldError, HailWhaleError } from '../model/errors.js'
import type { Limits } from '../model/limits.js'
import type { Meter } from './meter.js'
import { problemAnswer, problemResponse } from './problem.js'
import type { Refusals } from './refusals.js'
import { RouteTable } from './routes.js'
import { takeToken } from './token-in-url.js'

/** Answers a request ahead of the router and says so, or leaves it alone. */
export type Ahead = (request: IncomingMessage, response: ServerResponse) => boolean

/** What the bare server is made of. */
export interface ServerParts {
  readonly limits: Limits
  readonly meter: Meter
  readonly refusals: Refusals
  readonly ahead: Ahead
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** True for routes whose refusals are no business of who counts: `/recent` leaves them out. */
    readonly forgetRefusals?: boolean
    /** False for routes that say themselves which pages may read their answers. */
    readonly cors?: false
    /** True for answers that go on until somebody leaves: how long they took tells nothing. */
    readonly endless?: boolean
  }
}

/** Bytes of headers beside the URL. */
const HEADER_BYTES = 16 * 1024
/** Idle connections are kept longer than usual proxies keep theirs, so that it is the proxy that closes. */
const KEEP_ALIVE_MS = 72_000

const NO_QUERY = {}

/** A Fastify instance with no routes yet, whose every error answer is a problem of the table. */
export function createServerApp({ limits, meter, refusals, ahead }: ServerParts): FastifyInstance {
  const app = Fastify({
    logger: false,
    exposeHeadRoutes: false,
    bodyLimit: limits.bodyBytes,
    // Every route reads its own query.
    routerOptions: { querystringParser: () => NO_QUERY },
    // Of what is injected; what comes over a socket has passed the listener.
    rewriteUrl: request => {
      takeToken(request)
      return request.url!
    },
    serverFactory: handler => rawServer(handler, limits, refusals, ahead),
    clientErrorHandler: (error, socket) => answerMalformed(error, socket, refusals),
    frameworkErrors: (error, request, reply) => answerError(error, request, reply, refusals),
  })
  takeAnyBody(app)
  // Schemas are for the documentation: each route reads and checks its own input, and writes its own text.
  app.setValidatorCompiler(() => () => true)
  app.setSerializerCompiler(() => data => JSON.stringify(data))
  app.addHook('onRequest', (request, _reply, done) => done(urlError(request.raw.url!, limits)))
  app.addHook('onResponse', (request, reply, done) => {
    const { url = 'none', config } = request.routeOptions
    if (config.endless !== true) meter.route(url).observe(reply.statusCode, reply.elapsedTime)
    done()
  })
  app.setErrorHandler((error, request, reply) => answerError(exact(error, limits), request, reply, refusals))
  answerMissing(app)
  return app
}

function rawServer(handler: RequestListener, limits: Limits, refusals: Refusals, ahead: Ahead): Server {
  const listener: RequestListener = (request, response) => {
    takeToken(request)
    if (request.headers.host === undefined && request.httpVersion === '1.1') {
      answerHostless(request, response, refusals)
    } else if (!ahead(request, response)) handler(request, response)
  }
  const server = createServer(
    {
      maxHeaderSize: HEADER_BYTES + limits.urlBytes,
      keepAliveTimeout: KEEP_ALIVE_MS,
      noDelay: true,
      // Node would refuse them without saying why.
      requireHostHeader: false,
    },
    listener,
  )
  // What an `Expect` asks for beyond 100-continue may be ignored (RFC 9110); Node would answer an empty 417.
  server.on('checkExpectation', listener)
  return server
}

/** RFC 9112 wants a request without `Host` refused, and the connection ended: what follows is as doubtful. */
function answerHostless(request: IncomingMessage, response: ServerResponse, refusals: Refusals): void {
  const error = fieldError('Host', 'the header is missing: HTTP/1.1 wants it')
  const { status, headers, body } = problemAnswer(refusals.note(request, error))
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body), connection: 'close' })
  response.end(body)
}

/** Bodies of any type (and of none) arrive as bytes. */
function takeAnyBody(app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
}

/** The error for a URL that is too long, if it is. */
export function urlError(url: string, limits: Limits): HailWhaleError | undefined {
  if (url.length <= limits.urlBytes) return undefined
  const detail = `The URL has ${url.length} bytes; ${limits.urlBytes} is the most. Send long events as the body of a POST.`
  return new HailWhaleError('url_too_long', detail)
}

/** Fastify's refusal of a large body, with the limit that it doesn't say. */
function exact(thrown: unknown, limits: Limits): unknown {
  if ((thrown as { code?: unknown }).code !== 'FST_ERR_CTP_BODY_TOO_LARGE') return thrown
  const detail = `The body is larger than ${limits.bodyBytes} bytes: send it in several requests.`
  return new HailWhaleError('body_too_large', detail, { cause: thrown })
}

function answerMissing(app: FastifyInstance): void {
  const table = new RouteTable()
  app.addHook('onRoute', route => {
    if (route.config?.peers !== true) table.add(route.url, route.method)
  })
  app.setNotFoundHandler((request, reply) => {
    const path = request.raw.url!.split('?', 1)[0]!
    const allowed = table.allowed(path)
    if (allowed !== undefined) reply.header('allow', allowed)
    throw table.missing(request.method, path)
  })
}

/** Writes an error answer for a request that Fastify knows. */
function answerError(
  thrown: FastifyError | unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  refusals: Refusals,
): void {
  const remember = request.routeOptions?.config?.forgetRefusals !== true
  const { status, headers, body } = problemAnswer(refusals.note(request.raw, thrown, remember))
  // An error tells no counts: any page may read why it was refused.
  if (!reply.hasHeader('access-control-allow-origin')) reply.header('access-control-allow-origin', '*')
  reply.code(status).headers(headers).send(body)
}

/** Writes an error answer for bytes that never became a request. */
function answerMalformed(thrown: Error, socket: Socket, refusals: Refusals): void {
  const isGone = (thrown as { code?: string }).code === 'ECONNRESET' || !socket.writable
  const pending = (socket as { _httpMessage?: ServerResponse | null })._httpMessage
  // An earlier request of this connection may be counted already: a 4xx would be taken for its answer.
  if (isGone || pending?.headersSent || pending?.req.complete) {
    socket.destroy()
    return
  }
  const error = refusals.note({}, thrown)
  socket.end(problemResponse(error, error.status === 431 ? 'Request Header Fields Too Large' : 'Bad Request'))
}
