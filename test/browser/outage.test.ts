/**
 * What pages show while their server is away, killed, cut off or slow: that they are stale, the last they knew, and afterwards what
 * was counted, no more and no less. The dashboard and a page of another origin, both through one proxy. Needs the build and Chromium.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { ForeignSite, openBrowser, openPage, strictPolicy } from '../support/browser.js'
import { ServerProcess } from '../support/server-process.js'
import { TcpProxy } from '../support/tcp-proxy.js'
import { inState, type PageElement, partText, sums } from './in-page.js'
import { inPage, until } from './until.js'

const PRODUCTS = ['tea', 'coffee', 'cups']
/** Totals of the answers that a page was given, in order. */
declare const given: number[]

let browser: Browser
let site: ForeignSite
let dir: string
let server: ServerProcess
/** The server's own address, past the proxy. */
let direct: string
let proxy: TcpProxy
let pages: { readonly dashboard: Page; readonly embedded: Page }

beforeAll(async () => {
  browser = await openBrowser()
  site = await ForeignSite.start()
})
afterAll(async () => {
  await browser?.close()
  await site?.close()
})
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'hailwhale-outage-'))
  await start()
  proxy = await TcpProxy.start(() => Number(new URL(direct).port))
})
afterEach(async () => {
  for (const page of Object.values(pages ?? {})) await page.context().close()
  await proxy.close()
  await server.end('SIGTERM')
  await rm(dir, { recursive: true, force: true })
})

async function start(): Promise<void> {
  server = ServerProcess.start(dir, '--allow-origin', site.origin)
  direct = await server.url()
}

/** Counts events one after the other, each until the server has it; its id keeps it from being counted twice. */
class Counting {
  /** Dollars that are counted, or about to be. */
  begun = 0
  /** Dollars that the server has said `OK` to. */
  counted = 0
  #isOver = false
  readonly #done: Promise<void>

  /** Starts with the event of this number. */
  constructor() {
    this.#done = this.#run()
  }

  /** Ends after the event at hand. */
  async end(): Promise<void> {
    this.#isOver = true
    await this.#done
  }

  async #run(): Promise<void> {
    for (let i = 0; !this.#isOver; i++) {
      this.begun++
      while (!(await count(i))) await delay(20)
      this.counted++
    }
  }
}

/** Counts a dollar, past the proxy. Answers whether the server said `OK`. */
async function count(i: number): Promise<boolean> {
  const product = PRODUCTS[i % PRODUCTS.length]
  const event = `key=store&dimensions={"sales":"${product}"}&metrics={"dollars":1}&id=e${i}`
  try {
    return (await (await fetch(`${direct}/count?${event}`)).text()) === 'OK'
  } catch {
    return false
  }
}

async function countMany(from: number, until: number): Promise<void> {
  for (let i = from; i < until; i++) expect(await count(i)).toBe(true)
}

/** Opens the dashboard, and a page of another origin with a graph, a number and a table. */
async function openPages(): Promise<void> {
  const at = `http://127.0.0.1:${proxy.port}`
  const [dashboard, embedded] = await Promise.all([openPage(browser), openPage(browser)])
  pages = { dashboard: dashboard.page, embedded: embedded.page }
  for (const page of Object.values(pages)) await page.addInitScript(noteTotals)
  await dashboard.page.goto(`${at}/?key=store&by=sales&metrics=dollars&period=1h:1d`)
  const of = 'key="store" by="sales" metrics="dollars" period="1h:1d"'
  const body = ['graph', 'number', 'table'].map(name => `<hail-${name} ${of}></hail-${name}>`).join('')
  const head = `<script src="${at}/hailwhale.js" defer></script>`
  await embedded.page.goto(site.page(body, { head, policy: `${strictPolicy(at)} data:` }))
}

function noteTotals(): void {
  const totals: number[] = []
  Object.assign(globalThis, { given: totals })
  addEventListener('hail-answer', ({ target }) => {
    if ((target as Element).localName !== 'hail-graph') return
    const { graph } = target as PageElement
    totals.push(graph!.overall.total.dollars!)
  })
}

