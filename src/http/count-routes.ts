/** The routes that count and change counts. They are called from any page, and often: no hooks of their own. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { HailWhaleError } from '../model/errors.js'
import type { Limits } from '../model/limits.js'
import type { Guard } from './access.js'
import { RESET_FIELDS, resetOf, UPDATE_FIELDS, updateOf } from './changing.js'
import type { CountAnswers } from './count-answers.js'
import type { BodyOutcome, Counting } from './counting.js'
import { readFields } from './fields.js'
import { problemAnswer } from './problem.js'
import type { Refusals } from './refusals.js'
import { countDocs } from './schemas.js'
import type { CountOutcome, Service } from './service.js'
import { grantOf, requireKey } from './token-guard.js'

/** What the routes that count are made of. */
export interface CountRouteParts {
  readonly counting: Counting
  readonly refusals: Refusals
  readonly answers: CountAnswers
}

/** What the routes that change counts are made of. */
export interface ChangeRouteParts {
  readonly service: Pick<Service, 'updateCountTo' | 'reset'>
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

/** Adds a route that counts, by GET and POST. */
export function countRoute(app: FastifyInstance, url: string, { counting, answers }: CountRouteParts): void {
  app.get(url, { config: OPEN, schema: countDocs.get }, async (request, reply) =>
    sendText(reply, answers, await counting.fromUrl(request.raw.url!, request.headers, grantOf(request))),
  )
  app.post(url, { config: OPEN, schema: countDocs.post }, async (request, reply) =>
    sendJson(
      reply,
      answers,
      await counting.fromBody(request.raw.url!, request.headers, bodyOf(request), grantOf(request)),
    ),
  )
}

/** Adds `/count.gif`. */
export function pixelRoute(app: FastifyInstance, { counting, refusals }: CountRouteParts): void {
  app.get(
    '/count.gif',
    {
      config: OPEN,
      schema: countDocs.pixel,
      errorHandler: (thrown, request, reply) => {
        const error = refusals.note(request.raw, thrown)
        const { status, headers } = problemAnswer(error)
        reply.code(status).headers(headers).header('hailwhale-error', error.code)
        return sendPixel(reply)
      },
    },
    async (request, reply) => {
      await counting.fromUrl(request.raw.url!, request.headers, grantOf(request))
      return sendPixel(reply)
    },
  )
}

/** Adds `/flush_hail`. */
export function flushRoute(app: FastifyInstance, service: Pick<Service, 'flushHail'>): void {
  const flush = async (_request: FastifyRequest, reply: FastifyReply) => {
    await service.flushHail()
    return sendOk(reply)
  }
  app.get('/flush_hail', { config: OPEN, schema: countDocs.flush }, flush)
  app.post('/flush_hail', { config: OPEN, schema: countDocs.flush }, flush)
}

/** Adds the routes that change counts. */
export function changeRoutes(
  app: FastifyInstance,
  { service, limits, now, allowGetReset, changeGuard }: ChangeRouteParts,
): void {
  const update = async (request: FastifyRequest, reply: FastifyReply) => {
    // A page of another origin may count, and only with a token say what a count is.
    if (!grantOf(request).hasToken) changeGuard(request, reply)
    const change = updateOf(await readFields(request, UPDATE_FIELDS, limits), now(), limits)
    requireKey(grantOf(request), change.key)
    await service.updateCountTo(change)
    return sendOk(reply)
  }
  app.get('/update_count_to', { config: OPEN, schema: countDocs.updateGet }, update)
  app.post('/update_count_to', { config: OPEN, schema: countDocs.updatePost }, update)

  const reset = async (request: FastifyRequest, reply: FastifyReply) => {
    changeGuard(request, reply)
    const asked = resetOf(await readFields(request, RESET_FIELDS, limits), now(), limits)
    requireKey(grantOf(request), asked.key)
    await service.reset(asked)
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
function sendPixel(reply: FastifyReply): FastifyReply {
  open(reply)
  return reply.type('image/gif').send(PIXEL)
}

function sendText(
  reply: FastifyReply,
  { status, text }: CountAnswers,
  { duplicates, overflowed }: CountOutcome,
): FastifyReply {
  if (duplicates > 0) reply.header('hailwhale-duplicates', duplicates)
  if (overflowed > 0) reply.header('hailwhale-overflowed', overflowed)
  return sendPlain(reply.code(status), text)
}

function sendJson(reply: FastifyReply, { status, json }: CountAnswers, outcome: BodyOutcome): FastifyReply {
  open(reply)
  return reply
    .code(status)
    .type('application/json')
    .send(JSON.stringify(json(outcome)))
}

function sendOk(reply: FastifyReply): FastifyReply {
  return sendPlain(reply, 'OK')
}

function sendPlain(reply: FastifyReply, text: string): FastifyReply {
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
