/**
 * Who may do what: the table below against a server, each cell in process and over a socket, with the token in the header and in
 * the URL. The list of routes is the server's own: one that is in no row fails.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Access } from '../../src/access/access.js'
import type { TokenTerms } from '../../src/access/token.js'
import { RIGHTS } from '../../src/http/rights.js'
import { LiveServer, wirePath } from '../support/live-server.js'
import { accessTo, MemoryTokens } from '../support/memory-tokens.js'

/**
 * `ok`: done. Tokens: all keys; then bound to ["site","blog"] and asking for a key below it (in), or for another one (out).
 * `all` in place of `in` and `out` stands for a route that tells of all keys at once.
 */
const TABLE = `
                         none wrong  count read admin   in: count read admin   out: count read admin   spent
GET /count               401  401    ok    403  ok          ok    403  ok           403   403  403     429
POST /count              401  401    ok    403  ok          ok    403  ok           403   403  403     429
GET /count_now           401  401    ok    403  ok          ok    403  ok           403   403  403     429
POST /count_now          401  401    ok    403  ok          ok    403  ok           403   403  403     429
GET /count.gif           401  401    ok    403  ok          ok    403  ok           403   403  403     429
GET /flush_hail          401  401    ok    403  ok          ok    403  ok           ok    403  ok      429
POST /flush_hail         401  401    ok    403  ok          ok    403  ok           ok    403  ok      429
GET /update_count_to     401  401    ok    403  ok          ok    403  ok           403   403  403     429
POST /update_count_to    401  401    ok    403  ok          ok    403  ok           403   403  403     429
GET /plotpoints          401  401    403   ok   ok          403   ok   ok           403   403  403     429
GET /totals              401  401    403   ok   ok          403   ok   ok           403   403  403     429
GET /graph               401  401    403   ok   ok          403   ok   ok           403   403  403     429
GET /rank                401  401    403   ok   ok          403   ok   ok           403   403  403     429
GET /keys                401  401    403   ok   ok          403   ok   ok           403   403  403     429
GET /dimensions          401  401    403   ok   ok          403   ok   ok           403   403  403     429
GET /metric_names        401  401    403   ok   ok          403   ok   ok           403   403  403     429
GET /recent              401  401    403   ok   ok          403   ok   ok           403   403  403     429
GET /federate            401  401    403   ok   ok          403   ok   ok           403   403  403     429
GET /stream              401  401    403   ok   ok          403   ok   ok           403   403  403     429
POST /stream             401  401    403   ok   ok          403   ok   ok           403   403  403     429
GET /graph.svg           401  401    403   ok   ok          403   ok   ok           403   403  403     429
GET /graph.png           401  401    403   ok   ok          403   ok   ok           403   403  403     429
GET /number.svg          401  401    403   ok   ok          403   ok   ok           403   403  403     429
GET /room                401  401    403   ok   ok          403   ok   ok           403   403  403     429
GET /room?all            401  401    403   ok   ok          403   403  403          403   403  403     429
GET /state               401  401    403   ok   ok          403   403  403          403   403  403     429
GET /metrics             401  401    403   ok   ok          403   403  403          403   403  403     429
GET /boards              401  401    403   ok   ok          403   403  403          403   403  403     429
GET /board               401  401    403   ok   ok          403   403  403          403   403  403     429
PUT /board               401  401    403   403  ok          403   403  403          403   403  403     429
DELETE /board            401  401    403   403  ok          403   403  403          403   403  403     429
GET /reset               401  401    403   403  ok          403   403  ok           403   403  403     429
POST /reset              401  401    403   403  ok          403   403  ok           403   403  403     429
GET /openapi.json        ok   ok     ok    ok   ok          ok    ok   ok           ok    ok   ok      ok
GET /healthz             ok   ok     ok    ok   ok          ok    ok   ok           ok    ok   ok      ok
GET /readyz              ok   ok     ok    ok   ok          ok    ok   ok           ok    ok   ok      ok
GET /                    ok   ok     ok    ok   ok          ok    ok   ok           ok    ok   ok      ok
GET /hailwhale.js        ok   ok     ok    ok   ok          ok    ok   ok           ok    ok   ok      ok
GET /nothing             401  401    404   404  404         404   404  404          404   404  404     429
DELETE /plotpoints       401  401    405   405  405         405   405  405          405   405  405     429
`

const SUBJECTS = [
  ...['none', 'wrong', 'count', 'read', 'admin'],
  ...['in count', 'in read', 'in admin', 'out count', 'out read', 'out admin', 'spent'],
] as const
type Subject = (typeof SUBJECTS)[number]

const ROWS = TABLE.trim()
  .split('\n')
  .slice(1)
  .map(line => {
    const [method = '', path = '', ...cells] = line.trim().split(/ +/)
    return { method, path, cells }
  })

const BOUND = ['site', 'blog']
const WITHIN = ['site', 'blog', 'post']
const OUTSIDE = ['site', 'shop']

