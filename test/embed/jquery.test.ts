/** `/jquery.hailwhale.js` with each jQuery that it is for, in pages of another origin. Needs the build and Chromium. */
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { ForeignSite, openBrowser, openPage, type WatchedPage, WebServer } from '../support/browser.js'
import { elementScripts, JQUERIES, publish, shows, showsTotal, Traffic } from './page.js'

/** What pages have in `$`. */
// biome-ignore lint/suspicious/noExplicitAny: a page's jQuery, whichever version
declare const $: any

let site: ForeignSite
let server: WebServer
let browser: Browser
let watched: WatchedPage

beforeAll(async () => {
  site = await ForeignSite.start()
  for (const name of JQUERIES) await publish(site, `/${name}.js`, name)
  server = await WebServer.start(`allow-origin = ${site.origin}`)
  browser = await openBrowser()
  await server.count('key=store&dimensions={"sales":"p1"}&metrics={"dollars":200}')
  await server.count('key=store&dimensions={"sales":"p2"}&metrics={"dollars":50}')
})
afterAll(async () => {
  await browser?.close()
  await server?.close()
  await site?.close()
})
afterEach(() => watched?.page.context().close())

const plugin = () => `<script src="${server.url}/jquery.hailwhale.js"></script>`

async function open(jquery: string, body: string): Promise<Traffic> {
  watched = await openPage(browser)
  const traffic = new Traffic(watched.page)
  const head = `<script src="/${jquery}.js"></script>${plugin()}`
  await watched.page.goto(site.page(body, { head }))
  return traffic
}

const page = (): Page => watched.page

describe.each(JQUERIES)('%s: $(…).hailwhale', jquery => {
  test('draws in each matched element, and a second call changes what is there', async () => {
    const traffic = await open(jquery, '<div id="a" class="x"></div><div class="x"></div>')
    const chained = await page().evaluate(() => {
      const found = $('.x')
      return found.hailwhale({ key: 'store', metrics: ['dollars'], by: ['sales'] }) === found
    })
    expect(chained).toBe(true)
    await showsTotal(page(), '.x > hail-graph', 'dollars', 250, 2)
    await shows(page(), '#a hail-graph', 'p1')
    await page().evaluate(() => $('.x').hailwhale({ metrics: 'dollars/hits', by: null }))
    await showsTotal(page(), '.x > hail-graph', 'dollars/hits', 125, 2)
    await expect.poll(() => traffic.streams).toBe(1)
    expect(await elementScripts(page())).toBe(1)
    expect(watched.problems).toEqual([])
  })

  test('every option is an attribute', async () => {
    await open(jquery, '<div id="a"></div>')
    const attributes = await page().evaluate(() => {
      $('#a').hailwhale({
        ...{ key: ['site', 'blog'], by: 'page', metrics: 'hits', period: '1m:1h', tz: 'Asia/Tokyo' },
        ...{ type: 'area', threshold: 0.05, limit: 3, sort: 'name', compare: true, depth: 1, legend: 'none' },
        ...{
          format: ['EUR', 'percent'],
          locale: 'de',
          theme: 'dark',
          caption: 'Visits',
          poll: 5000,
          height: 200,
        },
      })
      const { attributes } = $('#a').hailwhale('element') as Element
      return Object.fromEntries(Array.from(attributes, ({ name, value }) => [name, value]))
    })
    expect(attributes).toMatchObject({
      ...{ server: `${server.url}/`, key: '["site","blog"]', by: 'page', metrics: 'hits' },
      ...{ period: '1m:1h', tz: 'Asia/Tokyo', type: 'area', threshold: '0.05', limit: '3', sort: 'name' },
      ...{ compare: '', depth: '1', legend: 'none', format: 'EUR,percent', locale: 'de', theme: 'dark' },
      ...{ caption: 'Visits', poll: '5000', height: '200' },
    })
  })

  test('another element; its element; destroy', async () => {
    await open(jquery, '<div id="a"><p>stays</p></div>')
    await page().evaluate(() => $('#a').hailwhale({ element: 'number', key: 'store', metrics: 'dollars' }))
    await page().waitForSelector('#a > p + hail-number[state=live]')
    await page().evaluate(() => $('#a').hailwhale({ element: 'table', key: 'store', by: 'sales' }))
    await page().waitForSelector('#a > p + hail-table[state=live]')
    const rest = await page().evaluate(() => [
      $('#a').hailwhale('element').localName,
      $('#a').hailwhale('destroy').length,
      document.querySelector('#a')!.innerHTML,
      $('#a').hailwhale('element') === undefined,
    ])
    expect(rest).toEqual(['hail-table', 1, '<p>stays</p>', true])
  })

  test('changes an element that the page has by itself', async () => {
    await open(jquery, `<hail-graph server="${server.url}" key="nothing"></hail-graph>`)
    await page().evaluate(() => $('hail-graph').hailwhale({ key: 'store', metrics: 'dollars' }))
    await page().addScriptTag({ url: `${server.url}/hailwhale.js` })
    await showsTotal(page(), 'hail-graph[key=store]', 'dollars', 250)
  })

  test('events arrive at handlers', async () => {
    await open(jquery, '<div id="a"></div>')
    const total = await page().evaluate(
      () =>
        new Promise(resolve => {
          $('#a').on('hail-answer', (event: { originalEvent: CustomEvent }) =>
            resolve(event.originalEvent.detail.graph.overall.total),
          )
          $('#a').hailwhale({ key: 'store', metrics: 'dollars' })
        }),
    )
    expect(total).toEqual({ dollars: 250 })
  })

  test('what there is not is an error that says what there is', async () => {
    await open(jquery, '<div id="a"></div>')
    const error = (argument: unknown) =>
      page().evaluate(argument => {
        try {
          return $('#a').hailwhale(argument).length
        } catch (error) {
          return (error as Error).message
        }
      }, argument)
    expect(await error('refresh')).toBe(
      "hailwhale: there is no method 'refresh'; there are destroy and element",
    )
    expect(await error({ element: 'pie' })).toContain('there are graph, number, table, rank')
    await page().evaluate(() => $('#a').hailwhale({ key: 'store', metrcs: 'dollars' }))
    await shows(page(), '#a', /metrcs.*did you mean metrics/)
  })
})

