/** The same pages in Debian's Firefox: a smoke test. What they do in detail is shown in Chromium. Needs the build and firefox-esr. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { publish } from '../embed/page.js'
import { ForeignSite, strictPolicy, WebServer } from '../support/browser.js'
import { Firefox, type FirefoxPage } from '../support/firefox.js'
import { drawnGraphs, inState, partText } from './in-page.js'

let site: ForeignSite
let server: WebServer
let firefox: Firefox
let page: FirefoxPage | undefined

beforeAll(async () => {
  site = await ForeignSite.start()
  await publish(site, '/jquery.js', 'jquery')
  server = await WebServer.start(`allow-origin = ${site.origin}`)
  await server.countAll([
    { key: 'store', dimensions: { sales: 'tea' }, metrics: { dollars: 200 } },
    { key: 'store', dimensions: { sales: '<img src=x onerror=alert(1)>' }, metrics: { dollars: 50 } },
  ])
  firefox = await Firefox.start()
})
afterAll(async () => {
  await firefox?.close()
  await server?.close()
  await site?.close()
})
afterEach(async () => {
  await page?.close()
  page = undefined
})

async function opened(url: string): Promise<FirefoxPage> {
  page = await firefox.open(url)
  return page
}

const count = (key: string, dollars: number) =>
  server.count(`key=${key}&dimensions={"sales":"tea"}&metrics={"dollars":${dollars}}`)

test('the dashboard draws, and goes on when something is counted, without a reload', async () => {
  await count('shop', 200)
  const page = await opened(`${server.url}/?key=shop&by=sales&metrics=dollars`)
  await page.until('200', partText, 'hail-graph', '.figure')
  await page.until(1, inState, 'hail-graph', 'live')
  await page.until(1, drawnGraphs)
  await page.evaluate(() => {
    document.body.dataset.isTheSame = 'yes'
  })
  await count('shop', 34)
  await page.until('234', partText, 'hail-graph', '.figure')
  expect(await page.evaluate(() => document.body.dataset.isTheSame)).toBe('yes')
  expect(page.problems).toEqual([])
})

test('the elements work in a page of another origin, under a policy that allows nothing inline', async () => {
  const of = 'key="store" by="sales" metrics="dollars"'
  const body = ['graph', 'number', 'table', 'rank']
    .map(name => `<hail-${name} ${of}></hail-${name}>`)
    .join('')
  const head = `<script src="${server.url}/hailwhale.js" defer></script>`
  const policy = `${strictPolicy(server.origin)} data:`
  const page = await opened(site.page(body, { head, policy }))
  for (const name of ['graph', 'number', 'table', 'rank'])
    await page.until(1, inState, `hail-${name}`, 'live')
  await page.until(1, drawnGraphs)
  await page.until('250', partText, 'hail-graph', '.figure')
  await page.until('250', partText, 'hail-number', '.figure')
  const rows = await page.evaluate(() =>
    Array.from(document.querySelector('hail-table')!.shadowRoot!.querySelectorAll('tbody tr'), row =>
      row.querySelector('th')!.textContent!.trim(),
    ),
  )
  expect(rows).toEqual(['tea', '<img src=x onerror=alert(1)>'])
  await page.until('tea', partText, 'hail-rank', '.path')
  await page.evaluate(() => {
    const legend = document
      .querySelector('hail-graph')!
      .shadowRoot!.querySelectorAll<HTMLElement>('.legend button.text')
    Array.from(legend)
      .find(button => button.textContent!.includes('tea'))!
      .click()
  })
  await page.until('200', partText, 'hail-graph', '.figure')
  expect(page.problems).toEqual([])
})

test('the jQuery plugin draws, and a script tag where it stands', async () => {
  const head = `<script src="/jquery.js"></script><script src="${server.url}/jquery.hailwhale.js"></script>`
  const draw = '$("#x").hailwhale({key: "plugin", metrics: "dollars", by: "sales"})'
  const tag = `<script src="${server.url}/graph.js?key=plugin&amp;metrics=dollars" async></script>`
  await count('plugin', 5)
  const page = await opened(site.page(`<div id="x"></div><script>${draw}</script>${tag}`, { head }))
  await page.until(2, inState, 'hail-graph', 'live')
  await page.until(2, drawnGraphs)
  await count('plugin', 6)
  await page.until('11', partText, '#x hail-graph', '.figure')
  expect(page.problems).toEqual([])
})
