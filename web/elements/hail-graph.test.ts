/** <hail-graph> in a real browser, on a real server: what its reader does with it. Needs the build and Chromium. */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ElementSite, shows } from '../../test/support/element-site.js'
import type { HailGraph } from './hail-graph.js'

const MINUTE_MS = 60_000

const NOW_MS = Date.now()

let site: ElementSite

beforeAll(async () => {
  site = await ElementSite.start()
  const sale = (product: string, dollars: number, minutesAgo: number) => ({
    ...{ key: 'store', dimensions: { sales: { [product]: 'web' } }, metrics: { dollars } },
    at: NOW_MS - minutesAgo * MINUTE_MS,
  })
  await site.server.countAll([
    ...[sale('tea', 500, 20), sale('coffee', 300, 20), sale('coffee', 100, 22)],
    ...[sale('cups', 60, 25), sale('spoons', 40, 30), sale('tea', 250, 90)],
    { key: 'store', metrics: { dollars: 7 }, at: NOW_MS - 10 * MINUTE_MS },
  ])
})

afterAll(async () => {
  await site?.close()
})

const GRAPH = '<hail-graph key="store" by="sales" metrics="dollars,hits" period="1m:1h"></hail-graph>'

/** Opens a page with a graph that has answered. */
async function opened(body = GRAPH): Promise<{ page: Page; problems: string[] }> {
  const watched = await site.open(body)
  await watched.page.locator('hail-graph[state=live] .legend').first().waitFor({ timeout: 20_000 })
  return watched
}

const figure = (page: Page) => page.locator('hail-graph .figure').textContent()
const rows = async (page: Page) =>
  (await page.locator('hail-graph .legend tbody tr').allInnerTexts()).map(row =>
    row.split(/\s+/).filter(Boolean).join(' '),
  )
const row = (page: Page, name: string) => page.locator('hail-graph .legend tbody tr', { hasText: name })
const swatch = (page: Page, name: string) => row(page, name).locator('.swatch button')
const pressed = (page: Page) =>
  page
    .locator('hail-graph .swatch button')
    .evaluateAll(buttons => buttons.map(button => button.getAttribute('aria-pressed') === 'true'))

describe('a graph', () => {
  test('shows overall, the children over the threshold, and what remains', async () => {
    const { page, problems } = await opened()
    expect(await rows(page)).toEqual(['Overall 1,000', 'tea 50% 500', 'coffee 40% 400', '2 others 100'])
    expect(await figure(page)).toBe('1,000')
    await page.locator('hail-graph').evaluate(element => element.removeAttribute('by'))
    await shows(page, 'hail-graph .figure', '1,007')
    expect(await rows(page)).toEqual(['Overall 1,007', 'sales 99% 1,000', 'without any dimension 7'])
    expect(problems).toEqual([])
    await page.context().close()
  })

  test('moves when something is counted, without a reload', async () => {
    const { page, problems } = await site.open(GRAPH.replace('store', 'moving'))
    await page.locator('hail-graph[state=empty]').waitFor()
    await site.server.count('key=moving&dimensions={"sales":"tea"}&metrics={"dollars":200}')
    await shows(page, 'hail-graph .figure', /^200$/)
    await site.server.count('key=moving&dimensions={"sales":"tea"}&metrics={"dollars":34}')
    await shows(page, 'hail-graph .figure', /^234$/)
    expect(await rows(page)).toEqual(['Overall 234', 'tea 100% 234'])
    expect(problems).toEqual([])
    await page.context().close()
  })

  test('has a tab for each metric, and draws one', async () => {
    const { page } = await opened()
    await page.locator('hail-graph .tabs button', { hasText: 'hits' }).click()
    await shows(page, 'hail-graph .words', 'hits in the last hour')
    expect(await rows(page)).toEqual(['Overall 5', 'tea 50% 1', 'coffee 40% 2', '2 others 2'])
    await shows(page, 'hail-graph .legend thead', 'Share of dollars')
    await page.context().close()
  })
})

