/**
 * What happens until the first graph is drawn, on a server that has only just started and in a browser that knows nothing of it:
 * nothing that could be left out. How long it takes is measured by `npm run bench -- page`. Needs the build and Chromium.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { ForeignSite, openBrowser, openPage, strictPolicy } from '../support/browser.js'
import { ServerProcess } from '../support/server-process.js'
import { drawnGraphs } from './in-page.js'
import { until } from './until.js'

let dir: string | undefined
let site: ForeignSite
let browser: Browser
let server: ServerProcess
let url: string

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'hailwhale-cold-'))
  site = await ForeignSite.start()
  browser = await openBrowser()
  const before = ServerProcess.start(dir)
  const event = 'key=store&dimensions={"sales":"tea"}&metrics={"dollars":200}'
  expect(await (await fetch(`${await before.ready()}/count?${event}`)).text()).toBe('OK')
  await before.end('SIGTERM')
})
afterAll(async () => {
  await browser?.close()
  await site?.close()
  if (dir !== undefined) await rm(dir, { recursive: true, force: true })
})
beforeEach(async () => {
  server = ServerProcess.start(dir!, '--allow-origin', site.origin)
  url = await server.url()
})
afterEach(() => server.end('SIGTERM'))

/** What a page asks for until its graph is drawn, in order, as `GET /graph`; parameters and the hash in a name are left out. */
async function askedUntilDrawn(address: string): Promise<string[]> {
  const { page, problems } = await openPage(browser)
  const asked: string[] = []
  page.on('request', request => {
    const path = new URL(request.url()).pathname.replace(/-[\w-]{8}\./, '.')
    asked.push(`${request.method()} ${path}`)
  })
  await page.goto(address)
  await until(page, 1, drawnGraphs)
  const untilDrawn = [...asked]
  expect(problems).toEqual([])
  await page.context().close()
  return untilDrawn
}

/** Pictures are loaded beside all else: nothing waits for them. */
const withoutPictures = (asked: readonly string[]) => asked.filter(each => !each.endsWith('.svg'))

const PAGE = ['GET /', 'GET /assets/index.js', 'GET /assets/index.css']

test('the dashboard asks for the graph of a link as soon as its script is there, and for nothing else', async () => {
  const asked = await askedUntilDrawn(`${url}/?key=store&by=sales&metrics=dollars`)
  expect(withoutPictures(asked)).toEqual([...PAGE, 'POST /stream'])
})

test('without a link it asks for a key first', async () => {
  expect(withoutPictures(await askedUntilDrawn(url))).toEqual([...PAGE, 'GET /keys', 'POST /stream'])
})

test('a page of another origin needs one script and one question', async () => {
  const head = `<script src="${url}/hailwhale.js" defer></script>`
  const body = '<hail-graph key="store" by="sales" metrics="dollars"></hail-graph>'
  const policy = `${strictPolicy(url)} data:`
  const asked = await askedUntilDrawn(site.page(body, { head, policy }))
  expect(asked).toEqual(['GET /', 'GET /hailwhale.js', 'POST /stream'])
})
