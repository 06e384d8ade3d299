/**
 * The one place where requests are let in: for each, before anything else of it is looked at, what the table of rights wants. Whoever
 * is not let in is answered the same for what is there and for what is not.
 */
import type { FastifyInstance, FastifyRequest, RouteOptions } from 'fastify'
import type { Access } from '../access/access.js'
import { allowsKey, type Grant, NOTHING } from '../access/grant.js'
import { type FieldError, HailWhaleError } from '../model/errors.js'
import { type Path, pathText } from '../model/path.js'
import { type Right, rightOf, UNKNOWN } from './rights.js'

declare module 'fastify' {
  interface FastifyInstance {
    /** Throws where a request may not even know whether something is at a path. */
    admitToUnknown?: (request: FastifyRequest) => void
  }
  interface FastifyRequest {
    /** What the request may do; null before that is known. */
    grant: Grant | null
  }
  interface FastifyContextConfig {
    /** True for the pages and their scripts, which tell no counts. */
    readonly page?: true
  }
}

/** How a server is guarded. */
export interface GuardOptions {
  readonly access: Access
  /** '' or like `/stats`. */
  readonly basePath: string
  /** What this server has no route for, another one answers, which asks for a token itself. */
  readonly passesOn?: boolean
}

/** Guards all routes that are added from here on. */
export function guardAccess(
  app: FastifyInstance,
  { access, basePath, passesOn = false }: GuardOptions,
): void {
  app.decorateRequest('grant', null)
  const rightFor = (request: FastifyRequest): Right => {
    const { url = '', config } = request.routeOptions
    if (request.method === 'OPTIONS' || config?.page === true) return 'public'
    if (passesOn && url === '*') return passedRight(request.method, pathOf(request.raw.url!), basePath)
    // Servers among themselves have a secret of their own; without it they are refused as at a path that is not there.
    if (!request.is404 && isForPeers(url, basePath)) return 'public'
    return request.is404 ? UNKNOWN : rightOf(request.method, url.slice(basePath.length))!
  }
  app.addHook('onRequest', (request, _reply, done) => {
    try {
      const right = rightFor(request)
      if (right !== 'public') request.grant = access.admit(request.headers.authorization, right)
      done()
    } catch (refused) {
      done(refused as Error)
    }
  })

  app.decorate('admitToUnknown', request => {
    request.grant = access.admit(request.headers.authorization, UNKNOWN)
  })

  const routes: RouteOptions[] = []
  app.addHook('onRoute', route => void routes.push(route))
  app.addHook('onReady', async () => {
    const isKnown = ({ url, method, config }: RouteOptions) =>
      config?.page === true ||
      isForPeers(url, basePath) ||
      (passesOn && url === '*') ||
      [method].flat().every(each => each === 'OPTIONS' || rightOf(each, url.slice(basePath.length)))
    const unknown = routes.find(route => !isKnown(route))
    if (unknown !== undefined)
      throw new Error(`the table of rights has no row for ${unknown.method} ${unknown.url}`)
  })
}

/** Of what is passed on. It may be a page, of which only the other server knows; pages are read, and are no business of servers. */
function passedRight(method: string, path: string, basePath: string): Right {
  const right = path.startsWith(`${basePath}/`) ? rightOf(method, path.slice(basePath.length)) : undefined
  if (right !== undefined) return right
  const isPage = (method === 'GET' || method === 'HEAD') && !isForPeers(path, basePath)
  return isPage && (path === basePath || path.startsWith(`${basePath}/`)) ? 'public' : UNKNOWN
}

function isForPeers(url: string, basePath: string): boolean {
  return url.startsWith(`${basePath}/peer/`)
}

function pathOf(url: string): string {
  const end = url.indexOf('?')
  return end < 0 ? url : url.slice(0, end)
}

/** What a request may do. */
export function grantOf({ grant }: FastifyRequest): Grant {
  return grant ?? NOTHING
}

/** Throws `forbidden` for a key that a request may not use. The empty path stands for all keys. */
export function requireKey(grant: Grant, key: Path): void {
  if (!allowsKey(grant, key)) throw wrongKeys(grant, [{ field: 'key', message: keyMessage(key) }])
}

/** Throws `forbidden` where a request may not use the keys of all these questions; `fieldOf` names the key of one. */
export function requireKeys(
  grant: Grant,
  questions: readonly { readonly key: Path }[],
  fieldOf: (index: number) => string,
): void {
  const errors: FieldError[] = []
  for (const [index, { key }] of questions.entries()) {
    if (!allowsKey(grant, key)) errors.push({ field: fieldOf(index), message: keyMessage(key) })
  }
  if (errors.length > 0) throw wrongKeys(grant, errors)
}

/** The refusal of keys that a token is not for. */
export function wrongKeys({ prefixes }: Grant, errors: readonly FieldError[]): HailWhaleError {
  const own = (prefixes ?? []).map(pathText).join(', ')
  return new HailWhaleError(
    'forbidden',
    `This token is for ${own} and what is below, and for no other key.`,
    {
      errors,
    },
  )
}

/** What is wrong with a key that a token is not for. */
export function keyMessage(key: Path): string {
  return key.length === 0 ? 'the token is not for all keys' : `the token is not for ${pathText(key)}`
}
