import { gzipSync } from 'node:zlib'
import { afterEach, describe, expect, test } from 'vitest'
import { LiveServer, wirePath } from '../../test/support/live-server.js'

const NOW_MS = Date.UTC(2026, 2, 1, 12, 30)
const PANEL = { element: 'graph', attributes: { key: 'shop', metrics: 'dollars/hits' }, width: 2 }
const ELSEWHERE = { origin: 'https://elsewhere.example' }

const servers: LiveServer[] = []
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close()
})

async function setup(options: { store?: 'memory' | 'lmdb'; allowOrigins?: string[] } = {}) {
  const { store = 'memory', allowOrigins = [] } = options
  const server = await LiveServer.start({ store, over: 'inject', nowMs: NOW_MS, http: { allowOrigins } })
  servers.push(server)
  const send = (method: string, path: string, headers: Record<string, string> = {}, body?: string | Buffer) =>
    server.send({ method, path: wirePath(path), headers, ...(body !== undefined && { body }) })
  const put = (name: string, board: unknown, headers: Record<string, string> = {}) =>
    send(
      'PUT',
      `/board?name=${encodeURIComponent(name)}`,
      { 'content-type': 'application/json', ...headers },
      JSON.stringify(board),
    )
  return { server, send, put, get: (path: string, headers = {}) => send('GET', path, headers) }
}

describe('a board', () => {
  test('is written, read, listed, written again and deleted', async () => {
    const { server, put, get, send } = await setup()
    expect((await get('/boards')).text).toBe('{"boards":[]}')
    const made = await put('Shop', { title: 'The shop', panels: [PANEL] })
    expect(made.status).toBe(201)
    expect(JSON.parse(made.text)).toEqual({
      name: 'Shop',
      title: 'The shop',
      panels: [PANEL],
      changed: NOW_MS,
    })

    const read = await get('/board?name=Shop')
    expect([read.status, read.text, read.headers.etag]).toEqual([200, made.text, made.headers.etag])
    expect(read.headers['cache-control']).toBe('no-store')
    expect((await send('HEAD', '/board?name=Shop')).headers.etag).toBe(made.headers.etag)

    server.nowMs += 1000
    const again = await put('Shop', { panels: [] })
    expect(again.status).toBe(200)
    expect(JSON.parse(again.text)).toEqual({ name: 'Shop', title: '', panels: [], changed: NOW_MS + 1000 })
    expect(again.headers.etag).not.toBe(made.headers.etag)
    expect(JSON.parse((await get('/boards')).text)).toEqual({
      boards: [{ name: 'Shop', title: '', panels: 0, changed: NOW_MS + 1000 }],
    })

    expect((await send('DELETE', '/board?name=Shop')).text).toBe('OK')
    expect((await get('/board?name=Shop')).status).toBe(404)
    expect((await send('DELETE', '/board?name=Shop')).status).toBe(404)
    expect((await get('/boards')).text).toBe('{"boards":[]}')
  })

  test('exported comes back under any name', async () => {
    const { put, get } = await setup()
    await put('Shop', { title: 'The shop', panels: [PANEL] })
    const exported = JSON.parse((await get('/board?name=Shop')).text)
    const copy = await put('Copy', exported)
    expect([copy.status, JSON.parse(copy.text)]).toEqual([201, { ...exported, name: 'Copy' }])
  })

  test('is put with the defaults of what it leaves out, packed, and as curl -d sends it', async () => {
    const { send } = await setup()
    const put = (headers: Record<string, string>, body: string | Buffer) =>
      send('PUT', '/board?name=x', headers, body)
    const short = '{"panels":[{"element":"rank"}]}'
    const panels = [{ element: 'rank', attributes: {}, width: 1 }]
    const plain = await put({ 'content-type': 'application/x-www-form-urlencoded' }, short)
    expect(JSON.parse(plain.text)).toEqual({ name: 'x', title: '', panels, changed: NOW_MS })
    const packed = await put(
      { 'content-type': 'application/json', 'content-encoding': 'gzip' },
      gzipSync(short),
    )
    expect(packed.text).toBe(plain.text)
  })

  test('has a name in NFC, one board for both spellings', async () => {
    const { put, get } = await setup()
    expect((await put('Cafe\u0301', { panels: [] })).status).toBe(201)
    expect(JSON.parse((await get('/board?name=Café')).text).name).toBe('Caf\u00e9')
    for (const name of ['_', '[a]', '{"a":1}', '../boards', '<img onerror>', 'العربية', '🐳'.repeat(32)]) {
      expect(JSON.parse((await put(name, { panels: [] })).text).name).toBe(name)
      expect(JSON.parse((await get(`/board?name=${encodeURIComponent(name)}`)).text).name).toBe(name)
    }
  })
})

