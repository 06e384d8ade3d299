/** `/stream`: the hub's events over HTTP/1.1, one open response per page. */
import type { ServerResponse } from 'node:http'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { queryOf, readParameters } from '../intake/parameters.js'
import { fieldError } from '../model/errors.js'
import type { Limits } from '../model/limits.js'
import { STREAM_PARAMETERS, streamQuestions } from '../query/parameters.js'
import type { GraphQuestion } from '../query/question.js'
import type { Hub, Outlet } from './hub.js'
import { askDocs } from './schemas.js'

/** Adds `/stream`. */
export function streamRoute(app: FastifyInstance, hub: Hub<GraphQuestion, unknown>, limits: Limits): void {
  app.get('/stream', { schema: askDocs.stream, config: { endless: true } }, async (request, reply) => {
    const fields = readParameters(queryOf(request.raw.url!), STREAM_PARAMETERS)
    if ((fields.get('format') || 'json') !== 'json') throw fieldError('format', 'a stream is always JSON')
    const prepared = await hub.prepare(streamQuestions(fields, limits))
    if (request.raw.destroyed || reply.raw.destroyed) return prepared.abandon()
    const leave = prepared.open(startStream(request, reply), lastEventId(request))
    reply.raw.once('close', leave)
  })
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
