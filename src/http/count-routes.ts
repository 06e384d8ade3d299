/** The routes that count and change counts. They are called from any page, and often: no hooks of their own. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { HailWhaleError } from '../model/errors.js'
import type { Limits } from '../model/limits.js'
import type { Guard } from './access.js'
import { RESET_FIELDS, resetOf, UPDATE_FIELDS, updateOf } from './changing.js'
import type { BodyOutcome, Counting } from './counting.js'
import { readFields } from './fields.js'
import type { Refusals } from './refusals.js'
import { countDocs } from './schemas.js'
import type { CountOutcome, Service } from './service.js'

/** What the counting routes are made of. */
export interface CountRouteParts {
  readonly service: Service
  readonly counting: Counting
  readonly refusals: Refusals
  readonly limits: Limits
  readonly now: () => number
  readonly allowGetReset: boolean
  /** Who may take counts away. */
  readonly changeGuard: Guard
}

/** A transparent GIF of one pixel: 43 bytes. */
export const PIXEL = Buffer.from('R0lGODlhAQABAIAAAP///wAAACH5BAEAAAAALAAAAAABAAEAAAICRAEAOw==', 'base64')

/** CORS is answered here: any origin may count. */
const OPEN = { cors: false } as const

/** Adds the counting routes. */
export function countRoutes(app: FastifyInstance, parts: CountRouteParts): void {
  const { counting, service } = parts
  const countUrl = async (request: FastifyRequest, reply: FastifyReply) =>
    sendOk(reply, await counting.fromUrl(request.raw.url!, request.headers))
  const countBody = async (request: FastifyRequest, reply: FastifyReply) =>
    sendOutcome(reply, await counting.fromBody(request.raw.url!, request.headers, bodyOf(request)))
  for (const url of ['/count', '/count_now']) {
    app.get(url, { config: OPEN, schema: countDocs.get }, countUrl)
    app.post(url, { config: OPEN, schema: countDocs.post }, countBody)
  }
  app.get('/count.gif', { config: OPEN, schema: countDocs.pixel }, (request, reply) =>
    countPixel(parts, request, reply),
  )

  const flush = async (_request: FastifyRequest, reply: FastifyReply) => {
    await service.flushHail()
    return sendText(reply, 'OK')
  }
  app.get('/flush_hail', { config: OPEN, schema: countDocs.flush }, flush)
  app.post('/flush_hail', { config: OPEN, schema: countDocs.flush }, flush)
  changeRoutes(app, parts)
}

function changeRoutes(
  app: FastifyInstance,
  { service, limits, now, allowGetReset, changeGuard }: CountRouteParts,
): void {
  const update = async (request: FastifyRequest, reply: FastifyReply) => {
    await service.updateCountTo(updateOf(await readFields(request, UPDATE_FIELDS, limits), now(), limits))
    return sendText(reply, 'OK')
  }
  app.get('/update_count_to', { config: OPEN, schema: countDocs.updateGet }, update)
  app.post('/update_count_to', { config: OPEN, schema: countDocs.updatePost }, update)

  const reset = async (request: FastifyRequest, reply: FastifyReply) => {
    changeGuard(request, reply)
    await service.reset(resetOf(await readFields(request, RESET_FIELDS, limits), now(), limits))
    return reply.type('text/plain; charset=utf-8').header('cache-control', 'no-store').send('OK')
  }
  app.post('/reset', { config: OPEN, schema: countDocs.resetPost }, reset)
  if (allowGetReset) app.get('/reset', { config: OPEN, schema: countDocs.resetGet }, reset)
  else app.get('/reset', { schema: { hide: true } }, refuseGetReset)
}

async function refuseGetReset(_request: FastifyRequest, reply: FastifyReply): Promise<never> {
  reply.header('allow', 'POST')
  const detail = 'GET resets nothing here: send a POST, or start the server with --allow-get-reset.'
  throw new HailWhaleError('method_not_allowed', detail)
}

/** The GIF, whatever happened: an image tag shows nothing either way, and the status says which. */
async function countPixel(
  { counting, refusals }: CountRouteParts,
  request: FastifyRequest,
  reply: FastifyReply,
) {
  try {
    await counting.fromUrl(request.raw.url!, request.headers)
  } catch (thrown) {
    const error = refusals.note(request.raw, thrown)
    reply.code(error.status).header('hailwhale-error', error.code)
  }
  open(reply)
  return reply.type('image/gif').send(PIXEL)
}

function sendOk(reply: FastifyReply, { duplicates, overflowed }: CountOutcome): FastifyReply {
  if (duplicates > 0) reply.header('hailwhale-duplicates', duplicates)
  if (overflowed > 0) reply.header('hailwhale-overflowed', overflowed)
  return sendText(reply, 'OK')
}

function sendOutcome(reply: FastifyReply, outcome: BodyOutcome): FastifyReply {
  open(reply)
  return reply.type('application/json').send(JSON.stringify(outcomeJson(outcome)))
}

/** What a POST is answered: `overflowed` only where there is something to say, `errors` and `wrong` only with `partial`. */
export function outcomeJson({ counted, duplicates, overflowed, errors, wrong }: BodyOutcome): object {
  return { counted, duplicates, ...(overflowed > 0 && { overflowed }), ...(errors && { wrong, errors }) }
}

function sendText(reply: FastifyReply, text: string): FastifyReply {
  open(reply)
  return reply.type('text/plain; charset=utf-8').send(text)
}

/** Any page may read what became of its count; nobody may keep the answer for the next one. */
function open(reply: FastifyReply): void {
  reply.header('access-control-allow-origin', '*').header('cache-control', 'no-store')
}

function bodyOf(request: FastifyRequest): Uint8Array | undefined {
  return request.body as Uint8Array | undefined
}
