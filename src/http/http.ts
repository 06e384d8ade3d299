/**
 * The HTTP side, put together: the bare server, CORS, the documentation, and the groups of routes. One call makes one server;
 * what it stands on is passed in.
 */
import compress from '@fastify/compress'
import swagger from '@fastify/swagger'
import type { FastifyInstance } from 'fastify'
import type { Access } from '../access/access.js'
import type { Limits } from '../model/limits.js'
import { Zones } from '../model/timezone.js'
import { type PeerRouteParts, peerRoutes } from '../peers/peer-routes.js'
import { changingGuard, readingGuard } from './access.js'
import { healthRoutes, metricsRoute } from './around-routes.js'
import { askRoutes } from './ask-routes.js'
import { askBoardOwner } from './board-owner.js'
import { boardRoutes } from './board-routes.js'
import { COUNTED } from './count-answers.js'
import { changeRoutes, countRoute, flushRoute, pixelRoute } from './count-routes.js'
import { Counting } from './counting.js'
import { fastCount } from './fast-count.js'
import { type Every, Hub } from './hub.js'
import { liveGraphs } from './live-graphs.js'
import { type Gauges, Meter } from './meter.js'
import { pageRoutes } from './pages.js'
import { PassOn } from './pass-on.js'
import { pictureRoutes } from './picture-routes.js'
import { PngMaker } from './png.js'
import { Rates } from './rates.js'
import { Recent } from './recent.js'
import { type Log, Refusals } from './refusals.js'
import { roomRoute } from './room-route.js'
import { guardReading, openToPreflights } from './scopes.js'
import { createServerApp } from './server.js'
import type { Service } from './service.js'
import { stateRoute } from './state-routes.js'
import { streamRoute } from './stream-routes.js'
import { guardAccess } from './token-guard.js'

/** What the HTTP side is made of. */
export interface HttpOptions {
  /** Who may do what; opened and closed by whoever made it. */
  readonly access: Access
  readonly service: Service
  /** What other servers of the queue may ask this one. */
  readonly peers?: PeerRouteParts
  readonly limits: Limits
  /** Epoch milliseconds. */
  readonly now: () => number
  /** For `/openapi.json`. */
  readonly version: string
  readonly log: Log
  /** A prefix of all paths: '' or like `/stats`, no slash at its end. */
  readonly basePath?: string
  /** Origins whose pages may read, besides the server's own; `*` for all. */
  readonly allowOrigins?: readonly string[]
  readonly allowGetReset?: boolean
  /** The built pages; nothing is at `/` without. */
  readonly staticDirectory?: string
  /** Draws `/graph.png`. */
  readonly png?: PngMaker
  /** Numbers for `/metrics`, asked for at each scrape. */
  readonly gauges?: Gauges
  /** The timer of the live stream and of the rates. */
  readonly every?: Every
}

/** Makes the server; it doesn't listen yet. Closing it ends the live streams first. */
export async function createHttp(options: HttpOptions): Promise<FastifyInstance> {
  const { access, service, limits, now, log, basePath = '', allowOrigins = [] } = options
  const recent = new Recent()
  const meter = new Meter(options.gauges ?? (() => []))
  const refusals = new Refusals({ meter, recent, log, now })
  const counting = new Counting({ service, recent, meter, limits, now })
  const ahead = fastCount({ access, counting, answers: COUNTED, refusals, meter, limits, basePath })
  const app = createServerApp({ limits, meter, refusals, ahead })
  const zones = new Zones()
  const every = options.every ?? everyInterval
  const rates = new Rates(() => meter.totals(), now, every)
  const hub = new Hub(liveGraphs(service.reader, zones, limits), every, {
    epoch: now().toString(36),
    onError: error => log.error({ err: error }, 'the live stream stumbled'),
  })
  const passOn = new PassOn({
    basePath,
    onTrouble: (address, error) => log.error({ err: error, address }, 'passing a request on failed'),
  })
  app.addHook('preClose', async () => {
    rates.close()
    hub.close()
  })
  app.addHook('onClose', () => passOn.close())

  guardAccess(app, { access, basePath })
  await openToPreflights(app)
  await document(app, options.version)
  await app.register(
    async routes => {
      const changeGuard = changingGuard(allowOrigins)
      const { allowGetReset = false } = options
      const counts = { counting, refusals, answers: COUNTED }
      countRoute(routes, '/count', counts)
      countRoute(routes, '/count_now', counts)
      pixelRoute(routes, counts)
      flushRoute(routes, service)
      changeRoutes(routes, { service, limits, now, allowGetReset, changeGuard })
      healthRoutes(routes, service)
      if (options.peers) await routes.register(peerRoutes, options.peers)
      routes.get('/openapi.json', { schema: { hide: true } }, async (_request, reply) =>
        reply.header('cache-control', 'no-store').send(app.swagger()),
      )
      await routes.register(async reading => {
        guardReading(reading, readingGuard(allowOrigins))
        streamRoute(reading, { hub, limits, access })
        stateRoute(reading, { service, version: options.version, now, rates, hub })
        roomRoute(reading, service, limits)
        await reading.register(async boards => {
          askBoardOwner(boards, service, passOn)
          boardRoutes(boards, { boards: service.boards, limits, changeGuard })
        })
        await reading.register(compress, { encodings: ['gzip'], globalDecompression: false })
        metricsRoute(reading, meter)
        askRoutes(reading, { reader: service.reader, zones, limits, recent })
        pictureRoutes(reading, {
          reader: service.reader,
          zones,
          limits,
          refusals,
          png: options.png ?? new PngMaker(),
        })
      })
    },
    { prefix: basePath },
  )
  await pageRoutes(app, options.staticDirectory, basePath)
  return app
}

async function document(app: FastifyInstance, version: string): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'HailWhale',
        version,
        description: 'Counts events over plain HTTP and shows them live.',
      },
      components: {
        securitySchemes: {
          bearer: { type: 'http', scheme: 'bearer' },
          inUrl: { type: 'apiKey', in: 'query', name: 'token' },
        },
      },
      // None is needed where there are no tokens.
      security: [{}, { bearer: [] }, { inUrl: [] }],
      tags: [{ name: 'counting' }, { name: 'asking' }, { name: 'around' }],
    },
  })
}

function everyInterval(periodMs: number, run: () => void): () => void {
  const timer = setInterval(run, periodMs)
  return () => clearInterval(timer)
}
