/**
 * `/stream`: the hub's events over HTTP/1.1, one open response per page. A GET asks in its URL and is refused where a graph has no
 * answer; a POST asks in its body, starts at once and tells each graph, or what is wrong with it, as soon as it knows.
 */
import type { ServerResponse } from 'node:http'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Access } from '../access/access.js'
import { type ParameterSpec, queryOf, readParameters } from '../intake/parameters.js'
import { fieldError } from '../model/errors.js'
import type { Limits } from '../model/limits.js'
import { errorWithin, graphQuestions, STREAM_PARAMETERS, streamQuestions } from '../query/parameters.js'
import type { GraphQuestion } from '../query/question.js'
import { type FieldValues, readFields } from './fields.js'
import type { Hub, Outlet, Prepared, Resumed } from './hub.js'
import { askDocs } from './schemas.js'
import { grantOf, requireKeys } from './token-guard.js'

/** The fields of a POST's body. */
const BODY_FIELDS: readonly ParameterSpec[] = [{ name: 'graphs' }, { name: 'since' }, { name: 'whole' }]

/** Bytes of a POST's body: enough for the most graphs, each as long as a URL may be. */
const BODY_BYTES = 2 * 1024 * 1024

type GraphHub = Hub<GraphQuestion, unknown>

/** What the stream is made of. */
export interface StreamRouteParts {
  readonly hub: GraphHub
  readonly limits: Limits
  readonly access: Access
}

/** Adds `/stream`. */
export function streamRoute(app: FastifyInstance, { hub, limits, access }: StreamRouteParts): void {
  const config = { endless: true }
  app.get('/stream', { schema: askDocs.stream, config }, async (request, reply) => {
    const fields = readParameters(queryOf(request.raw.url!), STREAM_PARAMETERS)
    if ((fields.get('format') || 'json') !== 'json') throw fieldError('format', 'a stream is always JSON')
    const questions = streamQuestions(fields, limits)
    const isList = Boolean(fields.get('graphs'))
    requireKeys(grantOf(request), questions, index => (isList ? `graphs[${index}].key` : 'key'))
    const prepared = hub.prepare(questions)
    const unanswered = await prepared.answered()
    if (unanswered !== null || isGone(reply)) prepared.abandon()
    if (unanswered !== null) {
      const { index, error } = unanswered
      throw isList ? errorWithin(`graphs[${index}]`, error) : error
    }
    if (isGone(reply)) return
    open(prepared, request, reply, { lastEventId: lastEventId(request) })
  })

  app.post('/stream', { schema: askDocs.streamPost, config }, async (request, reply) => {
    const fields = await readFields(request, BODY_FIELDS, { ...limits, bodyBytes: BODY_BYTES })
    const questions = graphQuestions(fields.get('graphs'), limits)
    requireKeys(grantOf(request), questions, index => `graphs[${index}].key`)
    const resumed = resumedIn(fields, questions.length, lastEventId(request))
    if (isGone(reply)) return
    open(hub.prepare(questions), request, reply, resumed)
  })

  /** Streams until somebody leaves, or may ask no more. */
  function open(prepared: Prepared, request: FastifyRequest, reply: FastifyReply, resumed: Resumed): void {
    const outlet = startStream(request, reply)
    const leave = prepared.open(outlet, resumed)
    const forget = access.whileStanding(grantOf(request), () => {
      leave()
      outlet.close()
    })
    reply.raw.once('close', () => {
      forget()
      leave()
    })
  }
}

/** What a body says its reader has already. The header says it too, but costs a page of another origin a preflight. */
function resumedIn(fields: FieldValues, graphs: number, header: string | undefined): Resumed {
  const since = fields.get('since') ?? header
  if (since !== undefined && typeof since !== 'string') throw fieldError('since', 'is the id of an event')
  const whole = fields.get('whole') ?? []
  const isIndex = (value: unknown) => Number.isInteger(value) && Number(value) >= 0 && Number(value) < graphs
  if (!Array.isArray(whole) || !whole.every(isIndex)) {
    throw fieldError('whole', `is a JSON array of indexes of graphs, 0 to ${graphs - 1}`)
  }
  return { lastEventId: since, whole: new Set(whole as number[]) }
}

/** True where nobody waits for the answer any more. */
function isGone(reply: FastifyReply): boolean {
  return reply.raw.destroyed
}

function lastEventId(request: FastifyRequest): string | undefined {
  const header = request.headers['last-event-id']
  return Array.isArray(header) ? header[0] : header
}

/** Takes the response over from Fastify and sends its head. */
function startStream(request: FastifyRequest, reply: FastifyReply): Outlet {
  const headers = reply.getHeaders()
  reply.hijack()
  const response = reply.raw
  response.writeHead(200, {
    ...(headers as Record<string, string>),
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store, no-transform',
    'x-accel-buffering': 'no',
  })
  request.raw.socket.setNoDelay(true)
  return outletOf(response)
}

/** A response as an outlet. Whoever can't take the end of it any more is cut off. */
function outletOf(response: ServerResponse): Outlet {
  return {
    write: text => {
      if (!response.destroyed) response.write(text)
    },
    isFull: () => response.writableNeedDrain,
    close: () => {
      if (response.writableNeedDrain) response.destroy()
      else response.end()
    },
  }
}
