/** The explore page in a real browser, on a real server under a base path: from nothing counted to a link that shows it all. */
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openBrowser, openPage, type WatchedPage, WebServer } from '../../test/support/browser.js'

const ZONE = { timezoneId: 'Europe/Berlin', locale: 'en-US' }

let server: WebServer
let browser: Browser
let watched: WatchedPage
let page: Page

beforeAll(async () => {
  server = await WebServer.start('base-path = /stats')
  browser = await openBrowser()
  watched = await openPage(browser, ZONE)
  page = watched.page
})

afterAll(async () => {
  await browser?.close()
  await server?.close()
})

const query = () => new URL(page.url()).searchParams
const graph = () => page.locator('hail-graph')
const at = (path: string) => `${server.url}/${path}`

/** Waits until the graph shows a text. */
async function graphShows(text: string): Promise<void> {
  await graph().getByText(text, { exact: true }).first().waitFor({ timeout: 15_000 })
}

async function enterMetrics(text: string): Promise<void> {
  await page.fill('[name=metrics]', text)
  await page.press('[name=metrics]', 'Enter')
}

describe('the first visit', () => {
  test('says what to type, and moves when it is typed', async () => {
    await page.goto(server.url)
    const line = await graph().locator('code').textContent({ timeout: 15_000 })
    expect(line).toBe(`curl -g '${server.url}/count?dimension=services'`)
    await fetch(line!.slice("curl -g '".length, -1))
    await graphShows('services')
    expect(await graph().locator('code').count()).toBe(0)
    await page.locator('.bar .status[data-state=live]').waitFor()
  })

  test('finds a key by itself, also one that is counted later', async () => {
    const other = await WebServer.start()
    try {
      await page.goto(other.url)
      await graph().locator('code').waitFor()
      await other.count('key=later&dimension=x')
      await page.waitForURL(/key=later/)
      await graphShows('x')
    } finally {
      await other.close()
    }
  })
})

