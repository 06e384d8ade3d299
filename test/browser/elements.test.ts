/**
 * All elements beside each other in one page, as a reader without eyes or with a phone meets them, light and dark: each of them is
 * looked at alone beside its source. Needs the build and Chromium.
 */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { PHONE } from '../support/browser.js'
import { ElementSite, seriousFindings, shows } from '../support/element-site.js'

const OF = 'key="store" by="sales" metrics="dollars/hits,dollars,hits" format=":2,USD" compare'
const BODY = `<main><h1>Elements</h1>
  ${['line', 'area', 'stacked', 'share', 'bars'].map(type => `<hail-graph ${OF} type="${type}"></hail-graph>`).join('\n')}
  <hail-number key="store" metrics="dollars" format="USD" compare></hail-number>
  <hail-table ${OF} sparkline></hail-table>
  <hail-rank key="store" by="sales" metrics="dollars/hits"></hail-rank>
  <hail-graph key="nothing"></hail-graph><hail-number key="nothing"></hail-number><hail-table key="nothing"></hail-table>
  <hail-graph key="store" metrics="("></hail-graph><hail-table key="store" metrics="("></hail-table>
</main>`

let site: ElementSite

beforeAll(async () => {
  site = await ElementSite.start()
  const sale = (product: string, shop: string, dollars: number, daysAgo: number) => ({
    ...{ key: 'store', dimensions: { sales: { [product]: shop } }, metrics: { dollars, hits: 1 + daysAgo } },
    at: Date.now() - daysAgo * 86_400_000,
  })
  const sales = [sale('tea', 'web', 500, 0), sale('coffee', 'web', 300, 0), sale('coffee', 'market', 60, 0)]
  await site.server.countAll([...sales, sale('tea', 'web', 400, 1), sale('cups', 'market', 90, 1)])
})
afterAll(async () => {
  await site?.close()
})

/** Waits until each element has come to its state. */
async function settled(page: Page): Promise<void> {
  for (const [state, count] of Object.entries({ live: 8, empty: 3, refused: 2 }))
    await expect.poll(() => page.locator(`main > [state=${state}]`).count(), { timeout: 30_000 }).toBe(count)
}

test.each(['light', 'dark'] as const)('axe finds nothing serious on a phone, %s', async colorScheme => {
  const { page, problems } = await site.open(BODY, {
    ...{ viewport: PHONE, hasTouch: true, colorScheme, reducedMotion: 'reduce' },
  })
  await settled(page)
  expect(await seriousFindings(page)).toEqual([])
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(PHONE.width)

  // The same one level down, with the numbers as a table.
  await page.locator('hail-graph .legend button.text', { hasText: 'coffee' }).first().click()
  await shows(page, 'hail-graph:first-of-type .legend', 'market')
  await page.locator('hail-graph button.icon').first().click()
  await page.locator('hail-table').first().getByRole('button', { name: 'coffee' }).click()
  await shows(page, 'hail-table:first-of-type', 'market')
  await settled(page)
  expect(await seriousFindings(page)).toEqual([])
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(PHONE.width)
  // Two questions are wrong on purpose.
  expect(problems.filter(problem => !problem.includes('status of 400'))).toEqual([])
  await page.context().close()
})
