/** `/graph.js` in pages of another origin than the server's. Needs the build and Chromium. */
import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { PANEL_ATTRIBUTES } from '../../src/boards/panel.js'
import { ELEMENTS } from '../../web/embed/attributes.js'
import {
  ForeignSite,
  openBrowser,
  openPage,
  strictPolicy,
  type WatchedPage,
  WebServer,
} from '../support/browser.js'
import { elementScripts, shows, showsTotal, Traffic } from './page.js'

let site: ForeignSite
let server: WebServer
let closed: WebServer
let browser: Browser
let watched: WatchedPage

beforeAll(async () => {
  site = await ForeignSite.start()
  server = await WebServer.start('base-path = /stats', `allow-origin = ${site.origin}`)
  closed = await WebServer.start()
  browser = await openBrowser()
  await server.count('key=store&dimensions={"sales":"p1"}&metrics={"dollars":200}')
  await server.count('key=store&dimensions={"sales":"p2"}&metrics={"dollars":50}')
  await closed.count('key=store')
})
afterAll(async () => {
  await browser?.close()
  await server?.close()
  await closed?.close()
  await site?.close()
})
afterEach(() => watched?.page.context().close())

const tag = (query: string, more = '', from = server) =>
  `<script src="${from.url}/graph.js?${query.replaceAll('&', '&amp;')}" ${more}></script>`

/** Opens a page with this body. */
async function open(body: string, more: { head?: string; policy?: string } = {}): Promise<Traffic> {
  watched = await openPage(browser)
  const traffic = new Traffic(watched.page)
  await watched.page.goto(site.page(body, more))
  return traffic
}

describe('one tag', () => {
  test('draws where it stands, what it was told', async () => {
    await open(`<p>before</p>${tag('key=store&by=sales&metrics=dollars&type=area')}<p>after</p>`)
    await showsTotal(watched.page, 'p + script + hail-graph:has(+ p)', 'dollars', 250)
    await shows(watched.page, 'hail-graph', 'p1')
    expect(await watched.page.locator('hail-graph').getAttribute('type')).toBe('area')
    expect(watched.problems).toEqual([])
  })

  test('moves when something is counted', async () => {
    await open(tag('key=moving'))
    await watched.page.waitForFunction(
      () => document.querySelector('hail-graph')?.getAttribute('state') === 'empty',
    )
    await server.count('key=moving')
    await showsTotal(watched.page, 'hail-graph', 'hits', 1)
  })

  test.each(ELEMENTS)('element=%s', async name => {
    await open(tag(`element=${name}&key=store&metrics=dollars&by=sales`))
    await watched.page.waitForSelector(`hail-${name}[state=live]`)
    expect(watched.problems).toEqual([])
  })

  test.each([
    ['async', 'async'],
    ['deferred', 'defer'],
  ])('%s', async (_, attribute) => {
    await open(`${tag('key=store&metrics=dollars', attribute)}<p>after</p>`)
    await showsTotal(watched.page, 'script + hail-graph:has(+ p)', 'dollars', 250)
  })

  test('put in by script', async () => {
    await open('<div id="here"></div>')
    await watched.page.evaluate(src => {
      const script = document.createElement('script')
      script.src = src
      document.querySelector('#here')!.append(script)
    }, `${server.url}/graph.js?key=store&metrics=dollars`)
    await showsTotal(watched.page, '#here > script + hail-graph', 'dollars', 250)
  })

  test.each(['', 'async', 'defer'])('in the head (%s): at the end of the body', async attribute => {
    await open('<p>the page</p>', { head: tag('key=store&metrics=dollars', attribute) })
    await showsTotal(watched.page, 'body > p ~ hail-graph', 'dollars', 250)
  })

  test('takes the names that the server takes', async () => {
    await open(tag('pk=store&dimension=sales&metric=dollars&tzoffset=5.5&_=1'))
    await showsTotal(watched.page, 'hail-graph[key=store][by=sales][tz="+05:30"]', 'dollars', 250)
    expect(watched.problems).toEqual([])
  })
})