describe('choosing', () => {
  beforeAll(async () => {
    await server.countAll([
      { key: 'shop', dimensions: { channel: { search: 'a' }, country: 'de' }, metrics: { dollars: 80 } },
      {
        key: 'shop',
        dimensions: { channel: { mail: 'b' }, country: 'fr' },
        metrics: { dollars: 20, 'CPU %': 7 },
      },
      { key: ['shop', 'books'], dimensions: { channel: 'mail' }, metrics: { dollars: 1 } },
    ])
  })

  test('a key, walked down and searched', async () => {
    await page.goto(at('?key=shop'))
    await page.locator('.picker-key .field').click()
    await page.getByRole('button', { name: 'Look below shop' }).click()
    await page.locator('.picker-key').getByRole('button', { name: 'books', exact: true }).click()
    await page.waitForURL(/key=/)
    expect(query().get('key')).toBe('["shop","books"]')
    await page.locator('.picker-key .field').click()
    await page.keyboard.press('Backspace')
    await page.keyboard.type('sho')
    await page.locator('.picker-key .choice', { hasText: 'shop' }).waitFor()
    await page.keyboard.press('Enter')
    await page.waitForURL(/key=shop$/)
  })

  test('a dimension by the keyboard alone', async () => {
    await page.goto(at('?key=shop&metrics=dollars'))
    await page.locator('.picker-by .field').focus()
    await page.keyboard.press('Enter')
    await page.locator('.picker-by .choice', { hasText: 'channel' }).waitFor()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('ArrowRight')
    await page.locator('.picker-by .choice', { hasText: 'search' }).waitFor()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('End')
    await page.keyboard.press('Enter')
    await page.waitForURL(/by=/)
    expect(query().get('by')).toBe('["channel","search"]')
    await graphShows('a')
    expect(await page.evaluate(() => document.activeElement?.className)).toBe('field')
    await page.keyboard.press('Enter')
    await page.locator('.picker-by .panel').waitFor()
    await page.keyboard.press('Escape')
    await page.locator('.picker-by .panel').waitFor({ state: 'detached' })
  })

  test('metrics, with completion', async () => {
    await page.goto(at('?key=shop'))
    await page.fill('[name=metrics]', '')
    await page.locator('[name=metrics]').pressSequentially('previous(do')
    await page.getByRole('option', { name: 'dollars' }).waitFor()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    expect(await page.inputValue('[name=metrics]')).toBe('previous(dollars')
    await page.locator('[name=metrics]').pressSequentially(', 1d), C')
    await page.getByRole('option', { name: 'CPU %' }).click()
    expect(await page.inputValue('[name=metrics]')).toBe('previous(dollars, 1d), `CPU %`')
    await page.keyboard.press('Enter')
    await page.waitForURL(/metrics=/)
    expect(query().get('metrics')).toBe('previous(dollars, 1d), `CPU %`')
  })

  test('says at the field what is wrong with it, in the words of the server', async () => {
    await page.goto(at('?key=shop&metrics=dollars'))
    await graphShows('101')
    await enterMetrics('dollars/(')
    const objection = page.locator('hw-metrics .wrong')
    await objection.waitFor()
    expect(await objection.textContent()).toMatch(/^'dollars\/\(' at character 10: /)
    expect(await page.getAttribute('[name=metrics]', 'aria-invalid')).toBe('true')
    watched.problems.length = 0
    await enterMetrics('dollars')
    await objection.waitFor({ state: 'detached' })
    await graphShows('101')
  })

  test('a period, a range in a zone, and how it is drawn', async () => {
    await page.goto(at('?key=shop&metrics=dollars'))
    await page.locator('hw-period .field').click()
    await page.getByRole('button', { name: 'Last 7 days' }).click()
    await page.waitForURL(/period=1h:7d/)
    await page.locator('hw-period .field').click()
    await page.fill('hw-period [name=amount]', '3')
    await page.locator('hw-period form').first().getByRole('button', { name: 'Show' }).click()
    await page.waitForURL(/period=1h:3d/)
    await page.locator('hw-period .field').click()
    await page.fill('hw-period [name=from]', '2026-01-02T03:04')
    await page.locator('hw-period form').last().getByRole('button', { name: 'Show' }).click()
    await page.waitForURL(/from=2026-01-02T03:04/)
    expect(query().get('tz')).toBe('Europe/Berlin')
    expect(await page.textContent('hw-period .value')).toBe('2026-01-02 03:04 – now')
    await page.getByRole('button', { name: 'Last 3 days' }).click()
    await page.waitForURL(url => !url.searchParams.has('from'))
    await page.getByTitle('Stacked').click()
    await page.selectOption('[name=compare]', '1w')
    await page.waitForURL(/compare=1w/)
    expect(await graph().getAttribute('type')).toBe('stacked')
  })

  test('a time zone, found by a part of its name', async () => {
    await page.goto(at('?key=shop'))
    await page.getByRole('button', { name: 'Options' }).click()
    await page.locator('hw-zone .field').click()
    await page.keyboard.type('kath')
    await page.keyboard.press('Enter')
    await page.waitForURL(/tz=/)
    expect(query().get('tz')).toMatch(/^Asia\/Kat(h)?mandu$/)
  })
})

