/**
 * Which pages may do what: counting is open to every origin; reading and taking away only to the server's own pages and to
 * the origins of `--allow-origin`. A refusal is readable by the page that was refused, so that it can say what to set.
 */
import type { FastifyReply, FastifyRequest } from 'fastify'
import { HailWhaleError } from '../model/errors.js'

/** Called for each request before its handler: lets it pass by returning, refuses it by throwing. */
export type Guard = (request: FastifyRequest, reply: FastifyReply) => void

/**
 * A guard for what answers with counts. Requests without an `Origin` header (no page, or the same page) pass.
 * `allowOrigins` are origins as browsers send them (`https://example.org`), or `*`.
 */
export function readingGuard(allowOrigins: readonly string[]): Guard {
  const allowed = new Set(allowOrigins)
  return (request, reply) => {
    const { origin } = request.headers
    reply.header('vary', 'Origin')
    if (origin === undefined || isSameOrigin(request)) return
    if (!allowed.has('*') && !allowed.has(origin)) refuse(origin, 'read', reply)
    reply.header('access-control-allow-origin', allowed.has('*') ? '*' : origin)
  }
}

/** A guard for what takes counts away: as for reading, and no image or form of another site may cause it either. */
export function changingGuard(allowOrigins: readonly string[]): Guard {
  const reading = readingGuard(allowOrigins)
  return (request, reply) => {
    reading(request, reply)
    const site = request.headers['sec-fetch-site']
    const isForeign = site === 'cross-site' || site === 'same-site'
    if (request.headers.origin === undefined && isForeign) refuse('this page', 'change', reply)
  }
}

/** A page of the server itself: its origin is the host that was asked, or the browser says so. */
function isSameOrigin(request: FastifyRequest): boolean {
  const { origin, host } = request.headers
  if (request.headers['sec-fetch-site'] === 'same-origin') return true
  return host !== undefined && (origin === `http://${host}` || origin === `https://${host}`)
}

function refuse(who: string, what: string, reply: FastifyReply): never {
  reply.header('access-control-allow-origin', '*')
  const setting = who.includes('://') ? `--allow-origin ${who}` : '--allow-origin'
  throw new HailWhaleError(
    'forbidden',
    `${who} may not ${what} counts here: start the server with ${setting} (or HAILWHALE_ALLOW_ORIGIN) to allow it.`,
  )
}
