/** <hail-rank> in a real browser, on a real server. Needs the build and Chromium. */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { PHONE } from '../../test/support/browser.js'
import { ElementSite, HOSTILE_NAMES, seriousFindings, shows } from '../../test/support/element-site.js'

let site: ElementSite

beforeAll(async () => {
  site = await ElementSite.start()
  const visits = (country: string, device: string, hits: number, dollars: number) => {
    return { key: 'shop', dimensions: { country: { [country]: device } }, metrics: { dollars, hits } }
  }
  await site.server.countAll([
    visits('de', 'phone', 60, 60),
    visits('de', 'laptop', 40, 160),
    visits('fr', 'phone', 100, 80),
    { key: 'shop', dimensions: { country: 'jp' }, metrics: { dollars: 99, hits: 2 } },
    ...['a', 'b', 'c', 'd'].map(part => ({
      key: 'even',
      dimensions: { part },
      metrics: { dollars: 20, hits: 10 },
    })),
  ])
})

afterAll(async () => {
  await site?.close()
})

/** The paths of the entries, in order. */
function paths(page: Page): Promise<string[]> {
  return page.locator('hail-rank .path').evaluateAll(all => all.map(path => (path as HTMLElement).title))
}

async function ranked(page: Page, ...expected: string[]): Promise<void> {
  await expect.poll(() => paths(page), { timeout: 30_000 }).toEqual(expected)
}

const RATIO = '<hail-rank key="shop" by="country" metrics="dollars/hits" format=":2"></hail-rank>'

describe('what moves a ratio', () => {
  test('the parts of all levels, the largest effect first, with what it means', async () => {
    const { page, problems } = await site.open(RATIO)
    await ranked(page, 'fr', 'fr › phone', 'jp', 'de › laptop', 'de › phone', 'de')
    // 399 dollars of 202 hits.
    const cells = await page
      .locator('hail-rank tbody tr:first-child')
      .first()
      .locator('th, td')
      .allTextContents()
    expect(cells.map(cell => cell.trim())).toEqual([
      'fr',
      '0.80-59%',
      '-59%',
      expect.stringContaining('-118'),
    ])
    const readings = await page.locator('hail-rank .reading').allTextContents()
    expect(readings.map(reading => reading.trim())).toEqual([
      'Stands out: fr lowers dollars/hits by 0.58 overall: 100 hits at 0.80 instead of 1.98.',
      'Stands out: phone lowers dollars/hits by 0.58 overall: 100 hits at 0.80 instead of 1.98.',
      'Stands out: laptop lifts dollars/hits by 0.40 overall: 40 hits at 4.00 instead of 1.98.',
      'Stands out: phone lowers dollars/hits by 0.29 overall: 60 hits at 1.00 instead of 1.98.',
      'Stands out: de lifts dollars/hits by 0.11 overall: 100 hits at 2.20 instead of 1.98.',
    ])
    expect(await page.locator('hail-rank tbody[data-important]').count()).toBe(5)
    expect(problems).toEqual([])
    await page.context().close()
  })

  test('bars go both ways from the middle', async () => {
    const { page } = await site.open(RATIO)
    await ranked(page, 'fr', 'fr › phone', 'jp', 'de › laptop', 'de › phone', 'de')
    const bars = await page
      .locator('hail-rank .bar b')
      .evaluateAll(all => all.map(bar => [(bar as HTMLElement).dataset.way, (bar as HTMLElement).style.left]))
    expect(bars[0]).toEqual(['down', '0%'])
    expect(bars[2]).toEqual(['up', '50%'])
    await page.context().close()
  })

  test('depth and limit, and more when asked', async () => {
    const { page } = await site.open(
      '<hail-rank key="shop" by="country" metrics="dollars/hits" depth="1" limit="2"></hail-rank>',
    )
    await ranked(page, 'fr', 'jp')
    await page.locator('hail-rank button').filter({ hasText: 'Show more' }).click()
    await ranked(page, 'fr', 'jp', 'de')
    expect(await page.locator('hail-rank .foot').count()).toBe(0)
    await page.locator('hail-rank').evaluate(rank => rank.setAttribute('depth', 'many'))
    await shows(page, 'hail-rank .notice', 'depth')
    expect(await page.getAttribute('hail-rank', 'state')).toBe('refused')
    await page.locator('hail-rank').evaluate(rank => rank.removeAttribute('depth'))
    await ranked(page, 'fr', 'fr › phone', 'jp', 'de › laptop')
    await page.locator('hail-rank').evaluate(rank => rank.setAttribute('limit', 'some'))
    await shows(page, 'hail-rank .notice', 'limit')
    await page.locator('hail-rank').evaluate(rank => rank.setAttribute('limit', '1'))
    await ranked(page, 'fr')
    expect(await page.getAttribute('hail-rank', 'state')).toBe('live')
    await page.context().close()
  })

  test('says so where nothing stands out', async () => {
    const { page } = await site.open('<hail-rank key="even" by="part" metrics="dollars/hits"></hail-rank>')
    await shows(page, 'hail-rank .note', 'Nothing here stands out.')
    expect(await page.locator('hail-rank .reading').count()).toBe(0)
    await page.context().close()
  })

  test('a percentage has its effect as a number', async () => {
    const { page } = await site.open(
      '<hail-rank key="shop" by="country" metrics="dollars/hits" format="percent" depth="1"></hail-rank>',
    )
    await ranked(page, 'fr', 'jp', 'de')
    await shows(page, 'hail-rank tbody .effect', /^\s*-118\s*$/)
    await shows(page, 'hail-rank tbody .value', '80%')
    await shows(
      page,
      'hail-rank .reading',
      'fr lowers dollars/hits by 58.18 percentage points overall: 100 hits at 80% instead of 197.5%.',
    )
    await page.context().close()
  })
})