describe('the address', () => {
  const DEEP = '?key=shop&by=channel&metrics=dollars,hits&period=15m:24h&type=area&threshold=0.01&show=table'

  test('opens what it says, and again after a reload', async () => {
    for (const open of [() => page.goto(at(DEEP)), () => page.reload()]) {
      await open()
      await graphShows('search')
      expect(await page.inputValue('[name=metrics]')).toBe('dollars,hits')
      expect(await page.textContent('hw-period .value')).toBe('Last 24 hours')
      expect(await page.textContent('.picker-by .value')).toBe('channel')
      await page.locator('hail-table').getByText('search').first().waitFor()
      expect(page.url()).toBe(at(DEEP))
    }
    expect(await page.title()).toBe('dollars,hits · shop › channel – HailWhale')
  })

  test('follows into a child and comes back', async () => {
    await page.goto(at(DEEP))
    await graph().getByRole('button', { name: 'search', exact: true }).click()
    await page.waitForURL(/by=%5B/)
    expect(query().get('by')).toBe('["channel","search"]')
    await graphShows('a')
    await page.goBack()
    await graphShows('mail')
    expect(page.url()).toBe(at(DEEP))
    await page.goForward()
    await graphShows('a')
  })

  test('follows a zoom, and the way back out', async () => {
    await page.goto(at(DEEP))
    await graphShows('search')
    await page.evaluate(() => {
      const detail = { from: Date.UTC(2026, 0, 2, 3), to: Date.UTC(2026, 0, 2, 4, 30) }
      const event = new CustomEvent('hail-zoom', { detail, bubbles: true, composed: true, cancelable: true })
      if (document.querySelector('hail-graph')!.dispatchEvent(event)) throw new Error('not taken over')
    })
    await page.waitForURL(/from=2026-01-02T03:00Z&to=2026-01-02T04:30Z/)
    await page.getByRole('button', { name: 'Last 24 hours' }).last().click()
    await page.waitForURL(at(DEEP))
  })

  test('a step to another page puts the focus on its heading', async () => {
    await page.goto(at(DEEP))
    await page.getByRole('link', { name: 'Server' }).click()
    await page.waitForFunction(() => document.activeElement?.textContent === 'Server')
    expect(await page.title()).toBe('Server – HailWhale')
    await page.goBack()
    await graphShows('search')
  })
})

describe('code to embed', () => {
  test('is of what is shown, and copied where there is no clipboard for pages', async () => {
    await page.goto(at('?key=shop&by=channel&metrics=dollars'))
    await page.getByRole('button', { name: 'Copy embed code' }).click()
    const code = page.locator('dialog pre').first()
    expect(await code.textContent()).toBe(
      `<script src="${server.url}/hailwhale.js" defer></script>\n<hail-graph server="${server.url}/" key="shop" by="channel" metrics="dollars" period="1m:1h"></hail-graph>`,
    )
    await page.evaluate(() => Object.defineProperty(navigator, 'clipboard', { value: undefined }))
    await page.evaluate(() => {
      document.addEventListener('copy', () => {
        document.body.dataset.copied = (document.activeElement as HTMLTextAreaElement).value
      })
    })
    await page.getByRole('button', { name: 'Copy the JSON' }).click()
    await page.getByRole('button', { name: 'Copied the JSON' }).waitFor()
    expect(await page.getAttribute('body', 'data-copied')).toBe(
      `${server.url}/graph?key=shop&by=channel&metrics=dollars&period=1m:1h`,
    )
    await page.keyboard.press('Escape')
    await page.locator('dialog').waitFor({ state: 'detached' })
    expect(await page.evaluate(() => document.activeElement?.textContent?.trim())).toBe('Copy embed code')
  })
})

test('a server that goes away is said, and the graph goes on when it is back', async () => {
  await page.goto(at('?key=shop&metrics=dollars'))
  await graphShows('101')
  await server.stop()
  await page.locator('.bar .status[data-state=lost]').waitFor({ timeout: 20_000 })
  await server.restart()
  await page.locator('.bar .status[data-state=live]').waitFor({ timeout: 30_000 })
  await server.count('key=shop&metrics={"dollars":11}')
  await graphShows('112')
  const others = watched.problems.filter(problem => !problem.includes('ERR_CONNECTION_REFUSED'))
  expect(others).toEqual([])
  watched.problems.length = 0
})

test('nothing went wrong in the page', () => {
  expect(watched.problems).toEqual([])
})
