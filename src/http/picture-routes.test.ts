import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { LiveServer } from '../../test/support/live-server.js'
import { readPng } from '../../test/support/read-png.js'
import { PngMaker } from './png.js'

const NOW_MS = Date.UTC(2026, 2, 1, 12, 30)
/** What browsers send for an image: Chromium, Firefox, Safari, and a proxy of pictures. */
const IMAGE_TAGS = [
  'image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8',
  'image/avif,image/webp,image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5',
  'image/webp,image/avif,video/*;q=0.8,image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5',
  'image/png',
]
const PAGES = [
  'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8',
  'application/json',
  '*/*',
]
const HEADERS = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
  'cross-origin-resource-policy': 'cross-origin',
}

let server: LiveServer

/** Counts `dollars` in a channel some minutes ago. */
async function count(channel: string, dollars: number, minutesAgo: number): Promise<void> {
  const at = NOW_MS - minutesAgo * 60_000
  await server.post(
    '/count',
    JSON.stringify({ key: 'shop', dimensions: { channel }, metrics: { dollars }, at }),
  )
}

async function start(png?: PngMaker): Promise<LiveServer> {
  return LiveServer.start({ store: 'memory', over: 'inject', nowMs: NOW_MS, http: png ? { png } : {} })
}

/** What is written in a picture, in order. */
async function words(path: string): Promise<string[]> {
  const { text } = await server.get(path)
  return [...text.matchAll(/<(?:text|tspan)[^>]*>([^<]+)/g)].map(([, word]) =>
    word!.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code))),
  )
}

beforeAll(async () => {
  server = await start()
  await count('search', 300, 5)
  await count('mail', 90, 20)
  await count('<b>"odd"</b>', 60, 20)
  await count('search', 100, 70)
})
afterAll(() => server.close())

describe('/graph.svg', () => {
  const PATH = '/graph.svg?key=shop&by=channel&metrics=dollars&period=1m:1h'

  test('draws what /graph answers', async () => {
    const answer = await server.get(PATH)
    expect(answer.status).toBe(200)
    expect(answer.headers).toMatchObject({
      ...HEADERS,
      'content-type': 'image/svg+xml; charset=utf-8',
      vary: 'Origin',
    })
    expect(answer.text).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" width="800" /)
    expect(await words(PATH)).toEqual(
      expect.arrayContaining([
        'shop › ',
        'channel',
        '450',
        'dollars in the last hour',
        'search',
        '67%',
        '300',
        '<b>"odd"</b>',
      ]),
    )
  })

  test('with every parameter', async () => {
    const shown = await words(
      `${PATH}&type=bars&width=1000&height=600&theme=dark&caption=Sales&number=EUR&locale=de&compare=true&threshold=0.15`,
    )
    const read = shown.map(word => word.replace(/\u00a0/g, ' '))
    expect(read).toEqual(
      expect.arrayContaining(['Sales', '450 €', '+350 %', 'mail', '1 other', '300 €', '+200 %']),
    )
    expect(read.some(word => word.endsWith('compared with the hour before'))).toBe(true)
    expect(await words(`${PATH}&legend=none`)).not.toContain('search')
    expect(await words(`${PATH}&depth=0`)).not.toContain('search')
  })

  test('compared with a time before, however the time is said', async () => {
    const ask = (query: string) => words(`/graph.svg?key=shop&metrics=dollars&${query}`)
    expect(await ask('period=1m:1h&compare=1h')).toContain('+350%')
    expect(await ask('from=2026-03-01T11:30Z&interval=1m&compare=true')).toContain('+350%')
    expect(await ask('period=today&compare=true')).toContain('new')
    expect(await ask('period=1m:1h&compare=false')).not.toContain('+350%')
    expect(await ask('period=1m:1h&compare=')).not.toContain('+350%')
    expect(await ask('period=60x3600&compare=true')).toContain('+350%')
    expect(await ask('period=02/28/2026-03/01/2026&compare=true')).toContain('new')
  })

  test('an expression, without children, in a zone without a name', async () => {
    const shown = await words('/graph.svg?key=shop&metrics=dollars/hits&period=1h:1d&tz=%2B05:30&number=EUR')
    expect(shown).toContain('€137.50')
  })

  test('HEAD says what GET would', async () => {
    const answer = await server.send({ method: 'HEAD', path: PATH })
    expect([answer.status, answer.text, answer.headers['content-type']]).toEqual([
      200,
      '',
      'image/svg+xml; charset=utf-8',
    ])
  })
})

describe('/graph.png', () => {
  test('is the same picture in pixels', async () => {
    const answer = await server.get(
      '/graph.png?key=shop&by=channel&metrics=dollars&period=1m:1h&width=500&height=400',
    )
    expect(answer.headers).toMatchObject({ ...HEADERS, 'content-type': 'image/png' })
    const picture = readPng(answer.body)
    expect([picture.width, picture.height]).toEqual([1000, 800])
    expect(picture.at(0, 0)[3]).toBe(0)
    expect(picture.at(500, 4)).toEqual([255, 255, 255, 255])
    const dark = readPng((await server.get('/graph.png?key=shop&theme=dark&scale=1')).body)
    expect(dark.width).toBe(800)
    expect(dark.at(400, 3)).toEqual([0x16, 0x1d, 0x26, 255])
  })

  test('is no larger than it may be', async () => {
    expect((await server.get('/graph.png?width=4000&height=4000&scale=1&legend=none')).status).toBe(200)
    const answer = await server.get('/graph.png?width=4000&height=4000&scale=2')
    expect(JSON.parse(answer.text)).toMatchObject({ status: 400, errors: [{ field: 'scale' }] })
  }, 60_000)
})