/** Waits until both pages show this much, in every number that says it, and that it is live. */
async function show(dollars: number): Promise<void> {
  for (const page of Object.values(pages)) {
    await until(page, [dollars, dollars, dollars, dollars], sums, 'hail-graph', 'dollars')
    await until(page, 1, inState, 'hail-graph', 'live')
    await until(page, `${dollars}`, partText, 'hail-graph', '.figure')
  }
  const { embedded } = pages
  await until(embedded, `${dollars}`, partText, 'hail-number', '.figure .full')
  await until(embedded, [dollars, dollars, dollars, dollars], sums, 'hail-table', 'dollars')
  await until(embedded, 1, inState, 'hail-number', 'live')
  await until(embedded, 1, inState, 'hail-table', 'live')
}

async function areStale(): Promise<void> {
  for (const page of Object.values(pages)) await until(page, 1, inState, 'hail-graph', 'stale')
  for (const name of ['number', 'table']) await until(pages.embedded, 1, inState, `hail-${name}`, 'stale')
}

/** No page was given less than before, or more than was ever counted. */
async function neverWasWrong(most: number): Promise<void> {
  for (const page of Object.values(pages)) {
    const totals = await page.evaluate(() => given)
    expect(totals).toEqual(totals.toSorted((a, b) => a - b))
    expect(totals.at(-1)).toBe(most)
  }
}

describe('a server that is restarted underneath', () => {
  test('is said to be away; then its pages go on, and nothing is doubled or lost', async () => {
    await countMany(0, 30)
    await openPages()
    await show(30)
    await server.end('SIGTERM')
    await areStale()
    for (const page of Object.values(pages))
      expect(await inPage(page, partText, 'hail-graph', '.figure')).toBe('30')
    await pages.dashboard.locator('.bar .status[data-state=lost]').waitFor()
    await start()
    await server.ready()
    await countMany(30, 50)
    await show(50)
    await countMany(50, 60)
    await show(60)
    await neverWasWrong(60)
  })

  test('also where it is killed twice while events come in all the time', async () => {
    await openPages()
    const counting = new Counting()
    for (const isEnough of [30, 60, 90]) {
      await expect.poll(() => counting.counted, { timeout: 60_000 }).toBeGreaterThan(isEnough)
      for (const page of Object.values(pages))
        await page.waitForFunction(least => given.at(-1)! >= least, isEnough)
      if (isEnough === 90) break
      await server.end('SIGKILL')
      await areStale()
      await start()
    }
    await counting.end()
    expect(counting.counted).toBe(counting.begun)
    await show(counting.counted)
    await neverWasWrong(counting.counted)
  })
})

test('a connection that is cut is taken up again, though events come in meanwhile', async () => {
  await countMany(0, 3)
  await openPages()
  await show(3)
  for (const round of [1, 2]) {
    proxy.isUp = false
    proxy.cut()
    await areStale()
    await countMany(round * 10, round * 10 + 5)
    for (const page of Object.values(pages))
      expect(await inPage(page, partText, 'hail-graph', '.figure')).toBe(`${3 + (round - 1) * 5}`)
    proxy.isUp = true
    await show(3 + round * 5)
  }
  await neverWasWrong(13)
})

describe('a slow line', () => {
  test('is not called stale for it, and comes to what was counted', async () => {
    await countMany(0, 3)
    await openPages()
    await show(3)
    proxy.bytesPerSecond = 1_000
    for (const page of Object.values(pages)) await page.evaluate(noteStates)
    await countMany(3, 153)
    await show(153)
    for (const page of Object.values(pages))
      expect(await page.evaluate(() => document.body.dataset.states)).toBe('')
    await neverWasWrong(153)
  })

  test('is enough for a page to be loaded over it', async () => {
    await countMany(0, 7)
    proxy.bytesPerSecond = 48_000
    await openPages()
    await show(7)
  })
})

/** Notes states that graphs come to from now on. */
function noteStates(): void {
  const { dataset } = document.body
  dataset.states = ''
  addEventListener('hail-state', event => {
    dataset.states += `${(event as CustomEvent<{ state: string }>).detail.state} `
  })
}
