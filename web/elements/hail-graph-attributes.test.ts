/** Every attribute of <hail-graph>, in a real browser, on a real server. Needs the build and Chromium. */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { WebServer } from '../../test/support/browser.js'
import { ElementSite, shows } from '../../test/support/element-site.js'
import { HailGraph } from './hail-graph.js'

/** A time that stands still: two days of hours, and what was a week before. */
const FROM_MS = Math.floor(Date.now() / 86_400_000 - 3) * 86_400_000
const HOUR_MS = 3_600_000
const TIME = `from="${FROM_MS}" to="${FROM_MS + 6 * HOUR_MS}" interval="1h" tz="UTC" locale="en"`

let site: ElementSite
let page: Page

beforeAll(async () => {
  site = await ElementSite.start()
  const sale = (hour: number, product: string, dollars: number) => ({
    ...{ key: 'store', dimensions: { sales: product }, metrics: { dollars }, at: FROM_MS + hour * HOUR_MS },
  })
  await site.server.countAll([
    ...[
      sale(1, 'tea', 500),
      sale(1, 'coffee', 300),
      sale(2, 'tea', 100),
      sale(2, 'cups', 60),
      sale(3, 'spoons', 40),
    ],
    ...[sale(-23, 'tea', 400), sale(-23, 'cups', 100)],
    ...[sale(-7 * 24 + 1, 'tea', 2000)],
    { key: ['site', 'blog'], metrics: { dollars: 3 }, at: FROM_MS + HOUR_MS },
  ])
  page = (await site.open(`<hail-graph key="store" by="sales" metrics="dollars" ${TIME}></hail-graph>`)).page
})

afterAll(async () => {
  await page?.context().close()
  await site?.close()
})

/** Sets attributes, null takes one away, and answers what was there before. */
async function set(attributes: Record<string, string | null>): Promise<Record<string, string | null>> {
  return page.locator('hail-graph').evaluate((element, changed) => {
    const before = Object.fromEntries(Object.keys(changed).map(name => [name, element.getAttribute(name)]))
    for (const [name, value] of Object.entries(changed))
      value === null ? element.removeAttribute(name) : element.setAttribute(name, value)
    return before
  }, attributes)
}

const rows = async () =>
  (await page.locator('hail-graph .legend tbody tr').allInnerTexts()).map(row =>
    row.split(/\s+/).filter(Boolean).join(' '),
  )
const figure = () => page.locator('hail-graph .figure').textContent()
const DEFAULT_ROWS = ['Overall 1,000', 'tea 60% 600', 'coffee 30% 300', '2 others 100']

/** With attributes, until what `look` sees is as expected; then everything is as before again. */
async function isWith<Seen>(
  attributes: Record<string, string | null>,
  look: () => Promise<Seen>,
  expected: Seen,
): Promise<void> {
  const before = await set(attributes)
  try {
    await expect.poll(look, { timeout: 20_000 }).toEqual(expected)
  } finally {
    await set(before)
  }
  await expect.poll(rows, { timeout: 20_000 }).toEqual(DEFAULT_ROWS)
}

describe('what is asked', () => {
  test('key, pk and by are a name or a path', async () => {
    await isWith({ key: '["site","blog"]', by: null }, figure, '3')
    await isWith({ key: null, pk: 'site', by: null }, figure, '3')
    await isWith({ by: '["sales","tea"]' }, figure, '600')
  })

  test('metrics, threshold, limit, sort and depth', async () => {
    await isWith({ metrics: 'dollars/hits' }, figure, '200')
    await isWith({ threshold: '0.4' }, rows, ['Overall 1,000', 'tea 60% 600', '3 others 400'])
    await isWith({ threshold: '0', limit: '1' }, rows, ['Overall 1,000', 'tea 60% 600', '3 others 400'])
    await isWith({ sort: 'name' }, rows, [
      DEFAULT_ROWS[0]!,
      DEFAULT_ROWS[2]!,
      DEFAULT_ROWS[1]!,
      DEFAULT_ROWS[3]!,
    ])
    await isWith({ depth: '0' }, async () => [await rows(), await figure()] as const, [[], '1,000'])
  })

  test('period, from, to, interval and tz', async () => {
    const graph = () =>
      page.locator('hail-graph').evaluate(element => {
        const { interval, times, tz, from } = (element as HailGraph).graph!
        return `${interval} ${times.length} ${tz} ${from}`
      })
    await isWith({ to: String(FROM_MS + 4 * HOUR_MS) }, graph, `1h 4 UTC ${FROM_MS}`)
    await isWith({ interval: '15m' }, graph, `15m 24 UTC ${FROM_MS}`)
    await isWith({ interval: '1d', tz: '+05:30' }, graph, `1d 1 +05:30 ${FROM_MS - 5.5 * HOUR_MS}`)
    const words = () => page.locator('hail-graph .words').textContent()
    await isWith({ from: null, period: 'thirty' }, words, 'dollars in the last 30 days')
    await isWith({ tz: 'Asia/Tokyo' }, async () => /09:00.*15:00/.test((await words()) ?? ''), true)
  })
})

