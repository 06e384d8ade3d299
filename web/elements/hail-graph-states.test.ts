/** <hail-graph> when not all is well, and how it is told: in a real browser, on a real server. Needs the build and Chromium. */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ForeignSite, openBrowser, openPage, PHONE, WebServer } from '../../test/support/browser.js'
import { ElementSite, HOSTILE_NAMES, seriousFindings, shows } from '../../test/support/element-site.js'
import type { HailGraph } from './hail-graph.js'

let site: ElementSite

beforeAll(async () => {
  site = await ElementSite.start()
  await site.server.countAll([
    { key: 'store', dimensions: { sales: 'tea' }, metrics: { dollars: 500 } },
    { key: 'old', dimensions: { sales: 'tea' }, metrics: { dollars: 5 }, at: Date.now() - 3 * 86_400_000 },
    ...HOSTILE_NAMES.map((name, i) => ({
      ...{
        key: name,
        dimensions: { [name]: HOSTILE_NAMES },
        metrics: { [`${name.slice(0, 100)}`]: 100 + i },
      },
    })),
  ])
})

afterAll(async () => {
  await site?.close()
})

const isState = (page: Page, state: string) =>
  page.locator(`hail-graph[state=${state}]`).first().waitFor({ timeout: 20_000 })

describe('empty', () => {
  test('says the line to type, which moves the graph', async () => {
    const { page, problems } = await site.open(
      `<hail-graph key="it's new" by="sales" metrics="dollars/hits" period="1m:1h"></hail-graph>`,
    )
    await shows(page, 'hail-graph .over', 'Nothing is counted here yet')
    const line = await page.locator('hail-graph .over code').textContent()
    expect(line).toBe(
      `curl -g '${site.server.url}/count?key=it%27s%20new&dimensions={"sales":"p1"}&metrics={"dollars":200}'`,
    )
    await page.locator('hail-graph .over button', { hasText: 'Copy' }).click()
    await shows(page, 'hail-graph .over button', /Copied|Selected/)
    await fetch(line!.slice("curl -g '".length, -1))
    await shows(page, 'hail-graph .figure', /^200$/)
    await shows(page, 'hail-graph .legend', 'p1')
    expect(await page.locator('hail-graph .over').count()).toBe(0)
    expect(problems).toEqual([])
    await page.context().close()
  })

  test('offers a longer period, a metric or a dimension where there is something', async () => {
    const { page } = await site.open('<hail-graph key="old" by="sales" metrics="dollars" period="1m:1h">')
    await page.locator('hail-graph .over button', { hasText: 'in the last 7 days' }).click()
    await shows(page, 'hail-graph .figure', /^5$/)
    await page.locator('hail-graph').evaluate(element => Object.assign(element, { metrics: 'dolars' }))
    await shows(page, 'hail-graph .over', 'No metric is called dolars')
    await isState(page, 'empty')
    await page.locator('hail-graph .over button', { hasText: 'dollars' }).click()
    await shows(page, 'hail-graph .figure', /^5$/)
    await page.locator('hail-graph').evaluate(element => Object.assign(element, { by: 'sale' }))
    await shows(page, 'hail-graph .over', 'Nothing is counted by sale')
    await page.locator('hail-graph .over button', { hasText: 'sales' }).click()
    await shows(page, 'hail-graph .figure', /^5$/)
    await page.context().close()
  })
})

describe('refused', () => {
  test('says what is wrong in the words of the server, and goes on when it is put right', async () => {
    const { page } = await site.open('<hail-graph key="store" metrics="dollars/(" compare></hail-graph>')
    const state = page.evaluate(
      () =>
        new Promise<unknown>(told => {
          document.addEventListener('hail-state', event => {
            const { detail } = event as CustomEvent
            if (detail.state === 'refused' && detail.detail.includes('dollars/)')) told(detail)
          })
        }),
    )
    await isState(page, 'refused')
    await shows(page, 'hail-graph .over', `'dollars/(' at character 10`)
    await shows(page, 'hail-graph .over code', 'metrics="dollars/("')
    await page.locator('hail-graph').evaluate(element => element.setAttribute('metrics', 'dollars/)'))
    expect(await state).toMatchObject({ state: 'refused' })
    await page.locator('hail-graph').evaluate(element => element.setAttribute('metrics', 'dollars'))
    await shows(page, 'hail-graph .figure', '500')
    for (const [name, value, words] of [
      ['format', 'nonsense', 'there are number, percent'],
      ['server', 'http://', 'is no address'],
      ['server', 'javascript:alert(1)', 'is no address'],
      ['period', '1x:2y', 'is no interval'],
    ] as const) {
      await page
        .locator('hail-graph')
        .evaluate((element, [n, v]) => element.setAttribute(n!, v!), [name, value])
      await shows(page, 'hail-graph .over', words)
      await page.locator('hail-graph').evaluate((element, n) => element.removeAttribute(n), name)
      await shows(page, 'hail-graph .figure', '500')
    }
    await page.context().close()
  })

  test('for a page of an origin that may not read, names the setting', async () => {
    const [foreign, server, browser] = [
      await ForeignSite.start(),
      await WebServer.start(),
      await openBrowser(),
    ]
    const address = foreign.page('<hail-graph key="store"></hail-graph>', {
      head: `<script type="module" src="${server.url}/hailwhale.js"></script>`,
    })
    const { page } = await openPage(browser)
    await page.goto(address)
    await shows(page, 'hail-graph .over', `--allow-origin ${foreign.origin}`)
    await browser.close()
    await Promise.all([foreign.close(), server.close()])
  })
})

