/**
 * What this server does for its peers: the routes below `/peer/`. They serve what is this server's own and pass nothing on, so that
 * no request goes round in a circle. Without the secret of the queue they are as absent as any path that isn't there.
 */
import { createHash, timingSafeEqual } from 'node:crypto'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { HailWhaleError } from '../model/errors.js'
import type { KeptInterval } from '../model/interval.js'
import type { Path } from '../model/path.js'
import { decodeBatch } from '../rollup/batch-codec.js'
import type { PartitionService } from '../whale/partition-service.js'
import { REFUSAL_HEADER, refusalOf, SECRET_HEADER, type WrittenOutcome } from './protocol.js'
import { answerQuestion } from './questions.js'

/** What the routes are made of. */
export interface PeerRouteParts {
  /** Serves this server's own partitions, and rejects for all others. */
  readonly service: PartitionService
  /** What the servers of one queue share. */
  readonly secret: string
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** True for routes of peers: they have a secret of their own, and nobody else is told of them. */
    readonly peers?: true
  }
}

/** A batch of requests whose bodies were each as large as they may be. Nobody without the secret gets to send a body. */
const MOST_BODY_BYTES = 2 ** 30

const ROUTE = {
  schema: { hide: true },
  config: { peers: true, forgetRefusals: true, cors: false },
  bodyLimit: MOST_BODY_BYTES,
} as const

/** Adds the routes of peers. */
export async function peerRoutes(app: FastifyInstance, parts: PeerRouteParts): Promise<void> {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  const isPeer = secretCheck(parts.secret)
  app.addHook('onRequest', (request, reply, done) => {
    if (isPeer(request)) return done()
    try {
      app.admitToUnknown?.(request)
    } catch (refused) {
      return done(refused as Error)
    }
    reply.callNotFound()
  })
  app.setErrorHandler((error, _request, reply) => {
    const refusal = refusalOf(error)
    if (refusal !== undefined) reply.header(REFUSAL_HEADER, refusal)
    throw error
  })
  readRoutes(app, parts)
  changeRoutes(app, parts)
}

function readRoutes(app: FastifyInstance, { service }: PeerRouteParts): void {
  app.post<InPartitions>('/peer/read/:partitions', ROUTE, async (request, reply) => {
    const partitions = request.params.partitions.split(',').map(Number)
    const answer = await answerQuestion(service.reader(partitions), textOf(request)).catch(asUnderstood)
    return reply.type('application/octet-stream').send(answer)
  })
  app.get('/peer/positions', ROUTE, async () => [...(await service.positions())])
  app.post<InPartition>('/peer/reached/:partition', ROUTE, async request => {
    const { sequence } = JSON.parse(textOf(request)) as { readonly sequence: number }
    await service.reached(partitionIn(request), sequence)
    return {}
  })
}

function changeRoutes(app: FastifyInstance, { service }: PeerRouteParts): void {
  app.post<InPartition>('/peer/append/:partition', ROUTE, async (request): Promise<WrittenOutcome> => {
    const batch = decodeBatch(request.body as Buffer)
    const { duplicate, overflowed } = await service.append(partitionIn(request), batch)
    return { duplicate: Buffer.from(duplicate).toString('base64'), overflowed: [...overflowed] }
  })
  app.post<InPartition>('/peer/update_count_to/:partition', ROUTE, async request => {
    const { metrics, ...change } = JSON.parse(textOf(request)) as WrittenUpdate
    await service.updateCountTo(partitionIn(request), { ...change, metrics: new Map(metrics) })
    return {}
  })
  app.post<InPartition>('/peer/reset/:partition', ROUTE, async request => {
    await service.reset(partitionIn(request), JSON.parse(textOf(request)))
    return {}
  })
}

interface InPartition {
  readonly Params: { readonly partition: string }
}

interface InPartitions {
  readonly Params: { readonly partitions: string }
}

/** An `UpdateCountTo` as JSON. */
export interface WrittenUpdate {
  readonly key: Path
  readonly path: Path
  readonly metrics: readonly (readonly [string, number])[]
  readonly interval?: KeptInterval
  readonly atMs: number
}

/** Compares digests, in constant time: how long a wrong secret is, or where it goes wrong, can't be measured. */
function secretCheck(secret: string): (request: FastifyRequest) => boolean {
  const expected = digest(secret)
  return ({ headers }) => {
    const given = headers[SECRET_HEADER]
    return typeof given === 'string' && timingSafeEqual(digest(given), expected)
  }
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

function partitionIn(request: FastifyRequest<InPartition>): number {
  return Number(request.params.partition)
}

function textOf(request: FastifyRequest): string {
  return (request.body as Buffer).toString()
}

/** A question that isn't understood comes from a server of another release: it finds the answer elsewhere. */
function asUnderstood(error: unknown): never {
  if (error instanceof TypeError || error instanceof RangeError || error instanceof SyntaxError) {
    throw new HailWhaleError('unavailable', 'The question of another server was not understood here.', {
      cause: error,
    })
  }
  throw error
}
