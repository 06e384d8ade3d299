/** Boards in a real browser, on a real server: made, changed, seen by others, carried away and put on a wall. */
import { readFile } from 'node:fs/promises'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openBrowser, openPage, type WatchedPage, WebServer } from '../../../test/support/browser.js'

const HOSTILE = '<img src=x onerror=alert(1)> "a" & \u05e9\u05dc\u05d5\u05dd'

let server: WebServer
let browser: Browser
let watched: WatchedPage
let page: Page

beforeAll(async () => {
  server = await WebServer.start()
  await server.countAll([
    { key: 'shop', dimensions: { channel: 'search', country: 'de' }, metrics: { dollars: 80 } },
    { key: 'shop', dimensions: { channel: 'mail', country: 'fr' }, metrics: { dollars: 20 } },
  ])
  browser = await openBrowser()
  watched = await openPage(browser)
  page = watched.page
})

afterAll(async () => {
  await browser?.close()
  await server?.close()
})

const at = (query: string) => `${server.url}/${query}`
const panels = () => page.locator('.board-panel')

/** The elements of the board, in their order. */
async function elementsOf(board: Page): Promise<string[]> {
  return board.locator('.board-panel').evaluateAll(all => all.map(each => each.getAttribute('data-element')!))
}

async function saved(): Promise<string[]> {
  const answer = await fetch(at('board?name=the-shop'))
  const { panels } = (await answer.json()) as { panels: { element: string }[] }
  return panels.map(({ element }) => element)
}

/** Waits until the server has the board as it should be. */
async function becomesSaved(elements: readonly string[]): Promise<void> {
  await expect.poll(saved, { timeout: 15_000 }).toEqual(elements)
}

async function menuOf(place: number, name: string): Promise<void> {
  const panel = panels().nth(place)
  await panel.hover()
  await panel.locator('hw-menu > button').click()
  await panel.locator('hw-menu .choice', { hasText: name }).click()
}

describe('a board', () => {
  test('is made from what the explore page shows', async () => {
    await page.goto(at('?key=shop&by=channel&metrics=dollars'))
    await page.getByRole('button', { name: 'Add to a board' }).click()
    await page.fill('dialog [name=title]', 'The shop')
    await page.fill('dialog [name=caption]', HOSTILE)
    await page.getByRole('button', { name: 'Add', exact: true }).click()
    await page.getByRole('button', { name: 'Open it' }).click()
    await page.waitForURL(/board=the-shop/)
    await page.locator('hail-graph').getByText('search').first().waitFor()
    expect(await panels().first().getAttribute('aria-label')).toBe(HOSTILE)
    expect(await page.title()).toBe('The shop – HailWhale')
  })

  test('gets further panels, with the same pickers', async () => {
    await page.getByRole('button', { name: 'Add a panel' }).click()
    await page.selectOption('dialog [name=element]', 'number')
    await page.locator('dialog .picker-key .field').click()
    await page.locator('dialog .picker-key').getByRole('button', { name: 'shop', exact: true }).click()
    await page.fill('dialog [name=metrics]', 'dollars/(')
    await page.press('dialog [name=metrics]', 'Enter')
    await page.locator('dialog hw-metrics .wrong').waitFor()
    await page.fill('dialog [name=metrics]', 'dollars')
    await page.press('dialog [name=metrics]', 'Enter')
    await page.locator('dialog hail-number').getByText('100').first().waitFor()
    await page.getByRole('button', { name: 'Keep it' }).click()
    await becomesSaved(['graph', 'number'])
    watched.problems.length = 0
  })

  test('is the same in another browser', async () => {
    const other = await openPage(browser)
    await other.page.goto(at('?page=boards'))
    await other.page.getByRole('link', { name: /The shop/ }).click()
    await other.page.locator('hail-number').getByText('100').first().waitFor()
    expect(await elementsOf(other.page)).toEqual(['graph', 'number'])
    expect(other.problems).toEqual([])
    await other.page.context().close()
  })

  test('is put in another order by the keyboard and by pulling', async () => {
    await page.locator('.grip').first().focus()
    await page.keyboard.press('ArrowRight')
    await becomesSaved(['number', 'graph'])
    expect(
      await page.evaluate(() => document.activeElement?.closest('[data-place]')?.getAttribute('data-place')),
    ).toBe('1')
    await page.getByText(': now 2 of 2').waitFor({ state: 'attached' })
    await panels().nth(1).hover()
    const grip = (await panels().nth(1).locator('.grip').boundingBox())!
    const first = (await panels().first().boundingBox())!
    await page.mouse.move(grip.x + grip.width / 2, grip.y + grip.height / 2)
    await page.mouse.down()
    await page.mouse.move(first.x + 60, first.y + 40, { steps: 5 })
    await page.locator('[data-place="0"][data-element=graph][data-dragged]').waitFor()
    expect(await saved()).toEqual(['number', 'graph'])
    await page.mouse.up()
    await becomesSaved(['graph', 'number'])
  })

  test('has panels that grow, change, go, and come back', async () => {
    await menuOf(0, 'Wider')
    await page.locator('[data-place="0"][data-width="3"]').waitFor()
    await menuOf(0, 'Edit')
    await page.selectOption('dialog [name=element]', 'table')
    await page.getByRole('button', { name: 'Keep it' }).click()
    await becomesSaved(['table', 'number'])
    await menuOf(0, 'Remove')
    await becomesSaved(['number'])
    await page.getByRole('button', { name: 'Undo' }).click()
    await becomesSaved(['table', 'number'])
    expect(await panels().first().getAttribute('data-width')).toBe('3')
  })

  test('opens a panel in Explore, and shows its code', async () => {
    await menuOf(1, 'Copy embed code')
    await page.locator('dialog').getByText('number.svg?key=shop').waitFor()
    await page.keyboard.press('Escape')
    await menuOf(0, 'Open in Explore')
    await page.waitForURL(/\?key=shop&by=channel&metrics=dollars$/)
    await page.goBack()
    await panels().first().waitFor()
  })

  test('shows one period in one zone, as the address says', async () => {
    await page.goto(at('?board=the-shop&period=10s:10m&tz=Asia/Tokyo'))
    await panels().first().waitFor()
    const said = await page
      .locator('.board-panel > :first-child')
      .evaluateAll(all => all.map(each => [each.getAttribute('period'), each.getAttribute('tz')]))
    expect(said).toEqual([
      ['10s:10m', 'Asia/Tokyo'],
      ['10s:10m', 'Asia/Tokyo'],
    ])
  })
})