describe('a board that changed meanwhile', () => {
  test('is not overwritten and not deleted', async () => {
    const { server, put, get, send } = await setup()
    const first = (await put('x', { panels: [] })).headers.etag as string
    server.nowMs += 1
    const second = await put('x', { panels: [PANEL] }, { 'if-match': first })
    expect(second.status).toBe(200)
    const tag = second.headers.etag as string

    const late = await put('x', { panels: [] }, { 'if-match': first })
    expect([late.status, JSON.parse(late.text).code]).toEqual([412, 'changed_meanwhile'])
    expect((await send('DELETE', '/board?name=x', { 'if-match': first })).status).toBe(412)
    expect((await put('x', { panels: [] }, { 'if-none-match': '*' })).status).toBe(412)
    expect((await put('x', { panels: [] }, { 'if-none-match': `"other", ${tag}` })).status).toBe(412)
    expect((await get('/board?name=x')).text).toBe(second.text)

    expect((await put('y', { panels: [] }, { 'if-match': '*' })).status).toBe(412)
    expect((await put('y', { panels: [] }, { 'if-match': first })).status).toBe(412)
    expect((await put('y', { panels: [] }, { 'if-none-match': '*' })).status).toBe(201)
    expect((await put('x', { panels: [PANEL] }, { 'if-match': `"other", W/${tag}` })).status).toBe(200)
    const now = (await get('/board?name=x')).headers.etag as string
    expect((await send('DELETE', '/board?name=x', { 'if-match': now })).status).toBe(200)
  })

  test('of two writes at once one wins', async () => {
    const { put } = await setup()
    const tag = (await put('x', { panels: [] })).headers.etag as string
    const writes = [1, 2, 3].map(width => put('x', { panels: [{ ...PANEL, width }] }, { 'if-match': tag }))
    const statuses = (await Promise.all(writes)).map(({ status }) => status)
    expect(statuses.sort()).toEqual([200, 412, 412])
  })

  test('is read again only where it did', async () => {
    const { put, get } = await setup()
    const tag = (await put('x', { panels: [] })).headers.etag as string
    const known = await get('/board?name=x', { 'if-none-match': tag })
    expect([known.status, known.text, known.headers.etag]).toEqual([304, '', tag])
    expect((await get('/board?name=x', { 'if-none-match': '"other"' })).status).toBe(200)
  })

  test('a condition that is none is refused', async () => {
    const { put } = await setup()
    const answer = await put('x', { panels: [] }, { 'if-match': 'abc' })
    expect([answer.status, JSON.parse(answer.text).errors[0].field]).toEqual([400, 'If-Match'])
  })
})

describe('pages', () => {
  test('of the server itself may write; of other origins only those that are allowed', async () => {
    const { put, get, send } = await setup({ allowOrigins: ['https://allowed.example'] })
    const own = { host: 'localhost:80', origin: 'http://localhost:80' }
    expect((await put('x', { panels: [] }, own)).status).toBe(201)
    const allowed = await put('x', { panels: [] }, { origin: 'https://allowed.example' })
    expect([allowed.status, allowed.headers['access-control-allow-origin']]).toEqual([
      200,
      'https://allowed.example',
    ])
    expect(allowed.headers['access-control-expose-headers']).toBe('ETag')
    expect((await put('x', { panels: [PANEL] }, ELSEWHERE)).status).toBe(403)
    expect((await send('DELETE', '/board?name=x', ELSEWHERE)).status).toBe(403)
    expect((await send('DELETE', '/board?name=x', { 'sec-fetch-site': 'cross-site' })).status).toBe(403)
    expect((await get('/board?name=x', ELSEWHERE)).status).toBe(403)
    expect((await get('/boards', ELSEWHERE)).status).toBe(403)
    expect((await get('/board?name=x')).text).toBe(allowed.text)
  })

  test('of allowed origins may ask first', async () => {
    const { send } = await setup()
    const asked = await send('OPTIONS', '/board?name=x', {
      ...ELSEWHERE,
      'access-control-request-method': 'PUT',
      'access-control-request-headers': 'if-match',
    })
    expect(asked.headers['access-control-allow-methods']).toContain('PUT')
    expect(asked.headers['access-control-allow-headers']).toContain('If-Match')
  })
})

test('boards outlive a reset of everything, a flush and a restart; the ETag is the same', async () => {
  const { server, put, get, send } = await setup({ store: 'lmdb' })
  await put('Shop', { title: 'The shop', panels: [PANEL] })
  await get('/count?key=Shop&dimensions=a')
  await server.flush()
  const before = await get('/board?name=Shop')
  expect((await send('POST', '/reset', {}, '{"key":"Shop"}')).status).toBe(200)
  // Years later, all rows are swept.
  server.nowMs += 3 * 366 * 86_400_000
  await get('/count?key=Other')
  await server.flush()
  await server.reopen()
  const after = await get('/board?name=Shop')
  expect([after.text, after.headers.etag]).toEqual([before.text, before.headers.etag])
})
