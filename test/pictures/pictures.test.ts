/**
 * Pictures where they are looked at: a real parser reads them, a real layout measures them, and they are shown by image tags, as
 * pages, and in pages of other sites.
 */
import fc from 'fast-check'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { CHART_TYPES } from '../../src/picture/chart-type.js'
import { badgeSvg } from '../../src/picture/svg/badge.js'
import { graphSvg } from '../../src/picture/svg/graph.js'
import { problemSvg } from '../../src/picture/svg/problem.js'
import { ForeignSite, openBrowser, openPage, strictPolicy } from '../support/browser.js'
import { LiveServer } from '../support/live-server.js'
import { madeGraph, pictureOf, wave } from '../support/picture-graph.js'

const NOW_MS = Date.UTC(2026, 2, 1, 12, 30)
const HOSTILE = [
  '<img src=x onerror=alert(1)>',
  '</text></svg><script>alert(1)</script>',
  `"' onload="alert(1)`,
  '<![CDATA[ ]]> <!-- --> <?xml ?> &lt; &#60; &nope;',
  '\u202eevil\u2066',
  'עברית 123!',
  'مرحبا بالعالم',
  '漢字かな交じり文のとても長い名前',
  '👩🏽‍🚀'.repeat(40),
  '\ud800 half',
  'bell\u0007 \u0000 \uffff \u2028',
  `z${'\u0301'.repeat(400)}`,
  'x'.repeat(512),
  '﷽'.repeat(50),
  '',
]
const OURS = ['svg', 'title', 'desc', 'style', 'rect', 'path', 'text', 'tspan', 'g', 'linearGradient', 'stop']

let browser: Browser
let page: Page
beforeAll(async () => {
  browser = await openBrowser()
  ;({ page } = await openPage(browser))
})
afterAll(() => browser?.close())

/** What an XML parser makes of documents: what is wrong with one, its elements, and the names of attributes. */
async function parsed(documents: readonly string[]) {
  return page.evaluate(
    texts =>
      texts.map(text => {
        const xml = new DOMParser().parseFromString(text, 'image/svg+xml')
        const all = Array.from(xml.querySelectorAll('*'))
        return {
          wrong: xml.querySelector('parsererror')?.textContent ?? null,
          elements: [...new Set(all.map(each => each.localName))],
          attributes: [...new Set(all.flatMap(each => each.getAttributeNames()))],
          texts: Array.from(xml.querySelectorAll('text')).map(each => each.textContent),
        }
      }),
    documents,
  )
}

function shop(names: readonly string[]) {
  const series = Object.fromEntries(names.map((name, i) => [name, wave(60, 900 / (i + 1))]))
  return madeGraph({
    series,
    other: wave(60, 50),
    unattributed: wave(60, -40),
    key: [names[0]!],
    dimension: names.slice(1, 3),
  })
}

describe('to a parser', () => {
  test('hostile names are text in a well-formed document of our elements', async () => {
    const documents = [
      ...CHART_TYPES.map(
        type => graphSvg(pictureOf(shop(HOSTILE), { type, theme: 'auto', caption: undefined })).svg,
      ),
      ...HOSTILE.map(text => graphSvg(pictureOf(shop(['a']), { caption: text, metric: 'dollars' })).svg),
      ...HOSTILE.map(
        text =>
          badgeSvg({ label: text, value: text, change: null, good: 'up', colour: 'accent', theme: 'auto' })
            .svg,
      ),
      ...HOSTILE.map(
        text => problemSvg({ status: 400, title: text, detail: text, width: 480, theme: 'auto' }).svg,
      ),
    ]
    for (const { wrong, elements, attributes } of await parsed(documents)) {
      expect(wrong).toBeNull()
      expect(elements.filter(name => !OURS.includes(name))).toEqual([])
      expect(attributes.filter(name => /^on|href|^style$|src/.test(name))).toEqual([])
    }
    const [line] = await parsed([documents[0]!])
    expect(line!.texts).toEqual(
      expect.arrayContaining(['<img src=x onerror=alert(1)>', `"' onload="alert(1)`]),
    )
  })

  test('so are any names', async () => {
    const names = fc.uniqueArray(fc.string({ unit: 'binary', maxLength: 40 }), { minLength: 1, maxLength: 5 })
    await fc.assert(
      fc.asyncProperty(fc.array(names, { minLength: 5, maxLength: 5 }), async lists => {
        const documents = lists.map(
          (list, i) => graphSvg(pictureOf(shop(list), { type: CHART_TYPES[i]!, width: 300 + 100 * i })).svg,
        )
        for (const { wrong, elements } of await parsed(documents)) {
          expect(wrong).toBeNull()
          expect(elements.filter(name => !OURS.includes(name))).toEqual([])
        }
      }),
      { numRuns: 30 },
    )
  })
})