describe('two who change the same board', () => {
  /** Opens the board here and elsewhere, changes it elsewhere, then here: the conflict. */
  async function conflict(elsewhere: string, here: string): Promise<void> {
    await page.goto(at('?board=the-shop'))
    await panels().first().waitFor()
    const other = await openPage(browser)
    await other.page.goto(at('?board=the-shop'))
    await other.page
      .locator('hw-menu[label^="More for this board"] > button, .page-head hw-menu > button')
      .click()
    await other.page.getByRole('button', { name: 'Rename' }).click()
    await other.page.fill('dialog [name=title]', elsewhere)
    await other.page.getByRole('button', { name: 'Rename', exact: true }).click()
    await other.page.getByRole('heading', { name: elsewhere }).waitFor()
    await expect
      .poll(async () => ((await (await fetch(at('board?name=the-shop'))).json()) as { title: string }).title)
      .toBe(elsewhere)
    await other.page.context().close()
    await page.locator('.page-head hw-menu > button').click()
    await page.getByRole('button', { name: 'Rename' }).click()
    await page.fill('dialog [name=title]', here)
    await page.getByRole('button', { name: 'Rename', exact: true }).click()
    await page.getByRole('heading', { name: 'Changed by somebody else' }).waitFor()
  }
  const title = async () =>
    ((await (await fetch(at('board?name=the-shop'))).json()) as { title: string }).title

  test('can take theirs', async () => {
    await conflict('Theirs', 'Mine')
    await page.getByRole('button', { name: 'Take theirs' }).click()
    await page.getByRole('heading', { name: 'Theirs' }).waitFor()
    expect(await title()).toBe('Theirs')
  })

  test('can keep mine', async () => {
    await conflict('Theirs again', 'Mine')
    await page.getByRole('button', { name: 'Keep mine' }).click()
    await page.getByRole('heading', { name: 'Mine' }).waitFor()
    await expect.poll(title).toBe('Mine')
    // The refused write is an error to the console, as it should be.
    watched.problems.length = 0
  })
})

test('a board is exported and imported', async () => {
  await page.goto(at('?board=the-shop'))
  await page.locator('.page-head hw-menu > button').click()
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Export as a file' }).click(),
  ])
  expect(download.suggestedFilename()).toBe('the-shop.json')
  const path = await download.path()
  expect(JSON.parse(await readFile(path, 'utf8')).panels).toHaveLength(2)
  await page.goto(at('?page=boards'))
  await page.setInputFiles('input[type=file]', {
    name: 'x.json',
    mimeType: 'application/json',
    buffer: Buffer.from('{}'),
  })
  await page.getByText('That is no board').waitFor()
  await page.setInputFiles('input[type=file]', path)
  await page.waitForURL(/board=the-shop-2/)
  await expect.poll(() => elementsOf(page)).toEqual(['table', 'number'])
  await page.locator('.page-head hw-menu > button').click()
  await page.getByRole('button', { name: 'Delete' }).click()
  await page.getByRole('button', { name: 'Delete the board' }).click()
  await page.waitForURL(/page=boards/)
  expect((await fetch(at('board?name=the-shop-2'))).status).toBe(404)
})

test('a wall shows nothing but the board, and hides what moves only with the pointer', async () => {
  await page.goto(at('?board=the-shop'))
  await page.evaluate(() => {
    const request = async (kind: string) => {
      document.body.dataset.awake = kind
      return { release: async () => undefined }
    }
    Object.defineProperty(navigator, 'wakeLock', { value: { request } })
  })
  await page.getByRole('button', { name: 'Wall' }).click()
  await page.locator('body[data-awake=screen]').waitFor()
  await page.waitForURL(/board=the-shop&wall$/)
  await panels().first().waitFor()
  expect(await page.locator('.bar, .panel-tools').count()).toBe(0)
  const room = await page.evaluate(() => [document.documentElement.scrollHeight, innerHeight])
  expect(room[0]).toBe(room[1])
  await page.locator('hw-board[data-resting]').waitFor()
  expect(await page.evaluate(() => getComputedStyle(document.querySelector('hw-board')!).cursor)).toBe('none')
  await page.mouse.move(300, 300)
  await page.locator('hw-board:not([data-resting])').waitFor()
  await page.getByRole('button', { name: 'Leave the wall' }).click()
  await page.locator('.bar').waitFor()
})

test('a board that is not there is said so', async () => {
  await page.goto(at(`?board=${encodeURIComponent(HOSTILE)}`))
  await page.getByText(`There is no board “${HOSTILE}”`).waitFor()
  watched.problems.length = 0
})

test('nothing went wrong in the page', () => {
  expect(watched.problems).toEqual([])
})
