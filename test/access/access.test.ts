/** What a server with tokens answers, and what nobody learns from it. */
import Fastify from 'fastify'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Access } from '../../src/access/access.js'
import { guardAccess } from '../../src/http/token-guard.js'
import { LiveServer } from '../support/live-server.js'
import { accessTo, MemoryTokens } from '../support/memory-tokens.js'

const NOW_MS = Date.UTC(2026, 2, 1, 12, 30)
const BOUND = [['site', 'blog'], ['news']]

let tokens: MemoryTokens
let access: Access
let server: LiveServer
const bearer = (text: string) => ({ authorization: `Bearer ${text}` })
let counting: Record<string, string>
let reading: Record<string, string>
let boundCounting: Record<string, string>
let boundReading: Record<string, string>
let secret: string

beforeAll(async () => {
  tokens = new MemoryTokens()
  access = await accessTo(tokens)
  server = await LiveServer.start({ store: 'memory', over: 'http', nowMs: NOW_MS, http: { access } })
  const header = async (scope: 'count' | 'read', prefixes: string[][]) =>
    bearer((await tokens.make({ scopes: [scope], prefixes })).text)
  counting = await header('count', [])
  reading = await header('read', [])
  boundCounting = await header('count', BOUND)
  boundReading = await header('read', BOUND)
  secret = (await tokens.make({ scopes: ['count'] })).text
  await access.refresh()
})
afterAll(() => server.close())

/** Hits of a key. */
async function hits(key: unknown): Promise<number> {
  const answer = await server.get(`/totals?key=${JSON.stringify(key)}&period=1h:1d`, reading)
  return JSON.parse(answer.text)['1h:1d']._?.hits ?? 0
}

test('whoever has no token is answered the same, whatever is there', async () => {
  await server.post('/count', '{"key":"there"}', counting)
  const paths = [
    ...['/plotpoints?key=there', '/plotpoints?key=absent', '/graph?nonsense=1', '/keys', '/board?name=x'],
    ...['/count?key=there', '/count?key=[', '/nothing', '/peer/x', '/reset', '/plot%70oints', '/__proto__'],
    ...['/stream', '/state', '/metrics', '/room', '/count_now', '/hailwhale.js.map', '/flush_hail?x=1'],
  ]
  const seen = new Set<string>()
  for (const path of paths) {
    for (const method of ['GET', 'POST', 'DELETE', 'PATCH']) {
      const { status, headers, text } = await server.send({ method, path })
      const told = ['www-authenticate', 'allow', 'retry-after', 'content-type'].map(name => headers[name])
      seen.add(JSON.stringify([status, told, text]))
    }
  }
  expect([...seen]).toHaveLength(1)
  const [[status, [authenticate, allow], text]] = [...seen].map(each => JSON.parse(each))
  expect([status, authenticate, allow]).toEqual([401, 'Bearer realm="HailWhale"', null])
  expect(JSON.parse(text)).toMatchObject({ code: 'unauthorized', status: 401, title: 'A token is needed' })
  expect(text).toContain('Authorization: Bearer')
})

test('a bound token is answered the same for keys that are there and for those that are not', async () => {
  await server.post('/count', '{"key":["other","one"]}', counting)
  for (const path of [
    '/graph',
    '/totals',
    '/keys',
    '/dimensions',
    '/recent',
    '/room',
    '/graph.svg',
    '/rank',
  ]) {
    const answers = await Promise.all(
      ['there', 'abcde'].map(key => server.get(`${path}?key=${key}`, boundReading)),
    )
    const [there, absent] = answers.map(({ status, text }) => [
      status,
      text.replaceAll(/there|abcde/g, 'KEY'),
    ])
    expect(there![0]).toBe(403)
    expect(there).toEqual(absent)
  }
})

test('a path that is written otherwise is the same route', async () => {
  expect((await server.get('/plot%70oints', counting)).status).toBe(403)
  expect((await server.get('/plot%70oints', reading)).status).toBe(200)
  expect((await server.get('/%72eset', reading)).status).toBe(403)
})

test('a HEAD needs what the GET needs', async () => {
  const head = (headers: Record<string, string>) =>
    server.send({ method: 'HEAD', path: '/graph?key=there', headers })
  expect([(await head({})).status, (await head(counting)).status, (await head(reading)).status]).toEqual([
    401, 403, 200,
  ])
})

test('a browser may ask beforehand, and a page may read why it was refused', async () => {
  const origin = 'https://elsewhere.example'
  const preflight = {
    origin,
    'access-control-request-method': 'POST',
    'access-control-request-headers': 'authorization',
  }
  const asked = await server.send({ method: 'OPTIONS', path: '/count', headers: preflight })
  expect([asked.status, asked.headers['access-control-allow-headers']]).toEqual([
    204,
    expect.stringContaining('Authorization'),
  ])
  for (const path of ['/count', '/graph', '/nothing']) {
    const refused = await server.get(path, { origin })
    expect([refused.status, refused.headers['access-control-allow-origin']]).toEqual([401, '*'])
  }
  const counted = await server.get('/count?key=there', { origin, ...counting })
  expect([counted.status, counted.headers['access-control-allow-origin']]).toEqual([200, '*'])
})

