/**
 * Fifty graphs and some numbers in one page of another origin: one connection for all of them, and over it comes only what changed.
 * Needs the build and Chromium.
 */
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Traffic } from '../embed/page.js'
import {
  ForeignSite,
  openBrowser,
  openPage,
  strictPolicy,
  type WatchedPage,
  WebServer,
} from '../support/browser.js'
import { drawnGraphs, inState, partText } from './in-page.js'
import { until } from './until.js'

const SHOPS = 25
const GRAPHS = 50
const NUMBERS = 5
const DAY_MS = 86_400_000
/** Days, so that no bucket begins while the test runs, unless it runs at midnight. */
const PERIOD = 'period="1d:7d" tz="UTC"'

/** What a page notes for this test. */
interface Noted {
  /** Elements that were given an answer, by id, and when (epoch milliseconds). */
  readonly answers: { readonly id: string; readonly atMs: number }[]
  /** What came over each connection of the stream. */
  readonly streams: string[]
}
declare const noted: Noted

let site: ForeignSite
let server: WebServer
let browser: Browser

beforeAll(async () => {
  site = await ForeignSite.start()
  server = await WebServer.start(`allow-origin = ${site.origin}`)
  const sale = (shop: number, product: string, dollars: number) => ({
    ...{ key: `shop${shop}`, dimensions: { sales: { [product]: 'web' } }, metrics: { dollars } },
    at: Date.now() - (shop % 7) * DAY_MS,
  })
  const shops = Array.from({ length: SHOPS }, (_, shop) => shop)
  await server.countAll(shops.flatMap(shop => [sale(shop, 'tea', 100 + shop), sale(shop, 'cups', 50)]))
  browser = await openBrowser()
})
afterAll(async () => {
  await browser?.close()
  await server?.close()
  await site?.close()
})

/** Graphs g0 … g49: the dollars of each shop, then its hits; numbers n0 … n4: the dollars of the first shops. */
function body(): string {
  const graph = (_: unknown, i: number) => {
    const what = `key="shop${i % SHOPS}" metrics="${i < SHOPS ? 'dollars' : 'hits'}"`
    // The first one can be clicked in.
    return `<hail-graph id="g${i}" ${what} by="sales" height="60" ${PERIOD} ${i === 0 ? '' : 'legend="none"'}></hail-graph>`
  }
  const number = (_: unknown, i: number) =>
    `<hail-number id="n${i}" key="shop${i}" metrics="dollars" by="sales" ${PERIOD}></hail-number>`
  return [...Array.from({ length: GRAPHS }, graph), ...Array.from({ length: NUMBERS }, number)].join('')
}

/** Notes answers, and overhears the streams. */
function note(): void {
  const mine: Noted = { answers: [], streams: [] }
  Object.assign(globalThis, { noted: mine })
  addEventListener('hail-answer', event =>
    mine.answers.push({ id: (event.target as Element).id, atMs: Date.now() }),
  )
  const { fetch } = globalThis
  globalThis.fetch = async (input, init) => {
    const response = await fetch(input, init)
    if (!`${input}`.endsWith('/stream') || response.body === null) return response
    const [theirs, ours] = response.body.tee()
    // A stream that the page gives up ends with an error.
    overhear(ours, mine.streams.push('') - 1).catch(() => {})
    return new Response(theirs, response)
  }
  async function overhear(stream: ReadableStream<Uint8Array>, index: number): Promise<void> {
    const decoder = new TextDecoder()
    const reader = stream.getReader()
    for (let part = await reader.read(); !part.done; part = await reader.read())
      mine.streams[index] += decoder.decode(part.value, { stream: true })
  }
}

/** Streams that the server has open. */
async function readers(): Promise<number> {
  const state = (await (await fetch(`${server.url}/state`)).json()) as { streams: { readers: number } }
  return state.streams.readers
}

async function opened(): Promise<WatchedPage & { traffic: Traffic }> {
  const policy = `${strictPolicy(server.origin)} data:`
  const head = `<link rel="stylesheet" href="/grid.css"><script src="${server.url}/hailwhale.js" defer></script>`
  site.files.set('/grid.css', {
    text: 'body { display: grid; grid-template-columns: repeat(5, 1fr); gap: 8px; margin: 8px }',
    type: 'text/css',
  })
  const watched = await openPage(browser, { viewport: { width: 1600, height: 2400 }, locale: 'en-US' })
  await watched.page.addInitScript(note)
  const traffic = new Traffic(watched.page)
  await watched.page.goto(site.page(body(), { head, policy }))
  return { ...watched, traffic }
}

test('all are drawn over one connection; a count moves those it is for; a drill-down brings only its own', async () => {
  const { page, problems, traffic } = await opened()
  await until(page, GRAPHS, inState, 'hail-graph', 'live')
  await until(page, NUMBERS, inState, 'hail-number', 'live')
  await until(page, GRAPHS, drawnGraphs)
  await until(page, '153', partText, '#g3', '.figure')
  // Graphs that come later reopen the stream: in the end there is one, at either end.
  await expect.poll(readers).toBe(1)
  await expect.poll(() => traffic.streams).toBe(1)

  await page.evaluate(() => noted.answers.splice(0))
  const countedMs = Date.now()
  await server.count('key=shop3&dimensions={"sales":{"tea":"web"}}&metrics={"dollars":700}')
  await until(page, '853', partText, '#g3', '.figure')
  await until(page, '3', partText, '#g28', '.figure')
  await until(page, '853', partText, '#n3', '.figure')
  const moved = await page.evaluate(() => noted.answers)
  expect([...new Set(moved.map(({ id }) => id))].sort()).toEqual(['g28', 'g3', 'n3'])
  const tookMs = Math.max(...moved.map(({ atMs }) => atMs)) - countedMs
  console.log(`a count was in all its ${moved.length} elements after ${tookMs} ms`)
  expect(tookMs).toBeLessThan(5_000)

  await page.evaluate(() => noted.answers.splice(0))
  await page.locator('#g0 .legend button.text', { hasText: 'tea' }).click()
  await until(page, '100', partText, '#g0', '.figure')
  await expect.poll(readers).toBe(1)
  expect(await page.evaluate(() => noted.answers.map(({ id }) => id))).toEqual(['g0'])
  const sent = await page.evaluate(() => noted.streams.at(-1)!.match(/"index":\d+/g))
  expect(sent).toHaveLength(1)
  await expect.poll(() => traffic.streams).toBe(1)
  // All of this came over the stream; and it was opened for what joined or changed, not for each graph.
  expect(traffic.urls.filter(({ pathname }) => pathname === '/graph')).toEqual([])
  expect(traffic.urls.filter(({ pathname }) => pathname === '/stream').length).toBeLessThanOrEqual(4)
  expect(problems).toEqual([])
  await page.context().close()
})
