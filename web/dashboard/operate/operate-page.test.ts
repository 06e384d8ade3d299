/** The pages for operators in a real browser, on a real server. */
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openBrowser, openPage, type WatchedPage, WebServer } from '../../../test/support/browser.js'

let server: WebServer
let browser: Browser
let watched: WatchedPage
let page: Page

beforeAll(async () => {
  server = await WebServer.start()
  browser = await openBrowser()
  watched = await openPage(browser)
  page = watched.page
})

afterAll(async () => {
  await browser?.close()
  await server?.close()
})

test('the server says how it is doing, and goes on saying', async () => {
  await page.goto(`${server.url}/?page=server`)
  await page.getByText('Counting and answering').waitFor()
  await page.getByText('it survives a crash and a power cut').waitFor()
  const events = page.locator('.rate', { hasText: 'Events counted' })
  expect(await events.locator('svg').getAttribute('aria-label')).toMatch(/^0 events in the last minute/)
  await server.countAll(new Array(5).fill({ key: 'shop' }))
  await events.locator('svg[aria-label^="5 events"]').waitFor()
  await page.locator('table').getByText('this server').waitFor()
})

test('what takes the room is walked down, and back by the browser', async () => {
  await server.countAll([
    ...Array.from({ length: 30 }, (_, i) => ({ key: 'shop', dimensions: { product: `p${i}` } })),
    { key: ['<b>site</b>', 'blog'], dimensions: { page: 'x' } },
  ])
  // On its way down the server writes to its store what is counted.
  await page.goto('about:blank')
  await server.restart()
  await page.goto(`${server.url}/?page=room`)
  const link = (name: string) => page.locator('table').getByRole('link', { name, exact: true })
  await link('shop').waitFor()
  expect(await page.locator('table th[scope=row]').first().textContent()).toMatch(/shop\s+key/)
  await link('shop').click()
  await page.waitForURL(/page=room&key=shop/)
  await link('product').click()
  await page.waitForURL(/dimensions=product/)
  await link('p7').waitFor()
  await page.goBack()
  await link('product').waitFor()
  await page.getByRole('link', { name: 'All keys' }).click()
  await link('<b>site</b>').click()
  await link('blog').waitFor()
})

test('nothing went wrong in the page', () => {
  expect(watched.problems).toEqual([])
})
