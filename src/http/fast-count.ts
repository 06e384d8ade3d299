/**
 * `/count` ahead of the router: the same counting, errors and answers as the routes', without what a router and its hooks cost
 * (bench/README.md has the figures). It takes GETs, and POSTs that say how long they are; anything else goes on to the router.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Access, Need } from '../access/access.js'
import type { Grant } from '../access/grant.js'
import type { Limits } from '../model/limits.js'
import type { CountAnswers } from './count-answers.js'
import type { BodyOutcome, Counting } from './counting.js'
import type { Meter, RouteMeter } from './meter.js'
import { problemAnswer } from './problem.js'
import type { Refusals } from './refusals.js'
import { RIGHTS } from './rights.js'
import { type Ahead, urlError } from './server.js'
import type { CountOutcome } from './service.js'

/** What the handler shares with the routes. */
export interface FastCountParts {
  readonly access: Access
  readonly counting: Counting
  readonly answers: CountAnswers
  readonly refusals: Refusals
  readonly meter: Meter
  readonly limits: Limits
  readonly basePath: string
}

const COUNT = RIGHTS['GET /count'] as Need
const OPEN = { 'access-control-allow-origin': '*', 'cache-control': 'no-store' } as const

/** Makes the handler. Tokens in the URL have been taken out of it before. */
export function fastCount(parts: FastCountParts): Ahead {
  const { access, counting, answers, meter, limits, basePath } = parts
  const path = `${basePath}/count`
  const route = meter.route('/count')
  const answerText = textAnswer(answers, route)
  const admit = (request: IncomingMessage): Grant => {
    const error = urlError(request.url!, limits)
    if (error !== undefined) throw error
    return access.admit(request.headers.authorization, COUNT)
  }
  return (request, response) => {
    const { method } = request
    const url = request.url!
    if (!url.startsWith(path) || (url.length > path.length && url[path.length] !== '?')) return false
    const isPost = method === 'POST' && hasFittingLength(request, limits.bodyBytes)
    if (method !== 'GET' && !isPost) return false
    const startMs = performance.now()
    const refuse = (thrown: unknown) => answerError(parts, request, response, thrown, route, startMs)
    let grant: Grant
    try {
      grant = admit(request)
    } catch (refused) {
      refuse(refused)
      return true
    }
    if (isPost) {
      readBody(request, body => {
        counting
          .fromBody(url, request.headers, body, grant)
          .then(outcome => answerJson(response, answers, outcome, route, startMs), refuse)
      })
    } else {
      counting
        .fromUrl(url, request.headers, grant)
        .then(outcome => answerText(response, outcome, startMs), refuse)
    }
    return true
  }
}

function hasFittingLength({ headers }: IncomingMessage, most: number): boolean {
  const length = headers['content-length']
  return length !== undefined && Number(length) <= most
}

/** Collects the body; a caller that goes away before its end is not answered. */
function readBody(request: IncomingMessage, done: (body: Buffer) => void): void {
  const parts: Buffer[] = []
  request.on('data', (part: Buffer) => parts.push(part))
  request.on('end', () => done(parts.length === 1 ? parts[0]! : Buffer.concat(parts)))
}

type AnswerText = (response: ServerResponse, outcome: CountOutcome, startMs: number) => void

/** Answers a GET; its headers are made once, as nearly all answers are the same. */
function textAnswer({ status, text }: CountAnswers, route: RouteMeter): AnswerText {
  const headers = {
    'content-type': 'text/plain; charset=utf-8',
    'content-length': Buffer.byteLength(text),
    ...OPEN,
  }
  return (response, outcome, startMs) => {
    const { duplicates, overflowed } = outcome
    response.writeHead(status, duplicates + overflowed === 0 ? headers : { ...headers, ...remarks(outcome) })
    // As text, Node sends it in one write with the head.
    response.end(text)
    route.observe(status, performance.now() - startMs)
  }
}

function remarks({ duplicates, overflowed }: CountOutcome): Record<string, number> {
  return {
    ...(duplicates > 0 && { 'hailwhale-duplicates': duplicates }),
    ...(overflowed > 0 && { 'hailwhale-overflowed': overflowed }),
  }
}

function answerJson(
  response: ServerResponse,
  { status, json }: CountAnswers,
  outcome: BodyOutcome,
  route: RouteMeter,
  startMs: number,
): void {
  const body = JSON.stringify(json(outcome))
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    ...OPEN,
  })
  response.end(body)
  route.observe(status, performance.now() - startMs)
}

function answerError(
  { refusals }: FastCountParts,
  request: IncomingMessage,
  response: ServerResponse,
  thrown: unknown,
  route: RouteMeter,
  startMs: number,
): void {
  const { status, headers, body } = problemAnswer(refusals.note(request, thrown))
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body), ...OPEN })
  response.end(body)
  route.observe(status, performance.now() - startMs)
}
