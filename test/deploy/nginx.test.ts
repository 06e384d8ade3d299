/** `deploy/nginx/` in a real nginx, in front of real servers and of ones that fail: ports and the folder of logs are replaced, nothing else. */
import { spawnSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { get } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { readPage } from '../docs/blocks.js'
import { adapted, has } from '../support/deploy-files.js'
import { freePort } from '../support/free-port.js'
import { Nginx, type NginxOptions } from '../support/nginx.js'
import { answer, hangUp, RawUpstream, type Responder } from '../support/raw-upstream.js'
import { buildIfStale, ServerProcess } from '../support/server-process.js'

const COUNTING = [
  '/count?key=k',
  '/count.gif?key=k',
  '/count_now?key=k',
  '/update_count_to?key=k',
  '/reset?key=k',
]
const RESENDS = /^ *proxy_next_upstream off;\n/gm
const BELOW = 'deploy/nginx/hailwhale.conf > hailwhale-below-stats.conf'
const MEBIBYTE = 2 ** 20
/** A count and an answer of over a KiB, which the server compresses. */
const COUNT = '/count?key=shop&dimensions={"sales":"p1"}&metrics={"dollars":5}'
const GRAPH = '/graph?key=shop&metrics=dollars&period=1m:8h'

const running = new Set<{ close(): Promise<unknown> }>()

beforeAll(buildIfStale, 120_000)

afterEach(async () => {
  for (const each of [...running].reverse()) await each.close()
  running.clear()
})

function closing<T extends { close(): Promise<unknown> }>(started: T): T {
  running.add(started)
  return started
}

async function upstream(respond: Responder): Promise<RawUpstream> {
  return closing(await RawUpstream.start(respond))
}

async function nginx(options: NginxOptions): Promise<Nginx> {
  return closing(await Nginx.start(options))
}

/** An nginx with two servers of each kind that do the same. */
async function twoOfEach(respond: Responder, change?: NginxOptions['change']) {
  const upstreams = await Promise.all([1, 2, 3, 4].map(() => upstream(respond)))
  const [first, second, third, fourth] = upstreams.map(({ port }) => port)
  const hails = [first!, second!]
  const front = await nginx({ hails, whales: [third!, fourth!], ...(change && { change }) })
  return { front, seen: () => upstreams.flatMap(({ requests }) => requests) }
}

/** The built server with a data folder of its own. */
async function serve(...flags: string[]): Promise<{ readonly port: number }> {
  const dir = await mkdtemp(join(tmpdir(), 'hailwhale-nginx-serve-'))
  const server = ServerProcess.start(dir, ...flags)
  closing({
    close: async () => {
      await server.end('SIGKILL')
      await rm(dir, { recursive: true, force: true })
    },
  })
  return { port: Number(new URL(await server.ready()).port) }
}

/** Asks for a path exactly as it is written. */
function status(port: number, path: string): Promise<number> {
  return new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port, path, agent: false }, response => {
      response.resume()
      resolve(response.statusCode!)
    }).once('error', reject)
  })
}

/** What comes, as it comes. */
async function* texts({ body }: Response): AsyncGenerator<string> {
  for await (const chunk of body as unknown as AsyncIterable<Uint8Array>) yield Buffer.from(chunk).toString()
}

/** The page's command for servers below a path, given the file here. */
function belowStats(configuration: string): string {
  const { steps } = readPage(adapted('docs/operations.md', new Map()))
  const step = steps.find(
    ({ kind, ...rest }) => kind === 'run' && 'block' in rest && rest.block.text.includes(BELOW),
  )
  const command = (step as { block: { text: string } }).block.text.replace(BELOW, '')
  return spawnSync('sh', ['-c', command], { input: configuration, encoding: 'utf8' }).stdout
}