describe('under a policy', () => {
  test('that allows no inline script, no inline style, and only this server', async () => {
    // The icon of the page itself is a data URL.
    const policy = strictPolicy(server.origin).replace('img-src', 'img-src data:')
    await open(tag('key=store&metrics=dollars'), { policy })
    await showsTotal(watched.page, 'hail-graph', 'dollars', 250)
    expect(watched.problems).toEqual([])
  })

  test('of nonces: what is loaded has that of the tag', async () => {
    const policy = `script-src 'nonce-abc'; style-src 'self'; connect-src ${server.origin}`
    await open(tag('key=store&metrics=dollars', 'nonce="abc"'), { policy })
    await showsTotal(watched.page, 'hail-graph', 'dollars', 250)
    expect(watched.problems).toEqual([])
  })
})

describe('several tags', () => {
  test('load the elements once, and share one connection', async () => {
    const tags = ['', 'async', 'defer'].map(more => tag('key=store&metrics=dollars', more))
    const own = `<script src="${server.url}/hailwhale.js" defer></script>`
    const traffic = await open([...tags, '<p>then</p>', ...tags].join(''), { head: own })
    await showsTotal(watched.page, 'hail-graph', 'dollars', 250, 6)
    await expect.poll(() => traffic.streams).toBe(1)
    expect(await elementScripts(watched.page)).toBe(1)
    expect(watched.problems).toEqual([])
  })

  test('of two servers, each asks its own', async () => {
    await open(tag('key=store&metrics=dollars') + tag('key=store', '', closed))
    await showsTotal(watched.page, 'hail-graph:nth-of-type(1)', 'dollars', 250)
    await shows(watched.page, 'hail-graph:nth-of-type(2)', `--allow-origin ${site.origin}`)
  })
})

describe('what goes wrong is said in place', () => {
  test('a typo, in the words of the server', async () => {
    await open(tag('key=store&metrcs=dollars'))
    await shows(watched.page, 'hail-graph', /metrcs.*did you mean metrics/)
  })

  test('an origin that may not read: the setting that it needs', async () => {
    await open(tag('key=store', '', closed))
    await shows(watched.page, 'hail-graph', `--allow-origin ${site.origin}`)
  })

  test('the elements cannot be loaded', async () => {
    watched = await openPage(browser)
    await watched.page.route('**/hailwhale.js', route => route.abort())
    await watched.page.goto(site.page(tag('key=store') + tag('key=store')))
    const words = `${server.url}/hailwhale.js could not be loaded`
    await shows(watched.page, 'script + hail-graph[role=alert]', words)
    expect(await watched.page.locator('hail-graph[role=alert]').count()).toBe(2)
    expect(watched.problems.join('\n')).toContain(words)
  })

  test('a module, which cannot know where it stands', async () => {
    await open(tag('key=store', 'type="module"'))
    await expect.poll(() => watched.problems.join('\n')).toContain('without type="module"')
  })

  test('an element that there is not: a graph is drawn', async () => {
    await open(tag('element=pie&key=store&metrics=dollars'))
    await showsTotal(watched.page, 'hail-graph', 'dollars', 250)
    expect(watched.problems.join('\n')).toContain(
      'there is no element=pie; there are graph, number, table, rank',
    )
  })
})

test('the attributes that are set before the elements are loaded are those that they have', async () => {
  await open(tag('key=store'))
  await watched.page.waitForSelector('hail-graph[state=live]')
  const known = await watched.page.evaluate(
    names =>
      names.map(
        name =>
          (customElements.get(`hail-${name}`) as unknown as { observedAttributes: string[] })
            .observedAttributes,
      ),
    [...ELEMENTS],
  )
  for (const [i, name] of ELEMENTS.entries()) {
    const attributes = known[i]!.filter(name => !['state', 'pk'].includes(name))
    expect(attributes.sort()).toEqual(['server', 'token', ...PANEL_ATTRIBUTES[name]].sort())
  }
})