describe('counting with a bound token', () => {
  const event = (key: unknown) => JSON.stringify({ key })
  const bodies: readonly [string, string, (events: string[]) => string][] = [
    ['an array', 'application/json', events => `[${events.join()}]`],
    ['lines', 'application/x-ndjson', events => events.join('\n')],
    ['lines as text', 'text/plain', events => events.join('\n')],
  ]

  test.each(bodies)('%s: all within is counted', async (_, type, bodyOf) => {
    const before = await hits(['site', 'blog'])
    const body = bodyOf([event(['site', 'blog']), event(['site', 'blog', 'x']), event('news')])
    const answer = await server.post('/count', body, { 'content-type': type, ...boundCounting })
    expect([answer.status, answer.text]).toEqual([200, '{"counted":3,"duplicates":0}'])
    expect(await hits(['site', 'blog'])).toBe(before + 2)
  })

  test.each(bodies)('%s: one beside it, and nothing is counted', async (_, type, bodyOf) => {
    const before = await hits(['site', 'blog'])
    const body = bodyOf([event(['site', 'blog']), event('site'), event(['site', 'blogs']), '{}'])
    for (const path of ['/count', '/count_now']) {
      const answer = await server.post(path, body, { 'content-type': type, ...boundCounting })
      const problem = JSON.parse(answer.text)
      expect([answer.status, problem.code]).toEqual([403, 'forbidden'])
      expect(problem.errors.map((error: { index: number }) => error.index)).toEqual([1, 2, 3])
      expect(problem.detail).toBe(
        'This token is for site › blog, news and what is below, and for no other key.',
      )
    }
    expect(await hits(['site', 'blog'])).toBe(before)
    expect(await hits('_')).toBe(0)
  })

  test.each(bodies)('%s: with partial the others are counted', async (_, type, bodyOf) => {
    const before = await hits(['site', 'blog'])
    const body = bodyOf([
      event('shop'),
      event(['site', 'blog']),
      '{"key":5,"metrics":{"a":"x"}}',
      event('shop'),
    ])
    const answer = await server.post('/count?partial=true', body, { 'content-type': type, ...boundCounting })
    const { errors, ...rest } = JSON.parse(answer.text)
    expect(rest).toEqual({ counted: 1, duplicates: 0, wrong: 3 })
    expect(errors.map((error: { index: number; field: string }) => [error.index, error.field])).toEqual([
      [0, 'key'],
      [2, 'metrics.a'],
      [3, 'key'],
    ])
    expect(await hits(['site', 'blog'])).toBe(before + 1)
    expect(await hits('shop')).toBe(0)
  })

  test('names are compared as they are counted', async () => {
    const { text } = await tokens.make({ scopes: ['count'], prefixes: [['caf\u00e9']] })
    await access.refresh()
    expect((await server.post('/count', event('cafe\u0301'), bearer(text))).status).toBe(200)
    expect((await server.post('/count', event('cafe'), bearer(text))).status).toBe(403)
  })
})

test('an image is an image, whatever its status', async () => {
  const refused = await server.get('/count.gif?key=there')
  expect([refused.status, refused.headers['content-type'], refused.body.length]).toEqual([
    401,
    'image/gif',
    43,
  ])
  expect(refused.headers['www-authenticate']).toBe('Bearer realm="HailWhale"')
  const picture = await server.get('/graph.svg?key=there', { accept: 'image/svg+xml,image/*' })
  expect([picture.status, picture.headers['content-type']]).toEqual([401, 'image/svg+xml; charset=utf-8'])
  expect(picture.text).toContain('A token is needed')
})

describe('/keys with a bound token', () => {
  const listed = async (path: string) => {
    const answer = await server.get(path, boundReading)
    return answer.status === 200
      ? JSON.parse(answer.text).keys.map((key: { path: string[] }) => key.path)
      : answer.status
  }

  test('what is below its own, and the way there', async () => {
    for (const key of [['site', 'blog', 'a'], ['site', 'shop'], ['zoo'], ['news', 'b']])
      await server.post('/count', JSON.stringify({ key }), counting)
    expect(await listed('/keys')).toEqual([['news'], ['site']])
    expect(await listed('/keys?key=site')).toEqual([['site', 'blog']])
    expect(await listed('/keys?key=["site","blog"]')).toContainEqual(['site', 'blog', 'a'])
    expect(await listed('/keys?key=news')).toEqual([['news', 'b']])
    expect(await listed('/keys?key=zoo')).toBe(403)
    expect(await listed('/keys?key=["site","shop"]')).toBe(403)
  })

  test('a page at a time, by prefix', async () => {
    expect(await listed('/keys?limit=1')).toEqual([['news']])
    expect(await listed('/keys?limit=1&after=news')).toEqual([['site']])
    expect(await listed('/keys?prefix=s')).toEqual([['site']])
    expect(await listed('/keys?after=site')).toEqual([])
  })
})

