/** <hail-table> in a real browser, on a real server. Needs the build and Chromium. */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { PHONE } from '../../test/support/browser.js'
import { ElementSite, HOSTILE_NAMES, seriousFindings, shows } from '../../test/support/element-site.js'

let site: ElementSite

beforeAll(async () => {
  site = await ElementSite.start()
  const sale = (product: string, country: string, dollars: number, hits: number) => {
    return {
      key: 'shop',
      dimensions: { product, country: { [country]: product } },
      metrics: { dollars, hits },
    }
  }
  await site.server.countAll([
    sale('lamp', 'de', 500, 2),
    sale('mug', 'de', 300, 30),
    sale('tea', 'fr', 200, 10),
    sale('10', 'fr', -50, 1),
    { key: 'shop', metrics: { dollars: 50 } },
  ])
})

afterAll(async () => {
  await site?.close()
})

const COLUMNS = 'metrics="dollars,hits,dollars/hits" format="EUR,,EUR"'

/** The rows of a table: what stands in their cells. */
async function rows(page: Page, part: 'tbody' | 'tfoot' = 'tbody'): Promise<string[]> {
  const all = await page.locator(`hail-table ${part} tr`).all()
  return Promise.all(
    all.map(async row =>
      (await row.locator('th, td').allTextContents()).map(text => text.trim()).join(' | '),
    ),
  )
}

/** Waits until the rows begin with these names. */
async function ordered(page: Page, ...names: string[]): Promise<void> {
  await expect
    .poll(() => page.locator('hail-table tbody th').allTextContents(), { timeout: 20_000 })
    .toEqual(names.map(name => expect.stringContaining(name)))
}

const sortBy = (page: Page, head: string) =>
  page.locator('hail-table thead button').filter({ hasText: head }).first().click()

describe('the table', () => {
  test('has the children ranked, what they don’t have, and all', async () => {
    const { page, problems } = await site.open(`<hail-table key="shop" by="product" ${COLUMNS}></hail-table>`)
    await ordered(page, 'lamp', 'mug', 'tea', '10')
    expect(await rows(page)).toEqual([
      'lamp | €500 | 2 | €250.00',
      'mug | €300 | 30 | €10.00',
      'tea | €200 | 10 | €20.00',
      '10 | -€50 | 1 | -€50.00',
    ])
    expect(await rows(page, 'tfoot')).toEqual(['Overall | €950 | 43 | €22.09'])
    expect(await page.locator('hail-table thead th').allTextContents()).toHaveLength(4)
    expect(
      await page
        .locator('hail-table .track b')
        .evaluateAll(bars => bars.map(bar => (bar as HTMLElement).style.width.slice(0, 4))),
    ).toEqual(['52.6', '31.5', '21.0', '5.26'])
    expect(await page.locator('hail-table .course').count()).toBe(0)
    expect(problems).toEqual([])
    await page.context().close()
  })

  test('moves when something is counted, without a reload; the row in focus keeps it', async () => {
    const { page } = await site.open('<hail-table key="moving" by="product" metrics="dollars"></hail-table>')
    await shows(page, 'hail-table .note', 'Nothing counted yet')
    expect(await page.getAttribute('hail-table', 'state')).toBe('empty')
    await site.server.count('key=moving&dimensions={"product":"mug"}&metrics={"dollars":5}')
    await site.server.count('key=moving&dimensions={"product":"tea"}&metrics={"dollars":4}')
    await ordered(page, 'mug', 'tea')
    await page.locator('hail-table tbody button').filter({ hasText: 'tea' }).focus()
    await site.server.count('key=moving&dimensions={"product":"tea"}&metrics={"dollars":2}')
    await ordered(page, 'tea', 'mug')
    const focused = () =>
      page.locator('hail-table').evaluate(table => table.shadowRoot?.activeElement?.textContent)
    expect(await focused()).toBe('tea')
    await site.server.count('key=moving&dimensions={"product":"mug"}&metrics={"dollars":2}')
    await ordered(page, 'mug', 'tea')
    expect(await focused()).toBe('tea')
    await page.context().close()
  })

  test('shows the dimensions where no path is named, and a course where asked for', async () => {
    const { page } = await site.open('<hail-table key="shop" metrics="hits" sparkline></hail-table>')
    await ordered(page, 'country', 'product')
    expect(await page.locator('hail-table tbody .sparkline .area').first().getAttribute('d')).toMatch(
      /^M0 29L/,
    )
    await page.locator('hail-table').evaluate(table => table.removeAttribute('sparkline'))
    await expect.poll(() => page.locator('hail-table .course').count()).toBe(0)
    await page.context().close()
  })
})