describe('how it looks', () => {
  test('format and locale, also one for each metric', async () => {
    await isWith({ format: 'EUR', locale: 'de' }, figure, '1.000\u00a0€')
    await isWith({ format: 'unit:kilometer-per-hour:1' }, figure, '1,000.0 km/h')
    const second = async () => {
      await page.locator('hail-graph .tabs button').nth(1).click()
      return figure()
    }
    await isWith({ metrics: 'dollars,hits/dollars', format: 'USD,percent:1' }, second, '0.5%')
  })

  test('type: each of them is drawn', async () => {
    const picture = () =>
      page.locator('hail-graph canvas').evaluate(canvas => (canvas as HTMLCanvasElement).toDataURL())
    const seen = new Set([await picture()])
    for (const type of ['area', 'stacked', 'share', 'bars']) {
      await set({ type })
      await expect.poll(async () => !seen.has(await picture()), { timeout: 20_000 }).toBe(true)
      seen.add(await picture())
    }
    await set({ type: null })
  })

  test('caption, legend and height', async () => {
    const title = () => page.locator('hail-graph .title').allTextContents()
    await isWith({ caption: 'Takings' }, title, ['Takings'])
    await set({ legend: 'none' })
    await expect.poll(() => page.locator('hail-graph .legend').count()).toBe(0)
    await set({ legend: null, height: '123' })
    const height = () => page.locator('hail-graph .chart').evaluate(chart => chart.clientHeight)
    await expect.poll(height).toBe(123)
    // A card as high as the page says, the chart what is left of it.
    await page.locator('hail-graph').evaluate(element => {
      ;(element as HailGraph).style.height = '640px'
    })
    await set({ height: 'fill' })
    await expect.poll(height).toBeGreaterThan(250)
    expect(await page.locator('hail-graph .card').evaluate(card => card.clientHeight)).toBe(640)
    await set({ height: null })
    await page.locator('hail-graph').evaluate(element => element.removeAttribute('style'))
  })

  test('compare: the period before, or so long before; said in percent and drawn', async () => {
    const before = await set({ compare: '1w' })
    await shows(page, 'hail-graph .line .change', '-50%')
    expect(await rows()).toEqual([
      'Overall -50%1,000',
      'tea 60% -70%600',
      'coffee 30% new300',
      '2 others new100',
    ])
    await set({ compare: '', ...{ from: String(FROM_MS), to: String(FROM_MS + 24 * HOUR_MS) } })
    await shows(page, 'hail-graph .line .change', '+100%')
    expect(await page.locator('hail-graph .line .change').getAttribute('title')).toBe(
      'compared with the day before',
    )
    // What was so long before is not kept: then there is nothing to compare with, but still a graph.
    await set({ compare: '2y', to: String(FROM_MS + 6 * HOUR_MS) })
    await expect.poll(() => page.locator('hail-graph .change').count(), { timeout: 20_000 }).toBe(0)
    expect(await figure()).toBe('1,000')
    await set(before)
  })

  test('server and poll', async () => {
    const other = await WebServer.start('allow-origin = *')
    await other.countAll([{ key: 'store', metrics: { dollars: 1 }, at: FROM_MS + HOUR_MS }])
    // The page's policy lets it connect to no other server: it says so, and is back with the first.
    await set({ server: `${other.url}/` })
    await page.locator('hail-graph[state=stale]').waitFor()
    await set({ server: `${site.server.url}` })
    await expect.poll(rows, { timeout: 20_000 }).toEqual(DEFAULT_ROWS)
    await other.close()
    const asked: string[] = []
    page.on('request', request => asked.push(new URL(request.url()).pathname))
    await set({ poll: '300' })
    await expect
      .poll(() => asked.filter(path => path === '/graph').length, { timeout: 20_000 })
      .toBeGreaterThan(2)
    await set({ poll: '0', metrics: 'dollars,hits' })
    await page.locator('hail-graph .tabs').waitFor()
    expect(asked).not.toContain('/stream')
    await set({ poll: null, metrics: 'dollars' })
  })
})

test('no attribute is left out here', () => {
  const tested = [
    ...[
      'key',
      'pk',
      'by',
      'metrics',
      'threshold',
      'limit',
      'sort',
      'depth',
      'period',
      'from',
      'to',
      'interval',
      'tz',
    ],
    ...[
      'format',
      'locale',
      'type',
      'caption',
      'legend',
      'height',
      'compare',
      'theme',
      'server',
      'token',
      'poll',
      'state',
    ],
  ]
  expect([...HailGraph.observedAttributes].sort()).toEqual(tested.sort())
})