describe.each(JQUERIES)('%s: $.hailwhale, as in 2011', jquery => {
  test('host, opts, charts; every method answers the object', async () => {
    await open(jquery, '<div id="one"></div><div class="two"></div>')
    const made = await page().evaluate(host => {
      const hw = $.hailwhale(host, { a: 1 })
      const chained =
        hw.add_graph('one', { pk: 'store' }).add_graph($('.two'), {}).graph_tables('one', {}) === hw
      return {
        host: hw.host,
        opts: hw.opts,
        chained,
        charts: Object.keys(hw.charts).sort(),
        made: new $.hailwhale().host,
      }
    }, server.url)
    expect(made).toEqual({ host: server.url, opts: { a: 1 }, chained: true, charts: ['1', 'one'], made: '' })
  })

  test.each(['', '/'])('a graph of a host that ends in "%s", in place of what stood there', async end => {
    await open(jquery, '<div class="plot" id="x" style="height: 200px">Loading…</div><p id="after">after</p>')
    await page().evaluate(host => {
      const whole = {
        pk: 'store',
        metric: 'dollars',
        dimension: 'sales',
        depth: 1,
        title: 'Money',
        autoupdate: true,
      }
      $.hailwhale(host).add_graph('#x', whole)
    }, server.url + end)
    await showsTotal(page(), '#x > hail-graph[caption=Money]', 'dollars', 250)
    await shows(page(), '#x hail-graph', 'p1')
    expect(await page().textContent('#x')).not.toContain('Loading')
    const [graph, after] = [
      await page().locator('#x').boundingBox(),
      await page().locator('#after').boundingBox(),
    ]
    expect(after!.y).toBeGreaterThanOrEqual(graph!.y + graph!.height)
    expect(watched.problems).toEqual([])
  })

  test('without a host, of the server that the plugin came from; before its place has been read', async () => {
    const call = '<script>$.hailwhale("").add_graph("late", {pk: "store", metric: "dollars"})</script>'
    await open(jquery, `${call}<div id="late"></div>`)
    await showsTotal(page(), '#late > hail-graph', 'dollars', 250)
    await page().waitForFunction(
      () => !document.querySelector('#late > hail-graph')!.shadowRoot!.textContent!.includes('sales'),
    )
    expect(watched.problems).toEqual([])
  })

  test('fake hits make a graph move', async () => {
    await open(jquery, '<div id="x"></div>')
    const key = `fake-${jquery}`
    await page().evaluate(
      ([host, pk]) => {
        const hw = $.hailwhale(host)
        hw.add_graph('x', { pk, metrics: ['hits', 'clicks'], depth: 1, autoupdate: true })
        hw.trigger_fake_hits({ pk, dimensions: { colour: 'red' }, metric: 'clicks' })
      },
      [server.url, key] as const,
    )
    await page().waitForFunction(() => {
      const total =
        (
          document.querySelector('#x > hail-graph') as unknown as {
            graph?: { overall: { total: { hits: number } } }
          }
        ).graph?.overall.total.hits ?? 0
      return total > 0 && total < 25
    })
    await showsTotal(page(), '#x > hail-graph', 'hits', 25)
    await showsTotal(page(), '#x > hail-graph', 'clicks', 25)
  })

  test('tables of totals', async () => {
    await open(jquery, '<div id="x">Loading…</div>')
    await page().evaluate(host => {
      const extra = {
        pk: 'store',
        dimension: 'sales',
        depth: 1,
        metrics: ['dollars', 'hits'],
        period: 'today,month',
      }
      $.hailwhale(host).graph_tables('x', extra)
    }, server.url)
    await page().waitForSelector('#x table + table')
    const tables = await page()
      .locator('#x table')
      .evaluateAll(all =>
        (all as HTMLTableElement[]).map(table => [
          table.caption!.textContent,
          ...Array.from(table.rows, row => Array.from(row.cells, cell => cell.textContent)),
        ]),
      )
    expect(tables[0]).toEqual([
      'dollars',
      ['', 'today', 'month'],
      ['sales', '250', '250'],
      ['sales › p1', '200', '200'],
      ['sales › p2', '50', '50'],
    ])
    expect(tables[1]![0]).toBe('hits')
  })

  test("a page's own table is left alone; a refusal stands in the place of totals", async () => {
    await open(jquery, '<table id="own" data-hw-target="#g"><tr><td>5</td></tr></table><div id="x"></div>')
    await page().evaluate(host => {
      $.hailwhale(host)
        .graph_tables('own', {})
        .graph_tables('x', { period: 'never' })
        .graph_tables('nowhere', {})
    }, server.url)
    await shows(page(), '#x [role=alert]', 'never')
    expect(await page().textContent('#own')).toBe('5')
    expect(watched.problems.join()).toContain('data-hw-target')
    expect(watched.problems.join()).toContain('there is nothing to draw in: nowhere')
  })

  test('autoupdate: false is asked once, an interval again and again', async () => {
    const traffic = await open(jquery, '<div id="once"></div><div id="often"></div>')
    await page().evaluate(host => {
      const hw = $.hailwhale(host)
      hw.add_graph('once', { pk: 'store', metric: 'dollars' })
      hw.add_graph('often', { pk: 'store', metric: 'dollars/hits', autoupdate: true, interval: 1000 })
    }, server.url)
    const asked = (metrics: string) =>
      traffic.urls.filter(({ searchParams }) => searchParams.get('metrics') === metrics).length
    await expect.poll(() => asked('dollars/hits'), { timeout: 20_000 }).toBeGreaterThan(2)
    expect(asked('dollars')).toBe(1)
    expect(traffic.streams).toBe(0)
  })
})