describe('sorting', () => {
  test('by each column and by name, both ways', async () => {
    const { page } = await site.open(
      `<hail-table key="shop" by="product" ${COLUMNS} sort="hits"></hail-table>`,
    )
    await ordered(page, '10', 'lamp', 'tea', 'mug')
    const sorted = () =>
      page
        .locator('hail-table thead th')
        .evaluateAll(heads => heads.map(head => head.getAttribute('aria-sort')))
    expect(await sorted()).toEqual(['none', 'none', 'ascending', 'none'])
    await sortBy(page, 'dollars/hits')
    await ordered(page, 'lamp', 'tea', 'mug', '10')
    expect(await sorted()).toEqual(['none', 'none', 'none', 'descending'])
    await sortBy(page, 'product')
    await ordered(page, '10', 'lamp', 'mug', 'tea')
    await page.locator('hail-table thead button').first().press('Enter')
    await ordered(page, 'tea', 'mug', 'lamp', '10')
    expect(await sorted()).toEqual(['descending', 'none', 'none', 'none'])
    await page.context().close()
  })

  test('asks the server which rows come first, where not all are shown', async () => {
    const { page } = await site.open(
      `<hail-table key="shop" by="product" ${COLUMNS} limit="2" sparkline></hail-table>`,
    )
    // A sum below zero isn't shown here, and might come before: so it asks from the start.
    await ordered(page, 'lamp', 'mug')
    const asked: URL[] = []
    page.on('request', request => asked.push(new URL(request.url())))
    await sortBy(page, 'dollars')
    await ordered(page, '10', 'tea')
    const totals = asked.find(({ pathname }) => pathname === '/totals')
    expect(Object.fromEntries(totals!.searchParams)).toMatchObject({
      by: 'product',
      sort: 'dollars',
      limit: '2',
    })
    expect((await rows(page, 'tfoot'))[0]).toMatch(/^2 others \|.*\| – \| – \| –$/)
    await expect
      .poll(() => page.locator('hail-table tbody .sparkline .area').first().getAttribute('d'), {
        timeout: 20_000,
      })
      .toMatch(/^M0 3L/)
    await site.server.count('key=shop&dimensions={"product":"ice"}&metrics={"dollars":-70}')
    await ordered(page, 'ice', '10')
    await page.locator('hail-table button').filter({ hasText: 'Show 2 more' }).click()
    await ordered(page, 'ice', '10', 'tea', 'mug')
    await page.locator('hail-table button').filter({ hasText: 'Show 1 more' }).click()
    await ordered(page, 'ice', '10', 'tea', 'mug', 'lamp')
    expect(await page.locator('hail-table .foot button').count()).toBe(0)
    await page.context().close()
  })
})

describe('drilling down', () => {
  test('a click on a name, and the way back', async () => {
    const { page } = await site.open(`<hail-table key="shop" by="country" ${COLUMNS}></hail-table>`)
    await page.evaluate(() => {
      document.addEventListener('hail-drill', event =>
        document.body.append(JSON.stringify((event as CustomEvent).detail)),
      )
    })
    await ordered(page, 'de', 'fr')
    await page.locator('hail-table tbody button').filter({ hasText: 'de' }).press('Enter')
    await ordered(page, 'lamp', 'mug')
    await shows(page, 'body', '{"by":["country","de"]}')
    expect(await page.locator('hail-table .crumbs li').allTextContents()).toEqual(
      ['shop', 'country', 'de'].map(name => expect.stringContaining(name)),
    )
    const focused = await page
      .locator('hail-table')
      .evaluate(table => table.shadowRoot?.activeElement?.textContent)
    expect(focused).toBe('de')
    await page.locator('hail-table tbody button').filter({ hasText: 'lamp' }).click()
    await shows(page, 'hail-table .note', 'Nothing is told apart below lamp.')
    await page.locator('hail-table .crumbs button').filter({ hasText: 'country' }).click()
    await ordered(page, 'de', 'fr')
    await page.locator('hail-table .crumbs button').filter({ hasText: 'shop' }).click()
    await ordered(page, 'country', 'product')
    await page.context().close()
  })

  test('the page may forbid it', async () => {
    const { page } = await site.open(`<hail-table key="shop" by="country" metrics="hits"></hail-table>`)
    await ordered(page, 'de', 'fr')
    await page.evaluate(() => document.addEventListener('hail-drill', event => event.preventDefault()))
    await page.locator('hail-table tbody button').first().click()
    await page.locator('hail-table').evaluate(async table => {
      await (table as unknown as { updateComplete: Promise<unknown> }).updateComplete
    })
    await ordered(page, 'de', 'fr')
    await page.context().close()
  })
})

test('the same for a spreadsheet: all children, in this order', async () => {
  const { page } = await site.open(
    '<hail-table key="shop" by="country" metrics="dollars,hits" sort="name" limit="1"></hail-table>',
  )
  await ordered(page, 'de')
  const answer = await fetch((await page.getAttribute('hail-table a', 'href'))!)
  const [, ...lines] = (await answer.text()).trim().split('\r\n')
  expect(lines).toHaveLength(2)
  expect(lines[0]).toMatch(/de.*,800,32$/)
  await page.context().close()
})