test('what makes up a sum', async () => {
  const { page } = await site.open(
    '<hail-rank key="shop" by="country" metrics="dollars" depth="1"></hail-rank>',
  )
  await ranked(page, 'de', 'jp', 'fr')
  await shows(page, 'hail-rank .caption', /What makes up .*dollars/)
  await shows(page, 'hail-rank .reading', 'jp is 25% of dollars: 99 of 399.')
  const bar = page.locator('hail-rank .bar b').first()
  expect(await bar.evaluate((bar: HTMLElement) => [bar.style.left, bar.style.width])).toEqual(['0%', '100%'])
  await page.context().close()
})

test('is ranked again when something is counted, without a reload', async () => {
  const { page } = await site.open('<hail-rank key="moving" metrics="hits"></hail-rank>')
  await shows(page, 'hail-rank .note', 'Nothing counted yet')
  await site.server.count('key=moving&dimensions={"a":"x"}')
  await ranked(page, 'a', 'a › x')
  await site.server.count('key=moving&dimensions={"b":1}&metrics={"hits":5}')
  await ranked(page, 'b', 'b › 1', 'a', 'a › x')
  await page.context().close()
})

test('drilling down and back, unless the page forbids it', async () => {
  const { page } = await site.open('<hail-rank key="shop" metrics="dollars/hits" limit="1"></hail-rank>')
  await ranked(page, 'country › fr')
  await page.locator('hail-rank .path').first().press('Enter')
  await ranked(page, 'phone')
  await page.locator('hail-rank .crumbs button').filter({ hasText: 'country' }).click()
  await ranked(page, 'fr')
  await page.evaluate(() => document.addEventListener('hail-drill', event => event.preventDefault()))
  await page.locator('hail-rank .path').first().click()
  expect(await page.locator('hail-rank .crumbs li').count()).toBe(2)
  await page.context().close()
})

describe('its looks', () => {
  test('hostile names are text, and neither widen a phone nor run', async () => {
    await site.server.countAll(
      HOSTILE_NAMES.map(name => ({ key: 'hostile', dimensions: { [name]: name }, metrics: { hits: 10 } })),
    )
    const { page, problems } = await site.open('<hail-rank key="hostile" limit="20"></hail-rank>', {
      viewport: PHONE,
    })
    await expect
      .poll(async () => (await paths(page)).length, { timeout: 20_000 })
      .toBe(2 * HOSTILE_NAMES.length)
    expect((await paths(page)).sort()).toEqual(
      HOSTILE_NAMES.flatMap(name => [name, `${name} › ${name}`]).sort(),
    )
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(PHONE.width)
    expect(await page.evaluate(() => 'broken' in globalThis)).toBe(false)
    expect(problems).toEqual([])
    await page.context().close()
  })

  test('axe finds nothing serious', async () => {
    const { page } = await site.open(
      `<main><h1>Rankings</h1>${RATIO}<hail-rank key="shop" by="country" metrics="dollars" theme="dark"></hail-rank></main>`,
    )
    await shows(page, 'hail-rank:nth-of-type(1) .reading', 'fr')
    await shows(page, 'hail-rank:nth-of-type(2) .reading', 'jp')
    expect(await seriousFindings(page)).toEqual([])
    await page.context().close()
  })
})
