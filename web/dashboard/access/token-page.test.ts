/** A server that wants a token, seen from its page: asked for once, kept, refused, revoked and forgotten. */
import { mkdirSync } from 'node:fs'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { DESKTOP, openBrowser, openPage, PHONE, WebServer } from '../../../test/support/browser.js'
import { seriousFindings } from '../../../test/support/element-site.js'

type Token = { readonly text: string; readonly id: string }

let server: WebServer
let browser: Browser
let reading: Token
let counting: Token
let page: Page

beforeAll(async () => {
  server = await WebServer.start('base-path = /stats')
  browser = await openBrowser()
  await server.countAll([{ key: 'shop', dimensions: { channel: 'mail' }, metrics: { dollars: 5 } }])
  reading = await server.makeToken({ scopes: ['admin'] })
  counting = await server.makeToken({ scopes: ['count'] })
})
afterAll(async () => {
  await browser?.close()
  await server?.close()
})
beforeEach(async () => {
  page = (await openPage(browser, { locale: 'en-US' })).page
})

const dialog = () => page.locator('dialog')
const isLive = () => page.locator('.bar .status[data-state=live]').waitFor({ timeout: 15_000 })
const kept = () => page.evaluate(() => localStorage.getItem('hailwhale.token /stats/'))

async function enter(token: string): Promise<void> {
  await page.fill('[name=token]', token)
  await page.press('[name=token]', 'Enter')
}

test('it is asked for once, kept, and all is shown then', async () => {
  await page.goto(`${server.url}/?key=shop&by=channel`)
  await dialog().getByRole('heading', { name: 'This server wants a token' }).waitFor()
  expect(await dialog().textContent()).toContain('A token is needed here')
  expect(await page.locator('dialog').count()).toBe(1)
  expect(await seriousFindings(page)).toEqual([])
  await enter(reading.text)
  await dialog().waitFor({ state: 'detached' })
  await isLive()
  await page.locator('hail-graph').getByText('mail').first().waitFor()
  expect(await kept()).toBe(reading.text)
  await page.reload()
  await isLive()
  expect(await dialog().count()).toBe(0)
  await page.goto(`${server.url}/?page=server`)
  await page.getByText('Events counted').or(page.locator('main[data-page=server] h1')).first().waitFor()
  await isLive()
})

describe('one that is none', () => {
  test.each([
    ['that nobody knows', () => `hw_0123456789_${'0'.repeat(40)}`, 'This token is not known here'],
    ['that may only count', () => counting.text, 'here one with the scope read is needed'],
    ['of another kind', () => 'ключ', 'This is no token'],
  ])('%s: says why, and keeps none', async (_, token, why) => {
    await page.goto(`${server.url}/?key=shop`)
    await dialog().waitFor()
    await enter(token())
    const alert = dialog().getByRole('alert')
    await alert.waitFor()
    expect(await alert.textContent()).toMatch(new RegExp(why))
    expect(await page.evaluate(() => document.activeElement?.getAttribute('name'))).toBe('token')
    expect(await kept()).toBeNull()
    await page.fill('[name=token]', '')
    await alert.waitFor({ state: 'detached' })
    await enter(reading.text)
    await isLive()
  })
})

test('who closes the dialog is not asked again, and finds the button', async () => {
  await page.goto(`${server.url}/?key=shop`)
  await dialog().waitFor()
  await page.keyboard.press('Escape')
  await dialog().waitFor({ state: 'detached' })
  await page.getByRole('link', { name: 'Server' }).click()
  await page.locator('main[data-page=server]').getByText('A token is needed here').first().waitFor()
  expect(await dialog().count()).toBe(0)
  await page.getByRole('button', { name: 'Enter a token' }).click()
  await dialog().waitFor()
  await enter(reading.text)
  await isLive()
})

test('one in the address is kept, and is in the address no more', async () => {
  await page.goto(`${server.url}/?token=${reading.text}&key=shop`)
  await isLive()
  expect(page.url()).toBe(`${server.url}/?key=shop`)
  expect(await page.content()).not.toContain(reading.text)
  expect(await kept()).toBe(reading.text)
})

test('it can be forgotten', async () => {
  await page.goto(`${server.url}/?token=${reading.text}&key=shop`)
  await isLive()
  await page.getByRole('button', { name: 'The token of this browser' }).click()
  expect(await dialog().textContent()).toContain(`hw_${reading.id}`)
  expect(await dialog().textContent()).not.toContain(reading.text)
  await page.getByRole('button', { name: 'Forget the token' }).click()
  await dialog().getByRole('heading', { name: 'This server wants a token' }).waitFor()
  expect(await kept()).toBeNull()
})

test('when it is revoked the page asks for another one', async () => {
  const other = await server.makeToken({ scopes: ['read'] })
  await page.goto(`${server.url}/?token=${other.text}&key=shop`)
  await isLive()
  await server.revokeToken(other)
  await dialog().getByRole('heading', { name: 'This server wants a token' }).waitFor({ timeout: 20_000 })
  expect(await dialog().textContent()).toContain('This token is not known here')
  await enter(reading.text)
  await isLive()
})

test('boards are made and read with it', async () => {
  await page.goto(`${server.url}/?token=${reading.text}&page=boards`)
  await page.getByRole('button', { name: 'New board' }).click()
  await page.fill('dialog [name=title]', 'Night shift')
  await page.press('dialog [name=title]', 'Enter')
  await page.getByRole('heading', { name: 'Night shift' }).waitFor()
  const answer = await fetch(`${server.url}/boards`, { headers: { authorization: `Bearer ${reading.text}` } })
  expect(await answer.text()).toContain('Night shift')
})

test('a board can be looked at, and not changed, by a token that may read', async () => {
  const other = await server.makeToken({ scopes: ['read'] })
  await page.goto(`${server.url}/?token=${other.text}&page=boards`)
  await page.getByRole('button', { name: 'New board' }).click()
  await page.fill('dialog [name=title]', 'Mine')
  await page.press('dialog [name=title]', 'Enter')
  await page.getByText('here one with the scope admin is needed').first().waitFor()
})

test('it is in no address that is asked for', async () => {
  await page.goto(`${server.url}/?token=${reading.text}`)
  await isLive()
  const asked: string[] = []
  page.on('request', request => asked.push(request.url()))
  await page.reload()
  await isLive()
  expect(asked.filter(url => url.includes(reading.text))).toEqual([])
})

test.each([
  ['desktop', DESKTOP, 'light'],
  ['desktop', DESKTOP, 'dark'],
  ['phone', PHONE, 'light'],
  ['phone', PHONE, 'dark'],
] as const)('%s, %s %s: nothing is wider than the page', async (name, viewport, colorScheme) => {
  const { page: other } = await openPage(browser, { viewport, colorScheme, locale: 'en-US' })
  await other.goto(`${server.url}/?key=shop`)
  await other.locator('dialog input').waitFor()
  const box = await other.locator('dialog').boundingBox()
  expect(box!.x).toBeGreaterThanOrEqual(0)
  expect(box!.x + box!.width).toBeLessThanOrEqual(viewport.width)
  expect(await other.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(viewport.width)
  if (process.env.PICTURES) {
    mkdirSync(process.env.PICTURES, { recursive: true })
    await other.screenshot({ path: `${process.env.PICTURES}/${name}-${colorScheme}.png` })
  }
  await other.context().close()
})
