/** `/room`: what takes the room in the store, level by level, for people who wonder what to count differently. */
import type { FastifyInstance } from 'fastify'
import { queryOf, readParameters } from '../intake/parameters.js'
import type { Limits } from '../model/limits.js'
import { dimensionOf, type Fields, keyOf, textOf, wholeOf } from '../query/fields.js'
import { sendJson } from './send.js'
import type { Service } from './service.js'
import { ROOM_PARAMETERS, stateDocs } from './state-schemas.js'
import { grantOf, requireKey } from './token-guard.js'

/** Most children of one answer, and how many there are by default. */
const MOST_CHILDREN = 10_000
const DEFAULT_CHILDREN = 100

/** Adds the route to a scope that guards reading. */
export function roomRoute(app: FastifyInstance, service: Pick<Service, 'room'>, limits: Limits): void {
  app.get('/room', { schema: stateDocs.room, exposeHeadRoute: true }, async (request, reply) => {
    const fields = readParameters(queryOf(request.raw.url!), ROOM_PARAMETERS)
    const limit = wholeOf(fields, 'limit', 1, MOST_CHILDREN, DEFAULT_CHILDREN)
    const dimension = dimensionOf(fields, limits)
    const key = isOfAllKeys(fields) ? [] : keyOf(fields, limits)
    requireKey(grantOf(request), key)
    const room = await service.room(key, dimension)
    const { total, complete } = room
    return sendJson(reply, { key, dimension, total, children: room.largest(limit), complete })
  })
}

/** A dimension is one of the key `_` where no key is named, as everywhere. */
function isOfAllKeys(fields: Fields): boolean {
  return textOf(fields, 'key') === undefined && textOf(fields, 'dimensions') === undefined
}
