/**
 * What holds for every page of the dashboard: it is small, strict about where scripts and styles come from, no wider than a phone,
 * usable without seeing it, and shows names as text whatever is in them. On the built pages, in a real browser.
 */
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { gzipSync } from 'node:zlib'
import type { AxeResults } from 'axe-core'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openBrowser, openPage, PHONE, strictPolicy, WebServer } from '../../test/support/browser.js'

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js')
const BUDGET_BYTES = 150 * 1024
const HOSTILE = '<img src=x onerror="document.title=1">&quot;\' \u202egnol\u202c שלום 🐳'
const LONG = 'ß'.repeat(256)

let server: WebServer
let browser: Browser
let axe: string

beforeAll(async () => {
  server = await WebServer.start('base-path = /stats')
  await server.countAll([
    ...[HOSTILE, LONG].map(name => ({
      ...{ key: name, dimensions: { [name]: { [name]: name } }, metrics: { [name]: 5, dollars: 7 } },
      id: name.slice(0, 40),
    })),
    { key: [HOSTILE, LONG], dimensions: LONG },
  ])
  // On its way down the server writes to its store what is counted.
  await server.restart()
  await server.count(`key=${key}`)
  await fetch(`${server.url}/count?${encodeURIComponent(HOSTILE)}=x&${'x'.repeat(200)}`)
  await fetch(`${server.url}/count?dimensoin=x`)
  await keepBoard('hostile', HOSTILE)
  await keepBoard('long', LONG.slice(0, 200))
  browser = await openBrowser()
  axe = await readFile(AXE, 'utf8')
})

afterAll(async () => {
  await browser?.close()
  await server?.close()
})

async function keepBoard(name: string, text: string): Promise<void> {
  const attributes = { key: text, metrics: 'dollars', caption: text }
  const panels = ['graph', 'number', 'table', 'rank'].map(element => ({ element, attributes, width: 2 }))
  const answer = await fetch(`${server.url}/board?name=${name}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ title: text, panels }),
  })
  expect(answer.status).toBe(201)
}

const key = encodeURIComponent(HOSTILE)
const metric = encodeURIComponent(`\`${LONG}\`,dollars/hits`)

/** A page, and what is there when it is whole. */
const PAGES: readonly (readonly [name: string, query: string, ready: string])[] = [
  ['explore', `?key=${key}&metrics=dollars`, 'hail-graph .legend'],
  [
    'explore, long names',
    `?key=${encodeURIComponent(LONG)}&metrics=${metric}&show=table`,
    'hail-table table',
  ],
  ['explore, a ranking', `?key=${key}&show=rank`, 'hail-rank table'],
  ['explore, refused', `?key=${key}&metrics=a/(`, 'hw-metrics .wrong'],
  ['boards', '?page=boards', '.cards .card'],
  ['a board', '?board=hostile', 'hail-number .figure'],
  ['a board of long names', '?board=long', 'hail-number .figure'],
  ['a wall', '?board=hostile&wall', 'hail-number .figure'],
  ['no board', `?board=${key}`, '.blank'],
  ['recent', `?page=recent&key=${key}`, '.entries li'],
  ['server', '?page=server', '.rates'],
  ['room', '?page=room', 'hw-room table'],
  ['room of a key', `?page=room&key=${key}`, 'hw-room table'],
]

/** Opens a page under a policy that allows nothing inline. */
async function open(page: Page, query: string, ready: string): Promise<void> {
  await page.route(/\/stats\/(\?.*)?$/, async route => {
    const response = await route.fetch()
    const headers = { ...response.headers(), 'content-security-policy': strictPolicy() }
    await route.fulfill({ response, headers })
  })
  await page.goto(`${server.url}/${query}`)
  await page.locator(ready).first().waitFor({ timeout: 20_000 })
}

/** Problems but those the page is meant to cause: a question that is refused, a board that isn't there. */
function unmeant(problems: readonly string[]): string[] {
  return problems.filter(problem => !/status of 40[04]/.test(problem))
}

describe.each(PAGES)('%s', (_name, query, ready) => {
  test.each([
    ['on a phone', { viewport: PHONE, hasTouch: true, colorScheme: 'dark' }],
    ['on a desktop', { colorScheme: 'light' }],
  ] as const)('%s', async (_where, options) => {
    const { page, problems } = await openPage(browser, { ...options, reducedMotion: 'reduce' })
    await open(page, query, ready)
    const { width } = page.viewportSize()!
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width)
    await page.evaluate(axe)
    const { violations } = await page.evaluate<AxeResults>('axe.run()')
    const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
    expect(serious.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([])
    expect(await page.locator('img').count()).toBe(0)
    expect(await page.title()).not.toBe('1')
    expect(unmeant(problems)).toEqual([])
    await page.context().close()
  })
})

test('dialogs and panels are usable without seeing them, and stay within a phone', async () => {
  const { page, problems } = await openPage(browser, { viewport: PHONE })
  const check = async (): Promise<void> => {
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390)
    await page.evaluate(axe)
    const { violations } = await page.evaluate<AxeResults>('axe.run()')
    const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
    expect(serious.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([])
  }
  await open(page, `?key=${key}&metrics=dollars`, 'hail-graph .legend')
  for (const field of ['.picker-key', '.picker-by', 'hw-period']) {
    await page.locator(`${field} .field`).click()
    await page.locator(`${field} .choice`).first().waitFor()
    await check()
    await page.keyboard.press('Escape')
  }
  for (const name of ['Add to a board', 'Copy embed code']) {
    await page.getByRole('button', { name }).click()
    await page.locator('dialog button').nth(1).waitFor()
    await check()
    await page.keyboard.press('Escape')
    await page.locator('dialog').waitFor({ state: 'detached' })
  }
  await page.goto(`${server.url}/?board=hostile`)
  await page.getByRole('button', { name: 'Add a panel' }).click()
  await page.locator('dialog hail-graph').waitFor()
  await check()
  expect(problems).toEqual([])
  await page.context().close()
})

test('the keyboard comes past the bar at once', async () => {
  const { page } = await openPage(browser)
  await open(page, `?key=${key}`, 'hail-graph .legend')
  await page.keyboard.press('Tab')
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Skip to the content')
  await page.keyboard.press('Enter')
  await page.keyboard.press('Tab')
  expect(await page.evaluate(() => document.activeElement?.closest('main') !== null)).toBe(true)
  await page.context().close()
})

test('all that the page loads is within its budget', async () => {
  const { page } = await openPage(browser)
  const files = new Map<string, number>()
  page.on('response', async response => {
    if (/\/stats\/(\?.*)?$|\/assets\//.test(response.url()))
      files.set(response.url(), gzipSync(await response.body()).length)
  })
  await open(page, '', 'hail-graph')
  for (const name of ['Boards', 'Recent', 'Server']) await page.getByRole('link', { name }).click()
  await page.getByText('Counting and answering').waitFor()
  const bytes = [...files.values()].reduce((sum, each) => sum + each, 0)
  expect(files.size).toBeGreaterThanOrEqual(3)
  expect(bytes).toBeGreaterThan(50_000)
  expect(bytes).toBeLessThanOrEqual(BUDGET_BYTES)
  await page.context().close()
})
