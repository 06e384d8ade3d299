/** Boards have one owner among several servers, so that two changes of a board never pass each other: the others pass requests on to it. */
import type { FastifyInstance } from 'fastify'
import { HailWhaleError } from '../model/errors.js'
import { PASSED_ON_HEADER, type PassOn } from './pass-on.js'
import type { Service } from './service.js'

/** Has the owner answer what the routes of a scope are asked, where that is another server. */
export function askBoardOwner(
  scope: FastifyInstance,
  service: Pick<Service, 'boardsOwner'>,
  passOn: PassOn,
): void {
  scope.addHook('preHandler', async (request, reply) => {
    const owner = service.boardsOwner()
    if (owner === null) return
    // Where it was passed on already, the boards are just moving: it would go round in a circle.
    const isMoving = request.headers[PASSED_ON_HEADER] !== undefined
    if (isMoving || !(await passOn.to(owner, request, reply, { [PASSED_ON_HEADER]: '1' }))) {
      throw new HailWhaleError('unavailable', 'The server that has the boards does not answer; try again.')
    }
  })
}
