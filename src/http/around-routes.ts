/** The routes around counting and asking: is it alive, is it ready, its own numbers. */
import type { FastifyInstance } from 'fastify'
import type { Meter } from './meter.js'
import { aroundDocs } from './schemas.js'
import type { Readiness } from './service.js'

/** Adds `/healthz` and `/readyz`, which tell no counts. */
export function healthRoutes(
  app: FastifyInstance,
  service: { readiness(): Readiness | Promise<Readiness> },
): void {
  app.get('/healthz', { schema: aroundDocs.healthz, exposeHeadRoute: true }, async (_request, reply) =>
    reply.type('text/plain; charset=utf-8').header('cache-control', 'no-store').send('OK'),
  )
  app.get('/readyz', { schema: aroundDocs.readyz, exposeHeadRoute: true }, async (_request, reply) => {
    const readiness = await service.readiness()
    if (!readiness.ready) reply.code(503).header('retry-after', '1')
    return reply.type('application/json').header('cache-control', 'no-store').send(JSON.stringify(readiness))
  })
}

/** Adds `/metrics`. */
export function metricsRoute(app: FastifyInstance, meter: Meter): void {
  app.get('/metrics', { schema: aroundDocs.metrics }, async (_request, reply) => {
    const { contentType, text } = await meter.text()
    return reply.type(contentType).header('cache-control', 'no-store').send(text)
  })
}