describe('stale', () => {
  test('keeps the picture greyed, says since when, and goes on when the server is back', async () => {
    const own = await ElementSite.start()
    await own.server.count('key=store&dimensions={"sales":"tea"}&metrics={"dollars":500}')
    const { page } = await own.open('<hail-graph key="store" by="sales" metrics="dollars"></hail-graph>')
    await shows(page, 'hail-graph .figure', '500')
    await own.server.stop()
    await isState(page, 'stale')
    await shows(page, 'hail-graph .status', /No connection since \d\d:\d\d, trying again/)
    await shows(page, 'hail-graph .figure', '500')
    expect(await page.locator('hail-graph .slider.faded').count()).toBe(1)
    await own.server.restart()
    await isState(page, 'live')
    await own.server.count('key=store&dimensions={"sales":"tea"}&metrics={"dollars":34}')
    await shows(page, 'hail-graph .figure', '534')
    await shows(page, 'hail-graph [role=status]', 'Connected again')
    await page.context().close()
    await own.close()
  })

  test('before the first answer says which server it is, and what may be missing', async () => {
    const { page } = await site.open('<hail-graph server="http://127.0.0.1:9/" key="store"></hail-graph>')
    await shows(page, 'hail-graph .over', 'No connection to http://127.0.0.1:9/')
    await shows(page, 'hail-graph .over code', '--allow-origin http://localhost')
    await page.context().close()
  })
})

test('hostile names are text, everywhere, and break nothing', async () => {
  const attribute = (text: string) => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;')
  const json = (names: string[]) => attribute(JSON.stringify(names))
  const body = HOSTILE_NAMES.map(
    name =>
      `<hail-graph key="${json([name])}" by="${json([name])}" metrics="${attribute(`\`${name.slice(0, 100).replaceAll('`', '``')}\`,hits`)}" threshold="0" compare caption="${attribute(name)}"></hail-graph>`,
  ).join('')
  for (const viewport of [PHONE, { width: 272, height: 700 }]) {
    const { page, problems } = await site.open(body, { viewport })
    const graphs = page.locator('hail-graph')
    for (let i = 0; i < HOSTILE_NAMES.length; i++) {
      await graphs.nth(i).locator('.legend').waitFor({ timeout: 20_000 })
      const shown = await graphs.nth(i).locator('.legend .name').allTextContents()
      for (const name of HOSTILE_NAMES) expect(shown.map(text => text.trim())).toContain(name.normalize())
    }
    await graphs.first().locator('button.icon').click()
    expect(await page.evaluate(() => 'broken' in globalThis)).toBe(false)
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(
      viewport.width,
    )
    expect(problems).toEqual([])
    await page.context().close()
  }
})

describe('for all readers', () => {
  const BODY = `<main><h1>Graphs</h1>
    <hail-graph key="store" by="sales" metrics="dollars,hits" compare></hail-graph>
    <hail-graph key="nothing"></hail-graph><hail-graph key="store" metrics="("></hail-graph>
    <hail-graph key="store" by="sales" id="table"></hail-graph></main>`

  test.each(['light', 'dark'] as const)('axe finds nothing serious, %s', async colorScheme => {
    const { page } = await site.open(BODY, { colorScheme })
    await page.locator('#table button.icon').click()
    await page.locator('hail-graph[state=refused]').waitFor()
    await page.locator('hail-graph[state=empty] .over .big').waitFor()
    await page.locator('hail-graph .legend').first().waitFor()
    expect(await seriousFindings(page)).toEqual([])
    await page.context().close()
  })

  test('what can be clicked is 24 pixels high and wide at least, on a phone as well', async () => {
    const { page } = await site.open(BODY, { viewport: PHONE })
    await page.locator('hail-graph .legend').first().waitFor()
    await page.locator('hail-graph[state=empty] .over .big').waitFor()
    const small = await page.evaluate(() =>
      [...document.querySelectorAll('hail-graph')].flatMap(graph =>
        [...graph.shadowRoot!.querySelectorAll('button')]
          .filter(button => button.checkVisibility())
          .map(button => [button.textContent!.trim(), button.getBoundingClientRect()] as const)
          .filter(([, { width, height }]) => Math.round(width) < 24 || Math.round(height) < 24)
          .map(([text, { width, height }]) => `${text}: ${width} × ${height}`),
      ),
    )
    expect(small).toEqual([])
    await page.context().close()
  })

  test('the colours follow the reader, the attribute, and the page’s own properties', async () => {
    const { page } = await site.open('<hail-graph key="store" by="sales"></hail-graph>', {
      colorScheme: 'dark',
    })
    const ground = () =>
      page.locator('hail-graph .card').evaluate(card => getComputedStyle(card).backgroundColor)
    await page.locator('hail-graph .legend').waitFor()
    expect(await ground()).toBe('rgb(22, 29, 38)')
    await page.locator('hail-graph').evaluate(element => Object.assign(element, { theme: 'light' }))
    await expect.poll(ground).toBe('rgb(255, 255, 255)')
    await page.emulateMedia({ colorScheme: 'light' })
    await page.locator('hail-graph').evaluate(element => Object.assign(element, { theme: 'dark' }))
    await expect.poll(ground).toBe('rgb(22, 29, 38)')
    await page.locator('hail-graph').evaluate(element => {
      ;(element as HailGraph).style.setProperty('--hail-card', 'rgb(1, 2, 3)')
    })
    await expect.poll(ground).toBe('rgb(1, 2, 3)')
    await page.context().close()
  })
})