describe.runIf(has('nginx'))('nginx', () => {
  describe('a request that counts, to a server that reads it and is gone', () => {
    test.each(COUNTING)('%s is sent once', async path => {
      const { front, seen } = await twoOfEach(hangUp)
      expect((await fetch(front.url + path)).status).toBe(502)
      expect(seen().map(({ line }) => line)).toEqual([`GET ${path} HTTP/1.1`])
    })

    test.each(COUNTING)("%s would be sent twice as nginx's default is", async path => {
      const { front, seen } = await twoOfEach(hangUp, text => text.replace(RESENDS, ''))
      expect((await fetch(front.url + path)).status).toBe(502)
      expect(seen().length).toBe(2)
    })

    test('also on a connection that was kept', async () => {
      let reads = 0
      const ok = answer('OK')
      const only = await upstream((socket, request) =>
        reads++ === 0 ? ok(socket, request) : socket.destroy(),
      )
      const front = await nginx({ hails: [only.port], whales: [only.port] })
      expect((await fetch(`${front.url}/count`)).status).toBe(200)
      expect((await fetch(`${front.url}/count`)).status).toBe(502)
      expect({ connections: only.connections, requests: only.requests.length }).toEqual({
        connections: 1,
        requests: 2,
      })
    })
  })

  test('a hail that is away costs one request, then the other one takes all', async () => {
    const [away, there] = [await freePort(), await upstream(answer('OK'))]
    const front = await nginx({ hails: [away, there.port], whales: [there.port] })
    const statuses: number[] = []
    for (let i = 0; i < 20; i++) statuses.push((await fetch(`${front.url}/count`)).status)
    expect(statuses.filter(code => code === 502).length).toBe(1)
    expect(there.requests.length).toBe(19)
  })

  test('a question goes to another whale where one is away', async () => {
    const [away, there] = [await freePort(), await upstream(answer('{}'))]
    const front = await nginx({ hails: [there.port], whales: [away, there.port] })
    for (let i = 0; i < 4; i++) expect((await fetch(`${front.url}/totals?key=k`)).status).toBe(200)
  })

  test('counts go to the hails, the rest to the whales, over connections that are kept', async () => {
    const [hail, whale] = [await upstream(answer('QUEUED')), await upstream(answer('{}'))]
    const front = await nginx({ hails: [hail.port], whales: [whale.port] })
    const pathsOf = ({ requests }: RawUpstream) => requests.map(({ line }) => line.split(/[ ?]/)[1])
    const toHails = ['/count', '/count.gif', '/recent', '/flush_hail']
    const toWhales = ['/', '/count_now', '/graph', '/totals', '/stream', '/boards', '/reset', '/countless']
    for (const path of [...toHails, ...toWhales]) await (await fetch(`${front.url}${path}?key=k`)).text()
    expect(pathsOf(hail)).toEqual(toHails)
    expect(pathsOf(whale)).toEqual(toWhales)
    expect([hail.connections, whale.connections]).toEqual([1, 1])
  })

  test('servers are told who asked and under which name, whatever the caller says', async () => {
    const only = await upstream(answer('OK'))
    const front = await nginx({ hails: [only.port], whales: [only.port] })
    await fetch(`${front.url}/count`, {
      headers: { 'X-Forwarded-For': '10.9.8.7', Authorization: 'Bearer t' },
    })
    const { headers } = only.requests[0]!
    expect(headers.get('x-forwarded-for')).toBe('127.0.0.1')
    expect(headers.get('host')).toBe(`127.0.0.1:${front.port}`)
    expect(headers.get('authorization')).toBe('Bearer t')
  })

  test('an event of the stream is there before the next one is made', async () => {
    const next = new Set<() => void>()
    const streaming = await upstream(socket => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: one\n\n')
      next.add(() => socket.end('data: two\n\n'))
    })
    const front = await nginx({ hails: [streaming.port], whales: [streaming.port] })
    const seen: string[] = []
    for await (const text of texts(await fetch(`${front.url}/stream?key=k`))) {
      seen.push(text)
      for (const send of next) send()
      next.clear()
    }
    expect(seen).toEqual(['data: one\n\n', 'data: two\n\n'])
  })

  test('a live graph moves through it', async () => {
    const { port } = await serve()
    const front = await nginx({ hails: [port], whales: [port] })
    const leaving = new AbortController()
    const stream = await fetch(`${front.url}/stream?key=shop&metrics=dollars&period=1h:1d`, leaving)
    let seen = ''
    const reading = (async () => {
      for await (const text of texts(stream)) seen += text
    })().catch(() => {})
    await expect.poll(() => seen).toContain('"dollars":0')
    expect(await (await fetch(front.url + COUNT)).text()).toBe('OK')
    await expect.poll(() => seen).toContain('"dollars":5')
    leaving.abort()
    await reading
  })

  test.each(['/peer/x', '/%70eer/x', '//peer/x', '/a/../peer/x', '/peer/%2e%2e/peer/x', '/metrics'])(
    '%s is not for outside',
    async path => {
      const { front, seen } = await twoOfEach(answer('{}'))
      expect(await status(front.port, path)).toBe(404)
      expect(seen()).toEqual([])
    },
  )

  test('no token gets into the logs, also of requests that fail', async () => {
    const [there, gone] = [await upstream(answer('OK')), await upstream(hangUp)]
    const front = await nginx({ hails: [there.port], whales: [gone.port] })
    const headers = { Referer: 'http://a.example/?token=sesame' }
    expect((await fetch(`${front.url}/count?token=sesame`, { headers })).status).toBe(200)
    expect((await fetch(`${front.url}/graph?token=sesame`, { headers })).status).toBe(502)
    const large = { method: 'POST', body: Buffer.alloc(17 * MEBIBYTE), headers }
    expect((await fetch(`${front.url}/count?token=sesame`, large)).status).toBe(413)
    expect(await status(front.port, `/count?token=sesame${'x'.repeat(17_000)}`)).toBe(414)
    await expect.poll(async () => (await front.logs()).access.split('\n').length).toBe(5)
    const { access, errors } = await front.logs()
    expect(access).toMatch(/"GET \/count HTTP\/1.1" 200 /)
    expect(access).toContain(`127.0.0.1:${gone.port} 502`)
    expect(access + errors).not.toContain('sesame')
  })

  test('a body may have 16 MiB', async () => {
    const only = await upstream(answer('OK'))
    const front = await nginx({ hails: [only.port], whales: [only.port] })
    const post = (bytes: number) =>
      fetch(`${front.url}/count`, { method: 'POST', body: Buffer.alloc(bytes, 1) })
    expect((await post(16 * MEBIBYTE)).status).toBe(200)
    expect(only.requests[0]!.body.length).toBe(16 * MEBIBYTE)
    expect((await post(16 * MEBIBYTE + 1)).status).toBe(413)
  })

  test('below a path, as docs/operations.md writes it, and nothing beside it', async () => {
    const { port } = await serve('--base-path', '/stats')
    const front = await nginx({ hails: [port], whales: [port], change: belowStats })
    expect(await (await fetch(`${front.url}/stats${COUNT}`)).text()).toBe('OK')
    expect(await (await fetch(`${front.url}/stats${GRAPH}`)).json()).toMatchObject({ key: ['shop'] })
    expect((await fetch(`${front.url}/stats`)).url).toBe(`${front.url}/stats/`)
    expect(await status(front.port, '/stats/peer/x')).toBe(404)
    expect(await status(front.port, COUNT)).toBe(404)
  })

  test('answers are compressed once', async () => {
    const { port } = await serve()
    const front = await nginx({ hails: [port], whales: [port] })
    const bytes = await new Promise<Buffer>((resolve, reject) => {
      const request = {
        host: '127.0.0.1',
        port: front.port,
        path: GRAPH,
        headers: { 'Accept-Encoding': 'gzip' },
      }
      get(request, async response => {
        expect(response.headers['content-encoding']).toBe('gzip')
        const chunks: Buffer[] = []
        for await (const chunk of response) chunks.push(chunk)
        resolve(Buffer.concat(chunks))
      }).once('error', reject)
    })
    expect(JSON.parse(gunzipSync(bytes).toString())).toMatchObject({ key: ['shop'] })
  })
})
