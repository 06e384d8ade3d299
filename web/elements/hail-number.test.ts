/** <hail-number> in a real browser, on a real server. Needs the build and Chromium. */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ElementSite, HOSTILE_NAMES, seriousFindings, shows } from '../../test/support/element-site.js'

const HOUR_MS = 3_600_000

let site: ElementSite

beforeAll(async () => {
  site = await ElementSite.start()
  await count('steady', { dollars: 234 })
  await count('errors', { errors: 50 })
  await count('errors', { errors: 100 }, [], 30)
})

afterAll(async () => {
  await site?.close()
})

/** Counts an event of a key, some hours ago. */
async function count(key: string, metrics: object, dimensions: unknown = [], hoursAgo = 0): Promise<void> {
  await site.server.countAll([{ key, dimensions, metrics, at: Date.now() - hoursAgo * HOUR_MS }])
}

const figure = (page: Page) => page.locator('hail-number .full').textContent()

describe('the number', () => {
  test('moves when something is counted, without a reload', async () => {
    await count('live', { dollars: 200 })
    const { page, problems } = await site.open(
      '<hail-number key="live" metrics="dollars" period="1h:1d"></hail-number>',
    )
    await shows(page, 'hail-number .full', '200')
    await site.server.count('key=live&metrics={"dollars":34}')
    await shows(page, 'hail-number .full', '234')
    expect(await page.getAttribute('hail-number', 'state')).toBe('live')
    expect(await page.locator('hail-number .line').first().getAttribute('d')).toMatch(/^M0 /)
    expect(problems).toEqual([])
    await page.context().close()
  })

  test('is the total of the path that by names, in the format and language asked for', async () => {
    await count('paths', { dollars: 1234.5 }, { channel: 'mail' })
    await count('paths', { dollars: 1000 }, { channel: 'search' })
    const { page } = await site.open(
      `<hail-number key="paths" by='["channel","mail"]' metrics="dollars" period="1h:1d" format="EUR" locale="de"></hail-number>`,
    )
    await shows(page, 'hail-number .full', '1.234,50\u00a0€')
    await shows(page, 'hail-number .caption', /channel.*mail.*: .*dollars.* in the last/)
    await page
      .locator('hail-number')
      .evaluate(element => Object.assign(element, { by: null, metrics: ['hits'], format: null }))
    await shows(page, 'hail-number .full', /^2$/)
    await page.locator('hail-number').evaluate(element => element.setAttribute('caption', 'Visits'))
    await shows(page, 'hail-number .caption', /^Visits$/)
    await page.context().close()
  })
})

describe('its change', () => {
  test('is that from the period before, better or worse by what is good', async () => {
    const body = (attributes: string) =>
      `<hail-number key="errors" metrics="errors" period="1h:1d" ${attributes}></hail-number>`
    const { page } = await site.open(
      body('compare') + body('compare good="down"') + body('compare="1w"') + body(''),
    )
    await shows(page, 'hail-number:nth-of-type(1) .change', '-50% vs a day earlier')
    expect(await page.getAttribute('hail-number:nth-of-type(1) .change', 'data-verdict')).toBe('worse')
    await shows(page, 'hail-number:nth-of-type(2) .change', '▼ -50% better vs a day earlier')
    await shows(page, 'hail-number:nth-of-type(3) .change', 'new vs a week earlier')
    await shows(page, 'hail-number:nth-of-type(4) .full', '50')
    expect(await page.locator('hail-number:nth-of-type(4) .change').count()).toBe(0)
    await page.context().close()
  })

  test('is had by JavaScript too, with true; a list of formats may be an array', async () => {
    const { page, problems } = await site.open('<main></main>')
    await page.evaluate(() => {
      const options = { key: 'errors', metrics: 'errors', period: '1h:1d', compare: true, format: ['EUR'] }
      globalThis.HailWhale.number('main', options)
    })
    await shows(page, 'hail-number .change', '-50% vs a day earlier')
    await shows(page, 'hail-number .full', '€50')
    expect(problems).toEqual([])
    await page.context().close()
  })

  test('is left out where the time before is not kept', async () => {
    const { page } = await site.open(
      '<hail-number key="errors" metrics="errors" period="1m:1h" compare="100d"></hail-number>',
    )
    await shows(page, 'hail-number[state=live] .full', '50')
    expect(await page.locator('hail-number .change').count()).toBe(0)
    await page.context().close()
  })

  test('isn’t asked of a metric that looks back itself', async () => {
    await count('back', { dollars: 7 }, [], 30)
    const { page } = await site.open(
      '<hail-number key="back" metrics="previous(dollars, 1d)" period="1h:1d" compare></hail-number>',
    )
    await shows(page, 'hail-number .full', '7')
    await page.context().close()
  })
})