describe('a page', () => {
  test('without jQuery is told so', async () => {
    watched = await openPage(browser)
    await page().goto(site.page(plugin()))
    expect(watched.problems.join()).toContain('found no jQuery')
  })

  test('with the plugin twice, a script tag and elements of its own loads them once, over one connection', async () => {
    const own = `<script src="${server.url}/hailwhale.js" async></script><hail-graph key="store" metrics="dollars"></hail-graph>`
    const tag = `<script src="${server.url}/graph.js?key=store&amp;metrics=dollars" async></script>`
    const draw = '<div id="x"></div><script>$("#x").hailwhale({key: "store", metrics: "dollars"})</script>'
    const traffic = await open('jquery', `${own}${plugin()}${tag}${draw}`)
    await showsTotal(page(), 'hail-graph', 'dollars', 250, 3)
    await expect.poll(() => traffic.streams).toBe(1)
    expect(await elementScripts(page())).toBe(1)
    expect(watched.problems).toEqual([])
  })

  test('that bundles the plugin says where the server is', async () => {
    watched = await openPage(browser)
    await page().goto(site.page('<div id="x"></div>', { head: '<script src="/jquery.js"></script>' }))
    const text = await (await fetch(`${server.url}/jquery.hailwhale.js`)).text()
    await page().addScriptTag({ content: text })
    const error = await page().evaluate(() => {
      try {
        return $('#x').hailwhale({ key: 'store' }).length
      } catch (error) {
        return (error as Error).message
      }
    })
    expect(error).toContain('say where the server is')
    await page().evaluate(
      server => $('#x').hailwhale({ server, key: 'store', metrics: 'dollars' }),
      server.url,
    )
    await showsTotal(page(), '#x > hail-graph', 'dollars', 250)
  })
})