/** A row's request for a key. */
function requestOf(method: string, path: string, key: readonly string[]) {
  const written = JSON.stringify(key)
  const json = { 'content-type': 'application/json' }
  if (path === '/board') {
    const body = method === 'PUT' ? { body: '{"title":"t","panels":[]}', headers: json } : {}
    return { method, path: '/board?name=b', ...body }
  }
  if (method === 'POST') {
    const bodies: Record<string, object> = {
      '/stream': { graphs: [{ key: written }] },
      '/flush_hail': {},
      '/reset': { key },
      '/update_count_to': { key, metrics: { n: 5 } },
    }
    const isEmpty = path === '/flush_hail'
    return { method, path, ...(!isEmpty && { body: JSON.stringify(bodies[path] ?? { key }), headers: json }) }
  }
  const isKeyless = ['/flush_hail', '/state', '/metrics', '/boards', '/room?all'].includes(path)
  if (isKeyless || RIGHTS[`${method} ${path}`] === undefined || RIGHTS[`${method} ${path}`] === 'public')
    return { method, path: path.replace('?all', '') }
  const more = path === '/update_count_to' ? '&metrics={"n":5}' : ''
  return { method, path: wirePath(`${path}?key=${written}${more}`) }
}

let folder: string
let tokens: MemoryTokens
let access: Access
let server: LiveServer
const texts = new Map<Subject, string>()

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hailwhale-pages-'))
  writeFileSync(join(folder, 'index.html'), '<!doctype html><title>page</title>')
  writeFileSync(join(folder, 'hailwhale.js'), '')
  tokens = new MemoryTokens()
  access = await accessTo(tokens)
  const nowMs = Date.UTC(2026, 2, 1, 12, 30)
  const http = { access, staticDirectory: folder, allowGetReset: true }
  server = await LiveServer.start({ store: 'memory', over: 'http', nowMs, http })
  const make = async (subject: Subject, terms: Partial<TokenTerms>) => {
    texts.set(subject, (await tokens.make(terms)).text)
  }
  for (const scope of ['count', 'read', 'admin'] as const) {
    await make(scope, { scopes: [scope] })
    await make(`in ${scope}`, { scopes: [scope], prefixes: [BOUND] })
    texts.set(`out ${scope}`, texts.get(`in ${scope}`)!)
  }
  await make('spent', { scopes: ['admin'], rate: { perSecond: 0.01, burst: 1 } })
  texts.set('wrong', `hw_0123456789_${'0'.repeat(40)}`)
  await access.refresh()
  access.admit(`Bearer ${texts.get('spent')}`, { scope: 'any', allKeys: false })
  await asked('POST', '/count', 'count', WITHIN)
})
afterAll(async () => {
  await server.close()
  rmSync(folder, { recursive: true, force: true })
})

/** The status of a row's request by somebody, in process. Streams are left when they have begun. */
async function asked(method: string, path: string, subject: Subject, key = keyOf(subject)): Promise<number> {
  const token = texts.get(subject)
  const { headers, body, ...request } = requestOf(method, path, key)
  const answer = await server.app.inject({
    method: request.method as 'GET',
    url: request.path,
    headers: { ...headers, ...(token !== undefined && { authorization: `Bearer ${token}` }) },
    ...(body !== undefined && { payload: body }),
    payloadAsStream: true,
  })
  answer.stream().destroy()
  return answer.statusCode
}

/** The same over a socket, with the token in the URL. */
async function askedByUrl(method: string, path: string, subject: Subject): Promise<number> {
  const token = texts.get(subject)
  const { headers, body, ...request } = requestOf(method, path, keyOf(subject))
  const url = new URL(request.path, `http://127.0.0.1:${server.port}`)
  if (token !== undefined) url.searchParams.append('token', token)
  const leave = new AbortController()
  const init = { method: request.method, signal: leave.signal, ...(body !== undefined && { body }) }
  const answer = await fetch(url, { ...init, ...(headers && { headers }) })
  leave.abort()
  return answer.status
}

function keyOf(subject: Subject): readonly string[] {
  return subject.startsWith('out') ? OUTSIDE : WITHIN
}

/** There is a board whenever one is wanted, also after it was deleted. */
async function seed(path: string): Promise<void> {
  if (path === '/board') await asked('PUT', '/board', 'admin')
}

describe.each(ROWS)('$method $path', ({ method, path, cells }) => {
  test.each(SUBJECTS.map((subject, i) => [subject, cells[i]!] as const))('%s: %s', async (subject, cell) => {
    for (const ask of [asked, askedByUrl]) {
      await seed(path)
      const status = await ask(method, path, subject)
      expect(status < 400 ? 'ok' : String(status), ask.name).toBe(cell)
    }
  })
})

test('every route of the server has a row, and every row of the table of rights a route', async () => {
  const routes = routesOf(server.app.printRoutes({ commonPrefix: false }))
  const rows = new Set(ROWS.map(({ method, path }) => `${method} ${path}`))
  const pages = ['GET /index.html', 'GET /', 'GET /hailwhale.js']
  expect(routes.filter(route => !rows.has(route) && !pages.includes(route))).toEqual([])
  expect(Object.keys(RIGHTS).filter(row => !routes.includes(row))).toEqual([])
  expect(Object.keys(RIGHTS).filter(row => !rows.has(row))).toEqual([])
})

/** Method and path of each route in what Fastify prints. */
function routesOf(printed: string): string[] {
  const above: string[] = []
  return printed.split('\n').flatMap(line => {
    const [, indent, part, methods] = /^((?:│ {3}| {4})*)[└├]── (.*?)(?: \(([A-Z, ]+)\))?$/.exec(line) ?? []
    if (indent === undefined || part === undefined) return []
    const depth = indent.length / 4
    above.length = depth
    above[depth] = part
    const path = above.join('')
    const named = (methods ?? '').split(', ').filter(method => !['', 'HEAD', 'OPTIONS'].includes(method))
    return named.map(method => `${method} ${path}`)
  })
}