describe('laid out', () => {
  test.each([200, 300, 480, 640, 800, 1200])(
    '%i pixels wide, nothing leaves the card, no words lie on others',
    async width => {
      const long = madeGraph({
        series: Object.fromEntries(HOSTILE.map((name, i) => [name, wave(60, 90_000_000 / (i + 1))])),
        other: wave(60, -5000),
        beforeTimes: 0.31,
      })
      const compared = { metric: 'previous(dollars, 1h)', length: '1h' }
      const documents = CHART_TYPES.flatMap(type => [
        graphSvg(pictureOf(long, { type, width, compared })).svg,
        graphSvg(pictureOf(long, { type, width, height: 300 })).svg,
        graphSvg(pictureOf(shop(['search', 'mail']), { type, width, height: 160 })).svg,
      ])
      const problems = await page.evaluate(measured, documents)
      expect(problems).toEqual([])
    },
  )

  test('dark where the reader’s system is dark, if it may', async () => {
    const groundOf = async (theme: 'auto' | 'light' | 'dark', colorScheme: 'light' | 'dark') => {
      await page.emulateMedia({ colorScheme })
      await page.setContent(graphSvg(pictureOf(shop(['a']), { theme })).svg)
      return page.evaluate(() => getComputedStyle(document.querySelector('svg > rect')!).fill)
    }
    const [white, black] = ['rgb(255, 255, 255)', 'rgb(22, 29, 38)']
    expect([await groundOf('auto', 'light'), await groundOf('auto', 'dark')]).toEqual([white, black])
    expect([await groundOf('light', 'dark'), await groundOf('dark', 'light')]).toEqual([white, black])
  })
})

test('put into one page, each keeps its own colours', async () => {
  await page.emulateMedia({ colorScheme: 'light' })
  await page.setContent(
    (['dark', 'light', 'auto'] as const)
      .map(theme => graphSvg(pictureOf(shop(['a']), { theme })).svg)
      .join(''),
  )
  const grounds = await page.evaluate(() =>
    Array.from(document.querySelectorAll('svg > rect')).map(rect => getComputedStyle(rect).fill),
  )
  expect(grounds).toEqual(['rgb(22, 29, 38)', 'rgb(255, 255, 255)', 'rgb(255, 255, 255)'])
})

/** What is wrong with the layout of pictures. Runs in the page. */
function measured(documents: readonly string[]): string[] {
  const problems: string[] = []
  for (const text of documents) {
    document.body.innerHTML = text
    const svg = document.querySelector('svg')!
    const card = svg.getBoundingClientRect()
    const inside = (box: DOMRect) =>
      box.left >= card.left - 0.5 &&
      box.right <= card.right + 0.5 &&
      box.top >= card.top - 0.5 &&
      box.bottom <= card.bottom + 0.5
    const clipped = (element: Element) => element.parentElement!.closest('svg') !== svg
    for (const box of Array.from(svg.querySelectorAll('path, rect, svg'))) {
      if (!inside(box.getBoundingClientRect())) problems.push(`outside: ${box.outerHTML.slice(0, 100)}`)
    }
    const words = Array.from(svg.querySelectorAll('text')).filter(each => each.textContent !== '')
    const boxes = words.map(word => (clipped(word) ? word.parentElement! : word).getBoundingClientRect())
    for (const [i, box] of boxes.entries()) {
      if (!inside(box)) problems.push(`outside: ${words[i]!.textContent!.slice(0, 40)}`)
      for (const [j, other] of boxes.slice(0, i).entries()) {
        const apart =
          box.left >= other.right ||
          other.left >= box.right ||
          box.top + 4 >= other.bottom ||
          other.top + 4 >= box.bottom
        if (!apart)
          problems.push(
            `${words[i]!.textContent!.slice(0, 40)} lies on ${words[j]!.textContent!.slice(0, 40)}`,
          )
      }
    }
  }
  return problems
}