describe('states', () => {
  test('nothing counted yet, until something is', async () => {
    const { page } = await site.open('<hail-number key="empty" metrics="dollars"></hail-number>')
    await shows(page, 'hail-number .card', 'Nothing counted yet')
    expect(await page.getAttribute('hail-number', 'state')).toBe('empty')
    await count('empty', { dollars: 5 })
    await shows(page, 'hail-number .full', '5')
    await page.context().close()
  })

  test('refused, in the words of the server, and well again', async () => {
    const { page } = await site.open('<hail-number key="steady" metrics="dollars/("></hail-number>')
    await shows(page, 'hail-number .notice', /dollars\/\(.*expected a metric/)
    expect(await page.getAttribute('hail-number', 'state')).toBe('refused')
    await page.locator('hail-number').evaluate(element => element.setAttribute('metrics', 'dollars'))
    await shows(page, 'hail-number .full', '234')
    expect(await page.locator('hail-number .notice').count()).toBe(0)
    await page.locator('hail-number').evaluate(element => element.setAttribute('format', 'nonsense'))
    await shows(page, 'hail-number .notice', 'nonsense')
    await page.context().close()
  })

  test('stale while the server is away: the number stays, and goes on by itself', async () => {
    await count('stale', { dollars: 1 })
    const { page } = await site.open('<hail-number key="stale" metrics="dollars"></hail-number>')
    await shows(page, 'hail-number .full', '1')
    await site.server.stop()
    await shows(page, 'hail-number .notice', 'No connection')
    expect(await figure(page)).toBe('1')
    await site.server.restart()
    await site.server.count('key=stale&metrics={"dollars":2}')
    await shows(page, 'hail-number .full', '3')
    expect(await page.locator('hail-number .notice').count()).toBe(0)
    await page.context().close()
  })
})

describe('its looks', () => {
  beforeAll(() => count('wide', { dollars: 1_234_567.89 }))

  test.each([120, 200, 390, 1900])('all of it is seen at %d px', async width => {
    const { page } = await site.open(
      '<hail-number key="wide" metrics="dollars" format="EUR" compare></hail-number>',
      { viewport: { width: width + 16, height: 800 } },
    )
    await shows(page, 'hail-number .full', '1,234,567.89')
    const shown = page.locator(width <= 160 ? 'hail-number .short' : 'hail-number .full')
    const [text, card] = [await shown.boundingBox(), await page.locator('hail-number .card').boundingBox()]
    expect(card!.width).toBe(width)
    expect(text!.x).toBeGreaterThanOrEqual(card!.x)
    expect(text!.x + text!.width).toBeLessThanOrEqual(card!.x + card!.width)
    expect(text!.height).toBeGreaterThan(width === 120 ? 16 : 22)
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width + 16)
    await page.context().close()
  })

  test('a theme, and custom properties', async () => {
    const { page } = await site.open(
      '<hail-number key="steady" metrics="dollars" theme="dark"></hail-number>',
    )
    await shows(page, 'hail-number .full', '234')
    const ground = () =>
      page.locator('hail-number .card').evaluate(card => getComputedStyle(card).backgroundColor)
    expect(await ground()).toBe('rgb(22, 29, 38)')
    await page
      .locator('hail-number')
      .evaluate((element: HTMLElement) => element.style.setProperty('--hail-card', '#102030'))
    expect(await ground()).toBe('rgb(16, 32, 48)')
    await page.context().close()
  })

  test('hostile names are text', async () => {
    const name = HOSTILE_NAMES[0]!
    await count(name, { [name]: 5 }, [name])
    const { page, problems } = await site.open('<main></main>', { viewport: { width: 390, height: 800 } })
    await page.evaluate(
      ([key, metric]) => {
        const options = { key: [key], by: [key], metrics: [`\`${metric}\``] }
        globalThis.HailWhale.number('main', options as never)
      },
      [name, name] as const,
    )
    await shows(page, 'hail-number .full', '5')
    expect(await page.locator('hail-number .caption').textContent()).toContain(name)
    expect(await page.locator('hail-number img').count()).toBe(0)
    expect(await page.evaluate(() => 'broken' in globalThis)).toBe(false)
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390)
    expect(problems).toEqual([])
    await page.context().close()
  })

  test('axe finds nothing serious, in any state', async () => {
    const { page, problems } = await site.open(
      `<main><h1>Numbers</h1><hail-number key="steady" metrics="dollars" compare></hail-number>
      <hail-number key="errors" metrics="errors" compare good="down"></hail-number>
      <hail-number key="nobody" metrics="dollars" theme="dark"></hail-number></main>`,
    )
    await shows(page, 'hail-number:nth-of-type(3) .card', 'Nothing counted yet')
    await shows(page, 'hail-number:nth-of-type(2) .change', 'better')
    expect(await seriousFindings(page)).toEqual([])
    expect(problems).toEqual([])
    await page.context().close()
  })
})
