/**
 * `/boards` and `/board`: the boards of the dashboard, as JSON. An `ETag` names the state of a board; `If-Match` and
 * `If-None-Match` keep one page from overwriting what another has changed meanwhile.
 */
import { isUtf8 } from 'node:buffer'
import type { IncomingHttpHeaders } from 'node:http'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { boardContent, boardName } from '../boards/board-input.js'
import type { Boards, Condition, KeptBoard } from '../boards/boards.js'
import { decodeBody } from '../intake/body.js'
import { bodyFormat } from '../intake/media-type.js'
import { queryOf, readParameters } from '../intake/parameters.js'
import { fieldError, HailWhaleError } from '../model/errors.js'
import type { Limits } from '../model/limits.js'
import { quoted } from '../model/name.js'
import type { Guard } from './access.js'
import { BOARD_PARAMETERS, boardDocs } from './board-schemas.js'
import { objectOf } from './fields.js'
import { noStore, sendJson } from './send.js'

/** What the routes are made of. */
export interface BoardRouteParts {
  readonly boards: Boards
  readonly limits: Limits
  /** Who may change boards. */
  readonly changeGuard: Guard
}

/** Adds the routes to a scope that guards reading. They are not compressed: an ETag stands for the very bytes. */
export function boardRoutes(app: FastifyInstance, { boards, limits, changeGuard }: BoardRouteParts): void {
  const onRequest = async (request: FastifyRequest, reply: FastifyReply) => changeGuard(request, reply)

  app.get('/boards', { schema: boardDocs.list, exposeHeadRoute: true }, async (request, reply) => {
    readParameters(queryOf(request.raw.url!), [])
    return sendJson(reply, { boards: await boards.list() })
  })

  app.get('/board', { schema: boardDocs.get, exposeHeadRoute: true }, async (request, reply) => {
    const name = nameOf(request)
    const kept = await boards.read(name)
    if (kept === undefined) throw missing(name)
    const known = request.headers['if-none-match']
    const isKnown = known !== undefined && revisionsOf(known, 'If-None-Match')(kept.revision)
    return isKnown ? tag(reply, kept).code(304).send() : sendBoard(reply, kept)
  })

  app.put('/board', { schema: boardDocs.put, onRequest }, async (request, reply) => {
    const name = nameOf(request)
    const content = boardContent(await bodyOf(request, limits))
    const kept = await boards.write(name, content, conditionOf(request.headers))
    return sendBoard(kept.isNew ? reply.code(201) : reply, kept)
  })

  app.delete('/board', { schema: boardDocs.remove, onRequest }, async (request, reply) => {
    const name = nameOf(request)
    if (!(await boards.remove(name, conditionOf(request.headers)))) throw missing(name)
    return noStore(reply).type('text/plain; charset=utf-8').send('OK')
  })
}

function nameOf(request: FastifyRequest): string {
  return boardName(readParameters(queryOf(request.raw.url!), BOARD_PARAMETERS).get('name'))
}

/** The JSON object of a body, whatever type of text it was sent as. */
async function bodyOf({ headers, body }: FastifyRequest, limits: Limits): Promise<object> {
  bodyFormat(headers['content-type'])
  const bytes = await decodeBody(
    (body as Uint8Array | undefined) ?? new Uint8Array(0),
    headers['content-encoding'],
    limits,
  )
  if (!isUtf8(bytes)) throw new HailWhaleError('invalid_body', 'the body is no UTF-8')
  return objectOf(bytes.toString('utf8'))
}

/** What `If-Match` and `If-None-Match` ask of the board that is there. Without either: nothing. */
function conditionOf({ 'if-match': match, 'if-none-match': noneMatch }: IncomingHttpHeaders): Condition {
  const wanted = match === undefined ? undefined : revisionsOf(match, 'If-Match')
  const unwanted = noneMatch === undefined ? undefined : revisionsOf(noneMatch, 'If-None-Match')
  return revision => (wanted?.(revision) ?? true) && !(unwanted?.(revision) ?? false)
}

/**
 * Whether a revision is among those of a header: `*` or ETags. The `W/` is overlooked that a proxy puts before a tag when it
 * compresses: these tags stand for the bytes that are stored.
 */
function revisionsOf(header: string, field: string): Condition {
  if (header.trim() === '*') return revision => revision !== undefined
  const tags = header.split(',').map(text => /^(?:W\/)?"([^"]*)"$/.exec(text.trim())?.[1])
  if (tags.includes(undefined)) throw fieldError(field, 'is * or an ETag as it was answered, in its quotes')
  return revision => tags.includes(revision ?? '')
}

function missing(name: string): HailWhaleError {
  return new HailWhaleError('not_found', `There is no board ${quoted(name)}: /boards lists those there are.`)
}

function sendBoard(reply: FastifyReply, kept: KeptBoard): FastifyReply {
  return sendJson(tag(reply, kept), kept.board)
}

/** Names the state of the board, for pages of other origins too. */
function tag(reply: FastifyReply, { revision }: KeptBoard): FastifyReply {
  return noStore(reply).header('etag', `"${revision}"`).header('access-control-expose-headers', 'ETag')
}