describe('/number.svg', () => {
  const PATH = '/number.svg?key=shop&metrics=dollars&period=1m:1h'

  test('a number of the whole, of a path, with its change', async () => {
    expect((await server.get(PATH)).headers).toMatchObject({
      ...HEADERS,
      'content-type': 'image/svg+xml; charset=utf-8',
    })
    expect(await words(PATH)).toEqual(['dollars', '450'])
    expect(await words(`${PATH}&dimensions=["channel","search"]`)).toEqual(['dollars', '300'])
    expect(await words(`${PATH}&compare=true&label=sales&number=EUR`)).toEqual(['sales', '€450', '+350%'])
    expect(await words('/number.svg?key=nothing')).toEqual(['hits', '0'])
    expect(await words('/number.svg?key=shop&metrics=dollars/hits&period=1m:1h')).toEqual([
      'dollars/hits',
      '150',
    ])
  })

  test('what was before is counted up to the same moment', async () => {
    // Of the last of its buckets, an hour ago at half past, only a half is over.
    expect(await words('/number.svg?key=shop&metrics=dollars&period=1h:1h&compare=true')).toEqual([
      'dollars',
      '450',
      '+800%',
    ])
  })

  test('colours', async () => {
    expect((await server.get(`${PATH}&colour=d55e00`)).text).toContain('fill="#d55e00"')
    expect((await server.get(`${PATH}&color=%23fc0`)).text).toContain('fill="#ffcc00"')
    expect((await server.get(`${PATH}&colour=good&theme=dark`)).text).toContain('.hw-f-good{fill:#3fc79a}')
  })
})

describe('a refusal', () => {
  const WRONG = '/graph.svg?key=shop&tpye=bars&theme=dark'

  test.each(IMAGE_TAGS)('is a picture for an image tag: %s', async accept => {
    const answer = await server.get(WRONG, { accept })
    expect(answer.status).toBe(400)
    expect(answer.headers).toMatchObject({
      ...HEADERS,
      'content-type': 'image/svg+xml; charset=utf-8',
      'hailwhale-error': 'unknown_parameter',
      'access-control-allow-origin': '*',
      vary: 'Origin, Accept',
    })
    expect(answer.text).toContain('tpye: there is no such parameter: did you mean type?')
    expect(answer.text).toContain('.hw-f-card{fill:#161d26}')
  })

  test.each(PAGES)('is a problem document for others: %s', async accept => {
    const answer = await server.get(WRONG, { accept })
    expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8')
    expect(JSON.parse(answer.text)).toMatchObject({ status: 400, code: 'unknown_parameter' })
  })

  test('is drawn in pixels, and of a badge as well', async () => {
    const accept = { accept: IMAGE_TAGS[0]! }
    const png = await server.get('/graph.png?type=x', accept)
    expect([png.status, png.headers['content-type'], readPng(png.body).width]).toEqual([
      400,
      'image/png',
      960,
    ])
    const svg = await server.get('/number.svg?metrics=(', accept)
    expect([svg.status, svg.headers['content-type']]).toEqual([400, 'image/svg+xml; charset=utf-8'])
  })

  test('of a page of another origin names the setting, and isn’t remembered among the counts', async () => {
    const elsewhere = { origin: 'https://elsewhere.example' }
    const answer = await server.get('/graph.svg?key=shop', elsewhere)
    expect(JSON.parse(answer.text)).toMatchObject({
      status: 403,
      detail: expect.stringContaining('--allow-origin'),
    })
    expect((await server.get('/graph.svg?key=shop', { ...elsewhere, accept: 'image/*' })).text).toContain(
      '403 · Not allowed',
    )
    expect(JSON.parse((await server.get('/recent')).text).refused).toEqual([])
  })

  test('an image of another site, which has no origin, is shown', async () => {
    const answer = await server.get('/graph.svg?key=shop', {
      'sec-fetch-site': 'cross-site',
      'sec-fetch-mode': 'no-cors',
    })
    expect(answer.status).toBe(200)
  })
})

describe('without a renderer', () => {
  test('PNGs say what is missing, in words, and the rest goes on', async () => {
    const missing = await start(
      new PngMaker({ load: async () => Promise.reject(new Error('no such package')) }),
    )
    try {
      for (const path of ['/graph.png?key=shop', '/graph.png?tpye=x']) {
        const answer = await missing.get(path, { accept: 'image/*' })
        expect(answer.headers['content-type'], path).toBe('application/problem+json; charset=utf-8')
        expect(answer.headers['content-security-policy'], path).toBeUndefined()
      }
      const answer = await missing.get('/graph.png?key=shop')
      expect([answer.status, answer.headers['retry-after']]).toEqual([503, '1'])
      expect(JSON.parse(answer.text)).toMatchObject({
        code: 'unavailable',
        detail: expect.stringContaining('@resvg/resvg-js'),
      })
      expect((await missing.get('/graph.svg?key=shop')).status).toBe(200)
      expect(missing.logged).toEqual([])
    } finally {
      await missing.close()
    }
  })

  test('too many at once are told to come again', async () => {
    const held: (() => void)[] = []
    const pixels = { width: 1, height: 1, pixels: new Uint8Array(4) }
    const renderAsync = () => new Promise<typeof pixels>(resolve => held.push(() => resolve(pixels)))
    const busy = await start(new PngMaker({ load: async () => ({ renderAsync }), atOnce: 1, waiting: 0 }))
    try {
      const first = busy.get('/graph.png?key=shop')
      await expect.poll(() => held.length).toBe(1)
      const second = await busy.get('/graph.png?key=shop', { accept: 'image/*' })
      expect([second.status, second.headers['retry-after']]).toEqual([503, '1'])
      expect(JSON.parse(second.text).code).toBe('queue_full')
      held[0]!()
      expect((await first).status).toBe(200)
    } finally {
      await busy.close()
    }
  })
})