describe('from a server', () => {
  let server: LiveServer
  let site: ForeignSite
  let address: string
  beforeAll(async () => {
    server = await LiveServer.start({ store: 'memory', over: 'http', nowMs: NOW_MS })
    site = await ForeignSite.start()
    address = `http://127.0.0.1:${server.port}`
    const at = NOW_MS - 300_000
    const events = [...HOSTILE.slice(0, 3), 'search'].map(channel => ({
      key: 'shop',
      dimensions: { channel },
      at,
    }))
    await server.post('/count', JSON.stringify(events))
  })
  afterAll(async () => {
    // First the browser: a connection that it opened and has not used yet would hold the server up.
    await browser?.close()
    await site?.close()
    await server?.close()
  })

  test('an image tag of another site shows it, and what is wrong where it can’t be', async () => {
    const image = (path: string) => `<img src="${address}${path}">`
    const url = site.page(
      [
        image('/graph.svg?key=shop&by=channel&period=1m:1h'),
        image('/graph.png?key=shop&by=channel&period=1m:1h&scale=2'),
        image('/number.svg?key=shop'),
        image('/graph.svg?key=shop&perod=1m:1h'),
        image('/graph.png?key=shop&perod=1m:1h'),
      ].join(''),
      { policy: strictPolicy(address) },
    )
    await page.goto(url)
    const sizes = await page.evaluate(async () => {
      const images = Array.from(document.images)
      await Promise.all(images.map(each => each.decode()))
      return images.map(each => each.naturalWidth)
    })
    expect(sizes[0]).toBe(800)
    expect(sizes[1]).toBe(1600)
    expect(sizes[2]).toBeGreaterThan(50)
    expect(sizes.slice(3)).toEqual([480, 960])
  })

  test('opened as a page it has its colours, runs nothing and asks for nothing', async () => {
    const { page: own, problems } = await openPage(browser)
    const asked: string[] = []
    own.on('request', request => asked.push(request.url()))
    const url = `${address}/graph.svg?key=shop&by=channel&type=stacked&period=1m:1h`
    await own.goto(url)
    expect(await own.evaluate(() => getComputedStyle(document.querySelector('rect')!).fill)).toBe(
      'rgb(255, 255, 255)',
    )
    expect(await own.evaluate(() => document.querySelectorAll('script, img, foreignObject').length)).toBe(0)
    expect(asked).toEqual([url])
    expect(problems).toEqual([])
    await own.context().close()
  })

  test('the PNG is what a browser draws: its size, its clear corners, its lines', async () => {
    await page.goto(`${address}/healthz`)
    const seen = await page.evaluate(async () => {
      const answer = await fetch('/graph.png?key=shop&by=channel&period=1m:1h&width=600')
      const bitmap = await createImageBitmap(await answer.blob())
      const canvas = new OffscreenCanvas(bitmap.width, bitmap.height)
      const context = canvas.getContext('2d')!
      context.drawImage(bitmap, 0, 0)
      const { data } = context.getImageData(0, 0, bitmap.width, bitmap.height)
      const colours = new Map<string, number>()
      for (let i = 0; i < data.length; i += 4) {
        const colour = data.subarray(i, i + 4).join()
        colours.set(colour, (colours.get(colour) ?? 0) + 1)
      }
      return {
        width: bitmap.width,
        corner: data[3],
        colours: [...colours].filter(([, count]) => count > 50).map(([colour]) => colour),
      }
    })
    expect([seen.width, seen.corner]).toEqual([1200, 0])
    for (const colour of [
      '255,255,255,255',
      '23,32,43,255',
      '0,114,178,255',
      '213,94,0,255',
      '228,232,237,255',
    ]) {
      expect(seen.colours).toContain(colour)
    }
  })
})
