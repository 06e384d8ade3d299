/** A server that serves a `PartitionService` to its peers on a free port, as the real one does, and nothing else. */
import type { AddressInfo } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { Access } from '../../src/access/access.js'
import { Meter } from '../../src/http/meter.js'
import { Recent } from '../../src/http/recent.js'
import { Refusals } from '../../src/http/refusals.js'
import { createServerApp } from '../../src/http/server.js'
import { guardAccess } from '../../src/http/token-guard.js'
import { DEFAULT_LIMITS } from '../../src/model/limits.js'
import { peerRoutes } from '../../src/peers/peer-routes.js'
import type { PartitionService } from '../../src/whale/partition-service.js'

/** The secret of the test's queue. */
export const SECRET = 'of this queue'

/** A server that listens. */
export interface PeerServer {
  /** The base of its URLs. */
  readonly address: string
  readonly app: FastifyInstance
  /** What nobody foresaw and the server has logged. */
  readonly logged: unknown[]
  close(): Promise<void>
}

/** Starts a server; `service` answers what it is asked, and whatever it lacks was not to be asked. */
export async function startPeer(
  service: Partial<PartitionService>,
  basePath = '',
  access = Access.everyone(),
): Promise<PeerServer> {
  const logged: unknown[] = []
  const log = { error: (fields: object) => void logged.push(fields) }
  const meter = new Meter(() => [])
  const refusals = new Refusals({ meter, recent: new Recent(), log, now: Date.now })
  const app = createServerApp({ limits: DEFAULT_LIMITS, meter, refusals, ahead: () => false })
  guardAccess(app, { access, basePath })
  const parts = { service: service as PartitionService, secret: SECRET }
  await app.register(routes => peerRoutes(routes, parts), { prefix: basePath })
  await app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = app.server.address() as AddressInfo
  return {
    address: `http://127.0.0.1:${port}${basePath}`,
    app,
    logged,
    close: async () => {
      app.server.closeAllConnections()
      await app.close()
    },
  }
}