test('/recent knows no token, and of refused requests tells nobody who is bound', async () => {
  const path = `/count?key=there&dimensons=x&token=${secret}`
  expect((await server.send({ method: 'GET', path })).status).toBe(400)
  const recent = await server.get('/recent?key=there', reading)
  expect(recent.text).not.toContain(secret.slice(0, 20))
  expect(recent.text).toContain('/count?key=there&dimensons=x')
  const bound = JSON.parse((await server.get('/recent?key=news', boundReading)).text)
  expect(bound.refused).toEqual([])
  expect(bound.events.length).toBeGreaterThan(0)
})

describe('a page of another origin', () => {
  const elsewhere = { origin: 'https://elsewhere.example' }
  const update = { method: 'GET', path: '/update_count_to?key=there&metrics=%7B%22n%22%3A5%7D' }

  test('brings no count to a value, unless it has a token', async () => {
    const open = await LiveServer.start({ store: 'memory', over: 'inject', nowMs: NOW_MS })
    for (const headers of [elsewhere, { 'sec-fetch-site': 'cross-site' }])
      expect((await open.send({ ...update, headers })).status).toBe(403)
    expect((await open.send({ ...update, headers: {} })).status).toBe(200)
    await open.close()
    const answer = await server.send({ ...update, headers: { ...elsewhere, ...counting } })
    expect([answer.status, answer.headers['access-control-allow-origin']]).toEqual([200, '*'])
  })

  test('may read no more with a token than before', async () => {
    const answer = await server.get('/graph?key=there', { ...elsewhere, ...reading })
    expect([answer.status, answer.text]).toEqual([403, expect.stringContaining('--allow-origin')])
  })
})

test('a rate says when to come again', async () => {
  const { text } = await tokens.make({ scopes: ['count'], rate: { perSecond: 0.1, burst: 2 } })
  await access.refresh()
  const ask = () => server.get('/count?key=there', bearer(text))
  expect([(await ask()).status, (await ask()).status]).toEqual([200, 200])
  const refused = await ask()
  expect([refused.status, refused.headers['retry-after'], JSON.parse(refused.text).code]).toEqual([
    429,
    '10',
    'too_many_requests',
  ])
})

describe('the live stream', () => {
  const ask = (graphs: object[], headers: Record<string, string>) =>
    fetch(`http://127.0.0.1:${server.port}/stream`, {
      method: 'POST',
      body: JSON.stringify({ graphs }),
      headers,
    })

  test('names the graphs that may not be asked for', async () => {
    const answer = await ask([{ key: 'news' }, { key: 'there' }, { key: '["site"]' }], boundReading)
    const problem = (await answer.json()) as { errors: { field: string }[] }
    expect([answer.status, problem.errors.map(({ field }) => field)]).toEqual([
      403,
      ['graphs[1].key', 'graphs[2].key'],
    ])
  })

  test('ends when its token is revoked', async () => {
    const { text, id } = await tokens.make({ scopes: ['read'] })
    await access.refresh()
    const answer = await ask([{ key: 'there' }], bearer(text))
    const reader = answer.body!.getReader()
    expect((await reader.read()).done).toBe(false)
    await tokens.remove(id)
    await access.refresh()
    for (let isDone = false; !isDone; ) isDone = (await reader.read()).done
    expect((await ask([{ key: 'there' }], bearer(text))).status).toBe(401)
    const state = JSON.parse((await server.get('/state', reading)).text)
    expect(state.streams.readers).toBe(0)
  })
})

test('below a base path it is the same', async () => {
  const below = await LiveServer.start({
    store: 'memory',
    over: 'http',
    nowMs: NOW_MS,
    http: { access, basePath: '/stats' },
  })
  const statuses = async (headers: Record<string, string>) =>
    Promise.all(
      ['/stats/count', '/stats/graph', '/stats/nothing', '/count', '/stats/healthz'].map(
        async path => (await below.get(path, headers)).status,
      ),
    )
  expect(await statuses({})).toEqual([401, 401, 401, 401, 200])
  expect(await statuses(counting)).toEqual([200, 403, 404, 404, 200])
  expect(await statuses(reading)).toEqual([403, 200, 404, 404, 200])
  await below.close()
})

test('a route that has no row in the table of rights is none: the server does not start', async () => {
  const app = Fastify()
  guardAccess(app, { access, basePath: '' })
  app.get('/new', async () => 'counts')
  await expect(app.ready()).rejects.toThrow('the table of rights has no row for GET /new')
})
