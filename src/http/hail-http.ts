/**
 * The HTTP side of a hail: it counts and answers for itself with routes of its own; everything else it passes on to a whale that is
 * alive. What the whales say among themselves (`/peer/`) is never passed on.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Access } from '../access/access.js'
import { HailWhaleError } from '../model/errors.js'
import type { Limits } from '../model/limits.js'
import { readingGuard } from './access.js'
import { healthRoutes, metricsRoute } from './around-routes.js'
import { recentRoute } from './ask-routes.js'
import { QUEUED } from './count-answers.js'
import { countRoute, flushRoute, pixelRoute } from './count-routes.js'
import { Counting } from './counting.js'
import { fastCount } from './fast-count.js'
import { type Gauges, Meter } from './meter.js'
import { PassOn } from './pass-on.js'
import { Recent } from './recent.js'
import { type Log, Refusals } from './refusals.js'
import { guardReading, openToPreflights } from './scopes.js'
import { createServerApp } from './server.js'
import type { HailService } from './service.js'
import { guardAccess } from './token-guard.js'
import { WhaleChoice } from './whale-choice.js'

/** What the HTTP side of a hail is made of. */
export interface HailHttpOptions {
  /** Who may do what; what is passed on, the whale looks at again. */
  readonly access: Access
  readonly service: HailService
  /** The addresses of the whales that are alive, as of a moment ago. */
  readonly whales: () => readonly string[]
  readonly limits: Limits
  /** Epoch milliseconds. */
  readonly now: () => number
  /** 0 ≤ x < 1: which whale is asked first. */
  readonly random: () => number
  readonly log: Log
  /** A prefix of all paths: '' or like `/stats`, no slash at its end. */
  readonly basePath?: string
  /** Origins whose pages may read, besides the server's own; `*` for all. */
  readonly allowOrigins?: readonly string[]
  /** Numbers for `/metrics`, asked for at each scrape. */
  readonly gauges?: Gauges
}

/** The methods that are passed on: those that any route of a whale takes. */
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']

/** Makes the server; it doesn't listen yet. Closing it ends the live streams first. */
export async function createHailHttp(options: HailHttpOptions): Promise<FastifyInstance> {
  const { access, service, limits, now, log, basePath = '', allowOrigins = [] } = options
  const recent = new Recent()
  const meter = new Meter(options.gauges ?? (() => []), 'queued')
  const refusals = new Refusals({ meter, recent, log, now })
  const counting = new Counting({ service, recent, meter, limits, now })
  const counts = { counting, refusals, answers: QUEUED }
  const app = createServerApp({
    limits,
    meter,
    refusals,
    ahead: fastCount({ access, ...counts, meter, limits, basePath }),
  })

  guardAccess(app, { access, basePath, passesOn: true })
  await openToPreflights(app)
  const own = new Set<string>()
  app.addHook('onRoute', ({ url }) => void own.add(url))
  await app.register(
    async routes => {
      countRoute(routes, '/count', counts)
      pixelRoute(routes, counts)
      flushRoute(routes, service)
      healthRoutes(routes, service)
      await routes.register(async reading => {
        guardReading(reading, readingGuard(allowOrigins))
        metricsRoute(reading, meter)
        recentRoute(reading, { recent, limits })
      })
    },
    { prefix: basePath },
  )
  passOnTheRest(app, options, new Set(own))
  return app
}

/** Everything that is no route here. A method that a route here doesn't take is refused here. */
function passOnTheRest(
  app: FastifyInstance,
  { basePath = '', whales, random, now, log }: HailHttpOptions,
  own: ReadonlySet<string>,
): void {
  const passOn = new PassOn({
    basePath,
    onTrouble: (whale, error) => log.error({ err: error, whale }, 'passing a request on failed'),
  })
  app.addHook('preClose', async () => passOn.endStreams())
  app.addHook('onClose', () => passOn.close())
  const choice = new WhaleChoice({ whales, random, now })

  const handler = async (request: FastifyRequest, reply: FastifyReply) => {
    const [path = ''] = request.raw.url!.split('?', 1)
    if (own.has(path) || !isBelow(path, basePath) || isForPeers(path.slice(basePath.length)))
      return reply.callNotFound()
    const tried = new Set<string>()
    for (let whale = choice.choose(tried); whale !== undefined; whale = choice.choose(tried)) {
      if (await passOn.to(whale, request, reply)) return
      tried.add(whale)
      choice.avoid(whale)
    }
    throw new HailWhaleError(
      'unavailable',
      'No whale answers just now: what a hail is asked, a whale answers.',
    )
  }
  const config = { cors: false, forgetRefusals: true } as const
  app.route({ method: METHODS, url: '*', config, handler })
  const endless = { ...config, endless: true } as const
  app.route({ method: ['GET', 'POST'], url: `${basePath}/stream`, config: endless, handler })
}

function isBelow(path: string, basePath: string): boolean {
  return path === basePath || path.startsWith(`${basePath}/`)
}

/** Written in any way that a router would take for it. */
function isForPeers(path: string): boolean {
  try {
    return /^\/+peer(\/|$)/.test(decodeURIComponent(path))
  } catch {
    return false
  }
}
