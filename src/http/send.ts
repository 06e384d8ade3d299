/** How answers are sent: never kept by anybody on the way, and of no other type than they say. */
import type { FastifyReply } from 'fastify'

/** Sends an answer as JSON. */
export function sendJson(reply: FastifyReply, answer: unknown): FastifyReply {
  return noStore(reply).type('application/json').send(JSON.stringify(answer))
}

/** Marks an answer as one of this moment. */
export function noStore(reply: FastifyReply): FastifyReply {
  return reply.header('cache-control', 'no-store').header('x-content-type-options', 'nosniff')
}
