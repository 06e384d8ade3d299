/** What holds for all routes of a server, or of a part of it: who may read, and what browsers may ask beforehand. */
import cors from '@fastify/cors'
import type { FastifyInstance } from 'fastify'
import type { Guard } from './access.js'

/** Lets only those pages read the routes of a scope that may. */
export function guardReading(scope: FastifyInstance, guard: Guard): void {
  scope.addHook('onRoute', route => {
    route.config = { ...route.config, cors: false, forgetRefusals: true }
  })
  scope.addHook('onRequest', async (request, reply) => guard(request, reply))
}

/** Answers what browsers ask before they send a request; what the request itself may do, its own route decides. */
export async function openToPreflights(app: FastifyInstance): Promise<void> {
  await app.register(cors, {
    origin: '*',
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'DELETE'],
    allowedHeaders: [
      ...['Content-Type', 'Content-Encoding', 'Authorization', 'Idempotency-Key', 'Last-Event-ID'],
      ...['If-Match', 'If-None-Match'],
    ],
    maxAge: 600,
    strictPreflight: false,
  })
}
