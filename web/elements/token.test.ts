/** Elements in a page of another origin, on a server that wants a token: by attribute, option, script tag and plugin. */
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ForeignSite, openBrowser, openPage, strictPolicy, WebServer } from '../../test/support/browser.js'
import { shows } from '../../test/support/element-site.js'

type Browser = Awaited<ReturnType<typeof openBrowser>>
type Token = { readonly text: string; readonly id: string }

const JQUERY = createRequire(import.meta.url).resolve('jquery/dist/jquery.min.js')

let site: ForeignSite
let server: WebServer
let browser: Browser
let reading: Token

beforeAll(async () => {
  site = await ForeignSite.start()
  server = await WebServer.start(`allow-origin = ${site.origin}`)
  browser = await openBrowser()
  await server.countAll([
    { key: 'shop', dimensions: { channel: 'mail' }, metrics: { dollars: 5 } },
    { key: 'stock', dimensions: { fruit: 'apple' } },
  ])
  reading = await server.makeToken({ scopes: ['read', 'count'], prefixes: [['shop']] })
})
afterAll(async () => {
  await browser?.close()
  await site?.close()
  await server?.close()
})

/** Opens a page; answers it with the addresses that it asked for. */
async function open(body: string, script = '') {
  site.files.set('/jquery.js', { text: await readFile(JQUERY, 'utf8'), type: 'text/javascript' })
  site.files.set('/page.js', { text: script, type: 'text/javascript' })
  const { url, origin } = server
  const policy = `${strictPolicy(`'self' ${origin}`)} data:`
  const head = `<script src="${url}/hailwhale.js" defer></script><script src="/jquery.js" defer></script>
    <script src="${url}/jquery.hailwhale.js" defer></script><script src="/page.js" defer></script>`
  const { page } = await openPage(browser, { locale: 'en-US' })
  const asked: string[] = []
  page.on('request', request => asked.push(request.url()))
  await page.goto(site.page(body, { head, policy }))
  return { page, asked }
}

test('an attribute: it is sent in a header, and in no address', async () => {
  const { page, asked } = await open(
    `<hail-graph key="shop" by="channel" token="${reading.text}"></hail-graph>
     <hail-number key="shop" metrics="dollars" token="${reading.text}"></hail-number>
     <hail-table key="shop" by="channel" token="${reading.text}"></hail-table>
     <hail-rank key="shop" metrics="dollars" token="${reading.text}"></hail-rank>`,
  )
  await shows(page, 'hail-graph', 'mail')
  await shows(page, 'hail-number', '5')
  await shows(page, 'hail-table', 'mail')
  await shows(page, 'hail-rank', /\S/)
  expect(asked.filter(url => url.includes(reading.text))).toEqual([])
  expect(asked.filter(url => url.endsWith('/stream'))).toHaveLength(1)
  await page.context().close()
})

test('without, with a wrong one, and for another key it says why; set, it is shown', async () => {
  const wrong = `hw_0123456789_${'0'.repeat(40)}`
  const { page } = await open(
    `<hail-graph id="none" key="shop" by="channel"></hail-graph>
     <hail-graph id="wrong" key="shop" by="channel" token="${wrong}"></hail-graph>
     <hail-graph id="other" key="stock" by="fruit" token="${reading.text}"></hail-graph>
     <hail-graph id="right" key="shop" by="channel" token="${reading.text}"></hail-graph>`,
  )
  await shows(page, '#none', 'A token is needed here')
  await shows(page, '#wrong', 'This token is not known here')
  await shows(page, '#other', 'the token is not for stock')
  await shows(page, '#right', 'mail')
  await page.locator('#none').evaluate((graph, token) => graph.setAttribute('token', token), reading.text)
  await shows(page, '#none', 'mail')
  await page.locator('#right').evaluate(graph => graph.removeAttribute('token'))
  await shows(page, '#right', 'A token is needed here')
  await page.context().close()
})

test('an option of JavaScript and of the plugin, and its first interface', async () => {
  const { text } = reading
  const { page, asked } = await open(
    '<div id="made"></div><div id="plugin"></div><div id="first"></div><div id="totals"></div>',
    `HailWhale.graph('#made', { key: 'shop', by: 'channel', token: '${text}' })
     $('#plugin').hailwhale({ key: 'shop', by: 'channel', token: '${text}' })
     const whale = $.hailwhale('${server.url}/', { token: '${text}' })
     whale.add_graph('#first', { pk: 'shop', dimension: 'channel', depth: 1 })
     whale.graph_tables('#totals', { pk: 'shop', metric: 'dollars' })
     whale.trigger_fake_hits({ pk: ['shop', 'fake'] })`,
  )
  for (const place of ['#made', '#plugin', '#first']) await shows(page, place, 'mail')
  await shows(page, '#totals', 'dollars')
  await expect
    .poll(async () => {
      const headers = { authorization: `Bearer ${text}` }
      return (await fetch(`${server.url}/keys?key=shop`, { headers })).text()
    })
    .toContain('fake')
  expect(asked.filter(url => url.includes(text))).toEqual([])
  await page.context().close()
})

test('a script tag', async () => {
  const { text } = reading
  const { page, asked } = await open(
    `<script src="${server.url}/graph.js?key=shop&amp;by=channel&amp;token=${text}"></script>`,
  )
  await shows(page, 'hail-graph', 'mail')
  expect(asked.filter(url => url.includes(text)).map(url => new URL(url).pathname)).toEqual(['/graph.js'])
  await page.context().close()
})
