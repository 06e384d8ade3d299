/** The page of what came in last, in a real browser, on a real server. */
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openBrowser, openPage, type WatchedPage, WebServer } from '../../../test/support/browser.js'

const HOSTILE = '<img src=x onerror=alert(1)>'

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

const counted = () => page.locator('section[aria-label=Counted] li')
const refused = () => page.locator('section[aria-label=Refused] li')

test('shows what is counted while it is counted, new ones once', async () => {
  await page.goto(`${server.url}/?page=recent`)
  await page.getByText('Nothing was counted under Default key').waitFor()
  await server.count(`dimensions={"${encodeURIComponent(HOSTILE)}":"x"}&metrics={"dollars":200}&id=order-1`)
  await counted().filter({ hasText: 'order-1' }).waitFor()
  expect(await counted().first().textContent()).toContain(`${HOSTILE} › x`)
  await page.locator('li[data-fresh]').waitFor({ state: 'attached' })
  await page.locator('li[data-fresh]').waitFor({ state: 'detached' })
})

test('shows refused requests, with the reason and what would be right', async () => {
  await fetch(`${server.url}/count?dimensoin=services`)
  await refused().first().waitFor()
  expect(await refused().first().textContent()).toContain('did you mean dimension?')
  await page.getByText('What would be right').click()
  const line = await refused().first().locator('code').textContent()
  expect(line).toBe(`curl -g '${server.url}/count?dimension=services'`)
  await fetch(line!.slice("curl -g '".length, -1))
  await counted().filter({ hasText: 'services' }).waitFor()
  await fetch(`${server.url}/count?at=soon`)
  await refused().nth(1).waitFor()
  expect(await page.locator('details[open] code').textContent()).toBe(line)
})

test('is filtered, paused, and of another key, as the address says', async () => {
  await page.fill('input[type=search]', 'order-1')
  await expect.poll(() => counted().count()).toBe(1)
  await page.waitForURL(/filter=order-1/)
  await page.reload()
  await expect.poll(() => counted().count()).toBe(1)
  await page.goto(`${server.url}/?page=recent&key=shop`)
  await page.getByText('Nothing was counted under shop').waitFor()
  await page.getByRole('button', { name: 'Pause' }).click()
  await server.count('key=shop&dimension=late')
  expect(await counted().count()).toBe(0)
  await page.getByRole('button', { name: 'Go on' }).click()
  await counted().filter({ hasText: 'late' }).waitFor()
})

test('nothing went wrong in the page', () => {
  expect(watched.problems).toEqual([])
})