describe('drilling', () => {
  test('goes into a child and back by crumb, Backspace and Escape', async () => {
    const { page, problems } = await opened()
    const drilled = page.evaluate(
      () =>
        new Promise(told => {
          document.addEventListener('hail-drill', event => told((event as CustomEvent).detail), {
            once: true,
          })
        }),
    )
    await row(page, 'tea').locator('button.text').click()
    await shows(page, 'hail-graph .figure', /^500$/)
    expect(await drilled).toEqual({ by: ['sales', 'tea'] })
    expect(await rows(page)).toEqual(['Overall 500', 'web 100% 500'])
    // The focus is where the click led to, so that keys work at once.
    await page.keyboard.press('Backspace')
    await shows(page, 'hail-graph .figure', '1,000')
    await row(page, 'coffee').locator('button.text').press('Enter')
    await shows(page, 'hail-graph .figure', '400')
    await page.locator('hail-graph .crumbs button', { hasText: 'sales' }).click()
    await shows(page, 'hail-graph .figure', '1,000')
    await row(page, 'tea').locator('button.text').click()
    await shows(page, 'hail-graph .figure', /^500$/)
    await page.keyboard.press('Escape')
    await shows(page, 'hail-graph .figure', '1,000')
    await page.locator('hail-graph .crumbs button', { hasText: 'store' }).click()
    await shows(page, 'hail-graph .figure', '1,007')
    expect(problems).toEqual([])
    await page.context().close()
  })

  test('is the page’s own matter where it says so', async () => {
    const { page } = await opened()
    await page.evaluate(() =>
      document.addEventListener('hail-drill', event => {
        event.preventDefault()
        document.title = (event as CustomEvent).detail.by.join('/')
      }),
    )
    await row(page, 'tea').locator('button.text').click()
    expect(await page.title()).toBe('sales/tea')
    expect(await figure(page)).toBe('1,000')
    await page.locator('hail-graph').evaluate(element => element.setAttribute('by', '["sales","tea"]'))
    await shows(page, 'hail-graph .figure', /^500$/)
    await page.context().close()
  })
})

describe('zooming', () => {
  const drag = async (page: Page, from: number, to: number) => {
    const box = (await page.locator('hail-graph .chart').boundingBox())!
    const y = box.y + box.height / 2
    await page.mouse.move(box.x + box.width * from, y)
    await page.mouse.down()
    await page.mouse.move(box.x + box.width * ((from + to) / 2), y)
    await page.mouse.move(box.x + box.width * to, y)
    await page.mouse.up()
  }

  test('by dragging shows that time finer, and a double click shows all again', async () => {
    const { page, problems } = await opened()
    await drag(page, 0.6, 0.75)
    await shows(page, 'hail-graph .zoomed', /zoomed to .*back/)
    await page.waitForFunction(() => document.querySelector('hail-graph')!.graph?.interval === '10s')
    const zoomed = await page.locator('hail-graph').evaluate(element => {
      const { from, to } = (element as HailGraph).graph!
      return to - from
    })
    expect(zoomed).toBeGreaterThan(5 * MINUTE_MS)
    expect(zoomed).toBeLessThan(15 * MINUTE_MS)
    await page.locator('hail-graph .chart').dblclick()
    await shows(page, 'hail-graph .words', 'in the last hour')
    expect(await page.locator('hail-graph .zoomed').count()).toBe(0)
    expect(problems).toEqual([])
    await page.context().close()
  })

  test('by keys, and back by the chip', async () => {
    const { page } = await opened()
    await page.locator('hail-graph .slider').focus()
    await page.keyboard.press('+')
    await page.waitForFunction(() => document.querySelector('hail-graph')!.graph?.interval === '10s')
    await page.locator('hail-graph .zoomed button').click()
    await page.waitForFunction(() => document.querySelector('hail-graph')!.graph?.interval === '1m')
    await page.context().close()
  })

  test('takes what is kept: a finer interval that is not is not asked for in vain', async () => {
    const { page } = await opened(GRAPH.replace('period="1m:1h"', 'period="1h:7d"'))
    const day = 24 * 60 * MINUTE_MS
    await page.locator('hail-graph').evaluate(
      (element, [from, to]) => {
        ;(element as HailGraph).zoom({ from: from!, to: to! })
      },
      [Date.now() - 2 * day, Date.now() - 2 * day + 60 * MINUTE_MS],
    )
    await page.waitForFunction(() => document.querySelector('hail-graph')!.graph?.interval === '1m')
    await page.context().close()
  })

  test('is the page’s own matter where it says so', async () => {
    const { page } = await opened()
    await page.evaluate(() =>
      document.addEventListener('hail-zoom', event => {
        event.preventDefault()
        document.title = JSON.stringify((event as CustomEvent).detail)
      }),
    )
    await drag(page, 0.3, 0.6)
    expect(await page.title()).toMatch(/^\{"from":\d{13},"to":\d{13}\}$/)
    expect(await page.locator('hail-graph .zoomed').count()).toBe(0)
    await page.context().close()
  })
})

