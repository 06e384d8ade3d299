/**
 * Every page of `examples/` in a browser, as its README says to try them: served by `examples/serve.mjs`, so of another origin
 * than the server, which is a real one. Each shows the right numbers, and nothing goes wrong in it. Needs the build and Chromium.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openBrowser, openPage, PHONE, WebServer } from '../support/browser.js'

const EXAMPLES = fileURLToPath(new URL('../../examples', import.meta.url))
const PAGES = readdirSync(EXAMPLES).filter(name => name.endsWith('.html'))

/** Visits of the made-up shop: channel, product, country, device, dollars (0: nothing was bought). */
const VISITS = [
  ['search', 'tea pot', 'Germany', 'phone', 34],
  ['search', 'enamel mug', 'France', 'laptop', 12.5],
  ['direct', 'tea pot', 'Germany', 'laptop', 68],
  ['social', 'gift card', 'Kenya', 'phone', 0],
  ['search', 'gift card', 'Japan', 'tablet', 0],
  ['newsletter', 'enamel mug', 'Germany', 'phone', 12.5],
] as const

/** What all of it sums up to, by metric. */
const TOTALS: Readonly<Record<string, number>> = {
  ...{ dollars: 127, orders: 4, hits: 6 },
  ...{ 'dollars/orders': 31.75, 'orders/hits': 4 / 6 },
}

/** How many elements a page has, by their names; pages that are not here have other means. */
const ELEMENTS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  'graph.html': { graph: 3 },
  'types.html': { graph: 5 },
  'number.html': { number: 3 },
  'table.html': { table: 1 },
  'rank.html': { rank: 1 },
  'script-tag.html': { graph: 2, number: 2 },
  'styling.html': { graph: 1 },
  'javascript.html': { graph: 1 },
  'jquery.html': { graph: 1 },
  'jquery-2011.html': { graph: 2 },
  'csp.html': { graph: 1, number: 2 },
  'dashboard-of-your-own.html': { number: 3, graph: 1, table: 1, rank: 1 },
}

let server: WebServer
let site: ChildProcess
let address: string
let browser: Browser

beforeAll(async () => {
  server = await WebServer.start('allow-origin = *')
  await server.countAll(
    VISITS.map(([channel, product, country, device, dollars]) => ({
      key: 'demo',
      dimensions: { channel: { [channel]: product }, country, device },
      metrics: dollars > 0 ? { dollars, orders: 1 } : {},
    })),
  )
  site = spawn(process.execPath, [join(EXAMPLES, 'serve.mjs'), server.url], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, PORT: '0' },
  })
  for await (const line of createInterface({ input: site.stdout! })) {
    address = line
    break
  }
  browser = await openBrowser()
})
afterAll(async () => {
  await browser?.close()
  if (site?.kill()) await once(site, 'exit')
  await server?.close()
})

/** The state and the totals of every element of ours, in the order of the page. */
function elements(page: Page) {
  return page.evaluate(() =>
    Array.from(document.querySelectorAll('hail-graph, hail-number, hail-table, hail-rank'), element => {
      const { localName, state, graph } = element as HTMLElement & {
        readonly state?: string
        readonly graph?: { readonly overall?: { readonly total: Record<string, number> } } | null
      }
      return { name: localName.replace('hail-', ''), state, total: graph?.overall?.total ?? {} }
    }),
  )
}

/** Waits until all elements of a page show what was counted, and compares every number of theirs that was. */
async function showsAll(page: Page, expected: Readonly<Record<string, number>>): Promise<void> {
  const names = Object.entries(expected).flatMap(([name, count]) => Array<string>(count).fill(name))
  await expect
    .poll(async () => (await elements(page)).filter(({ state }) => state === 'live').length, {
      timeout: 20_000,
    })
    .toBe(names.length)
  const found = await elements(page)
  expect(found.map(({ name }) => name).sort()).toEqual(names.sort())
  for (const { name, total } of found) {
    const known = Object.keys(total).filter(metric => metric in TOTALS)
    expect(known.length).toBeGreaterThan(name === 'rank' ? -1 : 0)
    for (const metric of known) expect(total[metric]).toBeCloseTo(TOTALS[metric]!, 9)
  }
}

test('every page is in the list of index.html', () => {
  const index = readFileSync(join(EXAMPLES, 'index.html'), 'utf8')
  expect(PAGES.filter(name => name !== 'index.html' && !index.includes(`href="${name}"`))).toEqual([])
})

describe.each(PAGES)('%s', name => {
  test('shows the right numbers, without an error, on a phone too', async () => {
    const { page, problems } = await openPage(browser)
    try {
      await page.goto(address + name)
      await showsAll(page, ELEMENTS[name] ?? {})
      await MORE[name]?.(page)
      expect(problems).toEqual([])
      await page.setViewportSize(PHONE)
      await page.reload()
      await showsAll(page, ELEMENTS[name] ?? {})
      await expect.poll(() => page.evaluate(() => document.documentElement.scrollWidth)).toBe(PHONE.width)
    } finally {
      await page.context().close()
    }
  })
})

/** What else is looked at, or done, in some pages. */
const MORE: Readonly<Record<string, (page: Page) => Promise<void>>> = {
  'picture.html': page => havePictures(page, 3),
  'csp.html': page => havePictures(page, 1),
  'table.html': page => page.getByText('newsletter').first().waitFor(),
  'rank.html': page => page.getByText('search').first().waitFor(),
  'javascript.html': async page => {
    await page.getByText('4 channels').waitFor()
    await page.getByRole('button', { name: 'Hour' }).click()
    await expect.poll(() => intervals(page)).toEqual(['1m'])
    await showsAll(page, { graph: 1 })
  },
  'jquery.html': async page => {
    await page.getByRole('button', { name: 'Countries' }).click()
    await page.getByText('Germany').first().waitFor()
  },
  'jquery-2011.html': async page => {
    await page.locator('#totals table').nth(1).waitFor()
    await page.getByRole('button', { name: 'Send fake events' }).click()
    await expect.poll(async () => (await elements(page))[0]!.total.hits, { timeout: 20_000 }).toBe(31)
    const fake = new URLSearchParams({ key: 'demo', dimensions: '["channel","fake"]' })
    expect(await (await fetch(`${server.url}/reset?${fake}`, { method: 'POST' })).text()).toBe('OK')
  },
  'flot.html': page => page.locator('#plot canvas').first().waitFor(),
  'dashboard-of-your-own.html': async page => {
    await page.getByRole('button', { name: 'Day' }).click()
    await expect.poll(() => intervals(page)).toEqual(['1h', '1h'])
    await showsAll(page, ELEMENTS['dashboard-of-your-own.html']!)
  },
}

async function havePictures(page: Page, count: number): Promise<void> {
  const widths = () => page.evaluate(() => Array.from(document.images, image => image.naturalWidth))
  await expect
    .poll(async () => (await widths()).filter(width => width > 0).length, { timeout: 20_000 })
    .toBe(count)
}

/** The intervals of what graphs and tables show. */
function intervals(page: Page): Promise<(string | undefined)[]> {
  return page.evaluate(() =>
    Array.from(
      document.querySelectorAll<HTMLElement & { readonly graph?: { readonly interval: string } | null }>(
        'hail-graph, hail-table',
      ),
      ({ graph }) => graph?.interval,
    ),
  )
}
