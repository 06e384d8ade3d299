/**
 * `/count` ahead of the router: the same counting, errors and answers as the routes', without what a router and its hooks cost
 * (bench/README.md has the figures). It takes GETs, and POSTs that say how long they are; anything else goes on to the router.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Limits } from '../model/limits.js'
import { outcomeJson } from './count-routes.js'
import type { BodyOutcome, Counting } from './counting.js'
import type { Meter, RouteMeter } from './meter.js'
import { problemAnswer } from './problem.js'
import type { Refusals } from './refusals.js'
import { type Ahead, urlError } from './server.js'
import type { CountOutcome } from './service.js'

/** What the handler shares with the routes. */
export interface FastCountParts {
  readonly counting: Counting
  readonly refusals: Refusals
  readonly meter: Meter
  readonly limits: Limits
  readonly basePath: string
}

const OPEN = { 'access-control-allow-origin': '*', 'cache-control': 'no-store' } as const
const OK_HEADERS = { 'content-type': 'text/plain; charset=utf-8', 'content-length': 2, ...OPEN } as const

/** Makes the handler. */
export function fastCount(parts: FastCountParts): Ahead {
  const { counting, meter, limits, basePath } = parts
  const path = `${basePath}/count`
  const route = meter.route('/count')
  return (request, response) => {
    const { method } = request
    const url = request.url!
    if (!url.startsWith(path) || (url.length > path.length && url[path.length] !== '?')) return false
    if (method === 'GET') {
      const startMs = performance.now()
      const error = urlError(url, limits)
      const counted = error ? Promise.reject(error) : counting.fromUrl(url, request.headers)
      counted.then(
        outcome => answerOk(response, outcome, route, startMs),
        thrown => answerError(parts, request, response, thrown, route, startMs),
      )
      return true
    }
    if (method !== 'POST' || !hasFittingLength(request, limits.bodyBytes)) return false
    const startMs = performance.now()
    const error = urlError(url, limits)
    readBody(request, body => {
      const counted = error ? Promise.reject(error) : counting.fromBody(url, request.headers, body)
      counted.then(
        outcome => answerJson(response, outcome, route, startMs),
        thrown => answerError(parts, request, response, thrown, route, startMs),
      )
    })
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

function answerOk(response: ServerResponse, outcome: CountOutcome, route: RouteMeter, startMs: number): void {
  const { duplicates, overflowed } = outcome
  response.writeHead(200, duplicates + overflowed === 0 ? OK_HEADERS : { ...OK_HEADERS, ...remarks(outcome) })
  // As text, Node sends it in one write with the head.
  response.end('OK')
  route.observe(200, performance.now() - startMs)
}

function remarks({ duplicates, overflowed }: CountOutcome): Record<string, number> {
  return {
    ...(duplicates > 0 && { 'hailwhale-duplicates': duplicates }),
    ...(overflowed > 0 && { 'hailwhale-overflowed': overflowed }),
  }
}

function answerJson(
  response: ServerResponse,
  outcome: BodyOutcome,
  route: RouteMeter,
  startMs: number,
): void {
  const body = JSON.stringify(outcomeJson(outcome))
  response.writeHead(200, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    ...OPEN,
  })
  response.end(body)
  route.observe(200, performance.now() - startMs)
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
