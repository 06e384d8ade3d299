/** `/state`: how the server itself is doing, as JSON. What Prometheus wants to know of it is at `/metrics`. */
import type { FastifyInstance } from 'fastify'
import { queryOf, readParameters } from '../intake/parameters.js'
import type { Rates } from './rates.js'
import { sendJson } from './send.js'
import type { Service } from './service.js'
import { stateDocs } from './state-schemas.js'

/** What the route is made of. */
export interface StateRouteParts {
  readonly service: Service
  readonly version: string
  /** Epoch milliseconds. */
  readonly now: () => number
  readonly rates: Rates
  /** The live stream. */
  readonly hub: { readonly readers: number; readonly topics: number }
}

/** Adds the route to a scope that guards reading. */
export function stateRoute(
  app: FastifyInstance,
  { service, version, now, rates, hub }: StateRouteParts,
): void {
  app.get('/state', { schema: stateDocs.state, exposeHeadRoute: true }, async (request, reply) => {
    readParameters(queryOf(request.raw.url!), [])
    const { started, journal, store, memory, partitions } = await service.state()
    const { ready, detail, durability } = service.readiness()
    return sendJson(reply, {
      ...{ version, started, now: now(), ready, detail, durability },
      rates: rates.answer(),
      ...{ journal, store, memory, partitions },
      streams: { readers: hub.readers, topics: hub.topics },
    })
  })
}
