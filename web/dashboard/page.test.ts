/** The built page in a real browser, on a real server: from nothing counted to a moving graph. Needs the build and Chromium. */
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fileSettings, resolveSettings } from '../../src/cli/resolve.js'
import { type RunningServer, startServer } from '../../src/cli/serve.js'

const BROWSERS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

let dir: string
let server: RunningServer
let browser: Browser
let page: Page
const problems: string[] = []

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'hailwhale-page-'))
  const lines = ['port = 0', `data-dir = ${dir}`, 'base-path = /stats', 'flush-interval = 1h']
  server = await startServer(resolveSettings([fileSettings(lines.join('\n'), 'page.conf')]), {
    log: pino({ level: 'silent' }),
    now: Date.now,
    random: Math.random,
    onFatal: error => problems.push(error.message),
  })
  const executablePath = BROWSERS.find(existsSync)!
  browser = await chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'],
  })
  page = await browser.newPage({ viewport: { width: 390, height: 844 } })
  page.on('pageerror', error => problems.push(error.message))
  page.on('console', message => message.type() === 'error' && problems.push(message.text()))
})

afterAll(async () => {
  await browser?.close()
  await server?.close()
  await rm(dir, { recursive: true, force: true })
})

/** Waits until an element of the page has a text. */
async function shows(selector: string, text: string): Promise<void> {
  await page.locator(selector, { hasText: text }).first().waitFor({ timeout: 10_000 })
}

const count = (query: string) => fetch(`${server.url}/count?${query}`)

describe('the page', () => {
  test('says what to type, and moves when it is typed', async () => {
    await page.goto(server.url)
    await shows('#status', 'Live')
    const line = await page.textContent('#empty code')
    expect(line).toBe(`curl -g '${server.url}/count?dimension=services&metric={"dollars":200}'`)
    await fetch(line!.slice("curl -g '".length, -1))
    await shows('#figure', '1')
    await shows('#legend', 'services')
    expect(await page.isVisible('#empty')).toBe(false)
  })

  test('draws what is asked for, looks inside a line, and comes back', async () => {
    await count('dimension=advertising&metric={"dollars":-2000}')
    await count('dimensions={"sales":"<b>p1</b>"}&metric={"dollars":500}')
    await page.fill('#metrics', 'dollars')
    await page.press('#metrics', 'Enter')
    await shows('#figure', '-1,300')
    const rows = await page.locator('#legend tbody tr').allInnerTexts()
    expect(rows.map(row => row.split(/\s+/).filter(Boolean))).toEqual([
      ['Overall', '-1,300'],
      ['advertising', '100%', '-2,000'],
      ['sales', '25%', '500'],
      ['services', '10%', '200'],
    ])
    await page.locator('#legend button.text', { hasText: 'sales' }).click()
    await shows('#legend', '<b>p1</b>')
    expect(await page.locator('#legend tbody b', { hasText: 'p1' }).count()).toBe(0)
    expect(new URL(page.url()).search).toBe('?by=sales&metrics=dollars')
    await page.goBack()
    await shows('#legend', 'advertising')
  })

  test('keys read single points', async () => {
    await page.focus('#chart')
    await page.keyboard.press('End')
    await shows('#caption', 'dollars at')
    await page.keyboard.press('Home')
    expect(await page.textContent('#figure')).toBe('0')
    await page.keyboard.press('Escape')
    await shows('#caption', 'in the last hour')
  })

  test('says what is wrong, in the words of the server', async () => {
    await page.fill('#metrics', 'dollars/(')
    await page.press('#metrics', 'Enter')
    await shows('#notice', 'metrics')
    problems.length = 0
    await page.fill('#metrics', 'hits')
    await page.press('#metrics', 'Enter')
    await shows('#status', 'Live')
    expect(await page.isVisible('#notice')).toBe(false)
  })

  test('nothing went wrong in the page, and nothing is wider than a phone', async () => {
    expect(problems).toEqual([])
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390)
  })
})