describe('states', () => {
  test('refused, in the words of the server', async () => {
    const { page } = await site.open(
      '<hail-table key="shop" metrics="dollars" period="1m:never"></hail-table>',
    )
    await shows(page, 'hail-table .notice', 'never')
    expect(await page.locator('hail-table table').count()).toBe(0)
    await page.locator('hail-table').evaluate(table => table.setAttribute('period', '1h:1d'))
    await shows(page, 'hail-table tfoot', 'Overall')
    for (const [name, wrong] of [
      ['sort', '-dolars'],
      ['limit', 'all'],
    ] as const) {
      await page
        .locator('hail-table')
        .evaluate((table, [name, wrong]) => table.setAttribute(name, wrong), [name, wrong] as const)
      await shows(page, 'hail-table .notice', wrong)
      await page.locator('hail-table').evaluate((table, name) => table.removeAttribute(name), name)
      await shows(page, 'hail-table tfoot', 'Overall')
    }
    await page.context().close()
  })

  test('stale while the server is away, and on again by itself', async () => {
    await site.server.count('key=stale&dimensions={"product":"mug"}&metrics={"dollars":5}')
    await site.server.count('key=stale&dimensions={"product":"tea"}&metrics={"dollars":4}')
    const { page } = await site.open('<hail-table key="stale" by="product" metrics="dollars"></hail-table>')
    await ordered(page, 'mug', 'tea')
    await site.server.stop()
    await shows(page, 'hail-table .notice', /No connection to .* since \d\d:\d\d; trying again\.$/)
    await ordered(page, 'mug', 'tea')
    await site.server.restart()
    await site.server.count('key=stale&dimensions={"product":"ice"}&metrics={"dollars":99}')
    await ordered(page, 'ice', 'mug', 'tea')
    expect(await page.locator('hail-table .notice').count()).toBe(0)
    await page.context().close()
  })
})

describe('its looks', () => {
  test('hostile names are text, and neither widen a phone nor run', async () => {
    await site.server.countAll(HOSTILE_NAMES.map(name => ({ key: 'hostile', dimensions: { [name]: name } })))
    const { page, problems } = await site.open('<hail-table key="hostile" sparkline></hail-table>', {
      viewport: PHONE,
    })
    await expect
      .poll(() => page.locator('hail-table tbody tr').count(), { timeout: 20_000 })
      .toBe(HOSTILE_NAMES.length)
    const names = await page.locator('hail-table tbody bdi').allTextContents()
    expect(names.sort()).toEqual([...HOSTILE_NAMES].sort())
    for (const name of HOSTILE_NAMES) {
      await page
        .locator('hail-table tbody button')
        .nth((await page.locator('hail-table tbody bdi').allTextContents()).indexOf(name))
        .click()
      await shows(page, 'hail-table .crumbs', name)
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(PHONE.width)
      await page.locator('hail-table .crumbs button').first().click()
      await expect
        .poll(() => page.locator('hail-table tbody tr').count(), { timeout: 20_000 })
        .toBe(HOSTILE_NAMES.length)
    }
    expect(await page.evaluate(() => 'broken' in globalThis)).toBe(false)
    expect(problems).toEqual([])
    await page.context().close()
  })

  test('a height that the page gives is filled, and the rows scroll inside', async () => {
    const { page } = await site.open('<hail-table key="shop" by="product" metrics="dollars"></hail-table>')
    await shows(page, 'hail-table tfoot', 'Overall')
    await page.locator('hail-table').evaluate((table: HTMLElement) => {
      table.style.height = '200px'
    })
    const card = await page.locator('hail-table .card').boundingBox()
    expect(card!.height).toBe(200)
    const scroll = page.locator('hail-table .scroll')
    const scrolled = await scroll.evaluate(box => {
      box.scrollTop = 40
      return box.scrollTop
    })
    expect(scrolled).toBe(40)
    const foot = await page.locator('hail-table .foot').boundingBox()
    expect(foot!.y + foot!.height).toBeLessThanOrEqual(card!.y + card!.height)
    await page.context().close()
  })

  test('axe finds nothing serious', async () => {
    const { page } = await site.open(
      `<main><h1>Tables</h1><hail-table key="shop" by="country" ${COLUMNS} sparkline limit="1"></hail-table>
      <hail-table key="shop" by='["country","de"]' ${COLUMNS} theme="dark"></hail-table></main>`,
    )
    await shows(page, 'hail-table:nth-of-type(1) tfoot', 'Overall')
    await shows(page, 'hail-table:nth-of-type(2) tfoot', 'Overall')
    expect(await seriousFindings(page)).toEqual([])
    await page.context().close()
  })
})