describe('the legend', () => {
  test('switches lines off and on, draws one alone, and all again', async () => {
    const { page } = await opened()
    await swatch(page, 'tea').click()
    expect(await pressed(page)).toEqual([true, false, true, true])
    await swatch(page, 'tea').press('Space')
    expect(await pressed(page)).toEqual([true, true, true, true])
    await swatch(page, 'coffee').dblclick()
    expect(await pressed(page)).toEqual([false, false, true, false])
    await swatch(page, 'coffee').press('Shift+Enter')
    expect(await pressed(page)).toEqual([true, true, true, true])
    await swatch(page, 'tea').click({ modifiers: ['Alt'] })
    expect(await pressed(page)).toEqual([false, true, false, false])
    await page.context().close()
  })

  test('sorts by each of its heads', async () => {
    const { page } = await opened()
    const head = (name: string) => page.locator('hail-graph .legend th', { hasText: name })
    const names = () => page.locator('hail-graph .legend tbody .name').allInnerTexts()
    await head('Name').locator('button').click()
    expect(await head('Name').getAttribute('aria-sort')).toBe('ascending')
    expect(await names()).toEqual(['Overall', 'coffee', 'tea', '2 others'])
    await head('Total').locator('button').press('Enter')
    await head('Total').locator('button').press('Enter')
    expect(await head('Total').getAttribute('aria-sort')).toBe('ascending')
    expect(await head('Name').getAttribute('aria-sort')).toBe('none')
    expect(await names()).toEqual(['Overall', 'coffee', 'tea', '2 others'])
    await head('Share').locator('button').click()
    expect(await names()).toEqual(['Overall', 'tea', 'coffee', '2 others'])
    await page.context().close()
  })

  test('and figure have the values of the bucket at the cursor, by pointer and by keys', async () => {
    // A time that stands still: the buckets of the last hour move on.
    const from = NOW_MS - 60 * MINUTE_MS
    const { page } = await opened(
      GRAPH.replace('period="1m:1h"', `from="${from}" to="${NOW_MS}" interval="1m"`),
    )
    const slider = page.locator('hail-graph .slider')
    await slider.focus()
    await page.keyboard.press('Home')
    await shows(page, 'hail-graph .words', /dollars at/)
    await shows(page, 'hail-graph .legend thead', 'At the cursor')
    expect(await figure(page)).toBe('0')
    expect(await slider.getAttribute('aria-valuenow')).toBe('0')
    const at = await page
      .locator('hail-graph')
      .evaluate(element => (element as HailGraph).graph!.overall.points.dollars!.indexOf(800))
    for (let i = 0; i < at; i++) await page.keyboard.press('ArrowRight')
    expect(await rows(page)).toEqual(['Overall 800', 'tea 50% 500', 'coffee 40% 300', '2 others 0'])
    expect(await slider.getAttribute('aria-valuetext')).toMatch(/^800, dollars at/)
    await page.keyboard.press('Escape')
    await shows(page, 'hail-graph .words', /dollars in /)
    expect(await figure(page)).toBe('1,000')
    await page.locator('hail-graph .chart').hover()
    await shows(page, 'hail-graph .words', /dollars at/)
    await page.mouse.move(0, 0)
    await shows(page, 'hail-graph .words', /dollars in /)
    await page.context().close()
  })

  test('stands beside the same numbers as a table', async () => {
    const { page } = await opened()
    await page.locator('hail-graph button[aria-label="As a table"]').click()
    const head = await page.locator('hail-graph .points thead th').allInnerTexts()
    expect(head).toEqual(['Time', 'Overall', 'tea', 'coffee', '2 others'])
    expect(await page.locator('hail-graph .points tbody tr').count()).toBe(60)
    const lines = await page.locator('hail-graph .points tbody tr').allInnerTexts()
    expect(lines.some(line => /800\s+500\s+300\s+0$/.test(line))).toBe(true)
    expect(await page.locator('hail-graph .slider').isVisible()).toBe(false)
    await page.locator('hail-graph button[aria-label="As a table"]').click()
    expect(await page.locator('hail-graph .slider').isVisible()).toBe(true)
    await page.context().close()
  })
})
