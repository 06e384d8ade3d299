/** The chart in a browser, on the stage, under a policy that allows no inline script and no inline style. */
import { fileURLToPath } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import { build, type Rolldown } from 'vite'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { ForeignSite, openBrowser, openPage, strictPolicy } from '../../test/support/browser.js'
import type { Sample, Stage } from './stage/stage.js'

declare const stage: Stage

const HOSTILE = [
  '<img src=x onerror="alert(1)">',
  '"\'`&amp;',
  '\u202eمرحبا',
  '🐋'.repeat(40),
  'x'.repeat(512),
]
const START_MS = Date.UTC(2026, 10, 25, 9)
const MINUTE_MS = 60_000
const [WIDTH, HEIGHT] = [600, 240]

let browser: Browser
let site: ForeignSite
let page: Page
let problems: string[]

beforeAll(async () => {
  const built = await build({ configFile: fileURLToPath(new URL('./stage/vite.config.ts', import.meta.url)) })
  const script = (built as Rolldown.RolldownOutput[])[0]!.output[0].code
  site = await ForeignSite.start()
  site.files.set('/stage.js', { text: script, type: 'text/javascript' })
  site.page('<script src="/stage.js"></script>', { policy: `${strictPolicy()} data:` })
  browser = await openBrowser()
})

afterAll(async () => {
  await browser.close()
  await site.close()
})

afterEach(async () => {
  await page.context().close()
  expect(problems).toEqual([])
})

/** A page with a chart for each sample. */
async function shows(samples: readonly Sample[], options: { width?: number; touch?: boolean } = {}) {
  const { width = WIDTH, touch = false } = options
  const viewport = { width: 800, height: 900 }
  ;({ page, problems } = await openPage(browser, { viewport, hasTouch: touch, isMobile: touch }))
  await page.goto(`${site.origin}/`)
  await page.evaluate(
    ({ samples, width, height }) => {
      for (const [i, sample] of samples.entries()) {
        stage.add(width, height)
        stage.draw(i, sample)
      }
    },
    { samples, width, height: HEIGHT },
  )
  await drawn(samples.length)
}

/** Waits until so many charts have drawn. */
async function drawn(charts: number) {
  await page.waitForFunction(
    charts => stage.charts.filter(({ place }) => place.querySelector('canvas') !== null).length >= charts,
    charts,
  )
  await page.evaluate(
    () => new Promise(resolve => requestAnimationFrame(() => requestAnimationFrame(resolve))),
  )
}

async function draw(sample: Sample, index = 0) {
  await page.evaluate(([index, sample]) => stage.draw(index, sample), [index, sample] as const)
  await drawn(index + 1)
}

/** The plotted part of a chart, in pixels of the page. */
function plot(index = 0) {
  return page.evaluate(index => {
    const { left, top, width, height } =
      stage.charts[index]!.place.querySelector('.u-over')!.getBoundingClientRect()
    return { left, top, width, height }
  }, index)
}

/**
 * The colours of a column of pixels of the plotted part, at a part (0 to 1) of its width, as hexadecimal, from above; those that are
 * fewer than `least` pixels high (as edges are) left out.
 */
async function column(part: number, index = 0, least = 1): Promise<string[]> {
  const colours = await pixelsOf(part, index)
  const starts = [...colours.keys()].filter(i => colours[i] !== colours[i - 1])
  return starts.filter((start, i) => (starts[i + 1] ?? colours.length) - start >= least).map(i => colours[i]!)
}

function pixelsOf(part: number, index: number): Promise<string[]> {
  return page.evaluate(
    ([part, index]) => {
      const { place } = stage.charts[index]!
      const canvas = place.querySelector('canvas')!
      const over = place.querySelector<HTMLElement>('.u-over')!
      const x = Math.round(over.offsetLeft + part * (over.offsetWidth - 1))
      const { data } = canvas.getContext('2d')!.getImageData(x, over.offsetTop, 1, over.offsetHeight)
      return Array.from({ length: data.length / 4 }, (_, i) =>
        [...data.slice(i * 4, i * 4 + 4)].map(byte => byte.toString(16).padStart(2, '0')).join(''),
      )
    },
    [part, index] as const,
  )
}

function told(index = 0) {
  return page.evaluate(index => stage.charts[index]!.told, index)
}

/** The tooltip's texts, or null where there is none. */
function tooltip(index = 0) {
  return page.evaluate(index => {
    const tip = stage.charts[index]!.place.querySelector<HTMLElement>('.chart-tip')!
    if (tip.hidden) return null
    const texts = (name: string) => [...tip.querySelectorAll(name)].map(each => each.textContent)
    return {
      time: texts('.chart-tip-time')[0],
      names: texts('.chart-tip-name'),
      values: texts('.chart-tip-value'),
      more: tip.querySelector<HTMLElement>('.chart-tip-more')!.hidden ? null : texts('.chart-tip-more')[0],
      elements: tip.querySelectorAll('img').length,
    }
  }, index)
}

async function move(part: number, options: { index?: number; down?: number } = {}) {
  const { left, top, width, height } = await plot(options.index)
  await page.mouse.move(left + part * width, top + (options.down ?? 0.4) * height)
}

/** Whether the solid grounds of a column are orange (else blue), from above; the lines of the grid shine through them. */
async function isOrange(part: number, index = 0): Promise<boolean[]> {
  const solid = (await column(part, index, 4)).filter(colour => colour.endsWith('d9'))
  const orange = solid.map(colour => colour.slice(0, 2) > '80')
  return orange.filter((is, i) => is !== orange[i - 1])
}

const BLUE = '0072b2ff'
const ORANGE = 'd55e00ff'
const INK = '17202bff'
const TWO = { a: [8, 8, 8, 8, 8], b: [2, 2, 2, 2, 2] }

test('lines are drawn in their colours, overall on top', async () => {
  await shows([{ points: TWO }])
  const colours = await column(0.5)
  expect(colours.filter(colour => [INK, BLUE, ORANGE].includes(colour))).toEqual([INK, BLUE, ORANGE])
})

test('areas have a ground that fades', async () => {
  await shows([{ points: TWO, type: 'area' }])
  const colours = await column(0.3)
  const below = colours.slice(colours.indexOf(BLUE) + 1, colours.indexOf(ORANGE))
  expect(below.length).toBeGreaterThan(5)
  expect(colours).toEqual(expect.arrayContaining([INK, BLUE, ORANGE]))
})

test('stacks, shares and bars: parts on one another, the first at the bottom', async () => {
  const types = ['stacked', 'share', 'bars'] as const
  await shows(types.map(type => ({ points: TWO, type, live: false })))
  for (const index of types.keys()) {
    expect(await isOrange(0.5, index)).toEqual([true, false])
    expect(await column(0.5, index)).not.toContain(INK)
  }
})

test('what is below zero hangs from zero, and overall shows what it comes to', async () => {
  await shows([{ points: { a: [8, 8, 8], b: [-4, -4, -4] }, type: 'stacked', live: false }])
  expect(await isOrange(0.25)).toEqual([false, true])
  expect(await column(0.25)).toContain(INK)
})

test('a single point is a dot; few have one each; no lines and no buckets draw a scale', async () => {
  await shows([
    { points: { a: [5] } },
    { points: { a: [5, 6] } },
    { points: {}, overall: [] },
    { points: {} },
  ])
  expect(await column(0.5, 0)).toContain(INK)
  const { width } = await plot(1)
  // Beside the line's end, where only a dot reaches.
  expect((await column(1.5 / width, 1)).length).toBeGreaterThan(1)
  expect(await column(0.5, 2)).not.toContain(INK)
})

test('numbers that are none are drawn as 0', async () => {
  await shows([
    { points: { a: [Number.NaN, 4, 4, 4] }, overall: [Number.NaN, 9, 9, Number.POSITIVE_INFINITY] },
  ])
  expect(await column(0.5)).toEqual(expect.arrayContaining([INK, BLUE]))
})

test('the bucket that is still being counted is shaded', async () => {
  await shows([{ points: { a: [0, 0, 0, 0] } }, { points: { a: [0, 0, 0, 0] }, live: false }])
  const first = async (part: number, index: number) => (await column(part, index))[1]
  expect(await first(0.9, 0)).not.toBe(await first(0.1, 0))
  expect(await first(0.9, 1)).toBe(await first(0.1, 1))
})

test('the pointer shows each value of a bucket, in the order of the legend, and tells the bucket', async () => {
  await shows([{ points: { a: [1, 2, 3], b: [10, 20, 30] } }])
  expect(await tooltip()).toBeNull()
  await move(0.51)
  expect(await tooltip()).toEqual({
    time: 'Wed, Nov 25, 09:01',
    names: ['Overall', 'a', 'b'],
    values: ['22', '2', '20'],
    ...{ more: null, elements: 0 },
  })
  await move(0.9)
  await page.mouse.move(1, 1)
  expect(await tooltip()).toBeNull()
  expect(await told()).toEqual([
    ['cursor', 1],
    ['cursor', 2],
    ['cursor', null],
  ])
})

test('it stays under a resting pointer while numbers change, and goes on when the time moves on', async () => {
  await shows([{ points: { a: [1, 2, 3] } }])
  await move(0.51)
  const seen = await page.evaluate(async () => {
    const tip = stage.charts[0]!.place.querySelector<HTMLElement>('.chart-tip')!
    const row = tip.querySelector('.chart-tip-row')
    let flickers = 0
    const watcher = new MutationObserver(records => {
      flickers += records.filter(({ attributeName }) => attributeName === 'hidden').length
    })
    watcher.observe(tip, { attributes: true })
    for (let i = 0; i < 8; i++) {
      // The last two have another line, which takes another plot.
      stage.draw(0, { points: { a: [1, 2 + i, 3], ...(i > 5 && { b: [0, 1, 0] }) } })
      await new Promise(resolve => requestAnimationFrame(resolve))
    }
    return { flickers, sameRow: row === tip.querySelector('.chart-tip-row') }
  })
  expect(seen).toEqual({ flickers: 0, sameRow: true })
  expect((await tooltip())!.values).toEqual(['10', '9', '1'])
  await draw({ points: { a: [2, 3, 4] }, startMs: START_MS + MINUTE_MS })
  expect(await tooltip()).toMatchObject({ time: 'Wed, Nov 25, 09:02', values: ['3', '3'] })
  expect(await told()).toEqual([['cursor', 1]])
})

test('names from data are texts, and long ones take no more room than there is', async () => {
  await shows([{ points: Object.fromEntries(HOSTILE.map((name, i) => [name, [i, i + 1]])) }])
  await move(0.4)
  const { names, elements } = (await tooltip())!
  expect(names).toEqual(['Overall', ...HOSTILE])
  expect(elements).toBe(0)
})

test('the tooltip never leaves the chart, and counts what it has no room for', async () => {
  await shows([{ series: 24, names: HOSTILE }])
  for (const part of [0, 0.2, 0.5, 0.8, 1]) {
    for (const down of [0.02, 0.5, 0.98]) {
      await move(part, { down })
      const outside = await page.evaluate(() => {
        const { place } = stage.charts[0]!
        const [tip, box] = [place.querySelector('.chart-tip')!, place].map(each =>
          each.getBoundingClientRect(),
        )
        return (
          tip!.left < box!.left || tip!.right > box!.right || tip!.top < box!.top || tip!.bottom > box!.bottom
        )
      })
      expect(outside).toBe(false)
    }
  }
  const { names, more } = (await tooltip())!
  expect(more).toBe(`and ${25 - names.length} more`)
})

test('dragging shades whole buckets and zooms into them; Escape gives it up', async () => {
  await shows([{ buckets: 11 }])
  const { left, top, width } = await plot()
  const at = (bucket: number) => [left + (bucket / 10) * width, top + 50] as const
  await page.mouse.move(...at(6.3))
  await page.mouse.down()
  await page.mouse.move(...at(4), { steps: 3 })
  await page.mouse.move(...at(2.2), { steps: 3 })
  const zone = await page.evaluate(() => {
    const { style, hidden } = stage.charts[0]!.place.querySelector<HTMLElement>('.chart-zone')!
    return { hidden, left: Number.parseFloat(style.left), width: Number.parseFloat(style.width) }
  })
  // From the middle between the first and the second bucket.
  expect(zone.hidden).toBe(false)
  expect(zone.left).toBeCloseTo((1.5 / 10) * width, 0)
  expect(zone.width).toBeCloseTo((5 / 10) * width, 0)
  await page.mouse.up()
  const zooms = async () => (await told()).filter(([what]) => what === 'zoom')
  expect(await zooms()).toEqual([['zoom', START_MS + 2 * MINUTE_MS, START_MS + 7 * MINUTE_MS]])
  await page.mouse.down()
  await page.mouse.move(...at(8), { steps: 3 })
  await page.keyboard.press('Escape')
  await page.mouse.up()
  expect(await zooms()).toHaveLength(1)
  // A click is no drag.
  await page.mouse.click(...at(5))
  expect(await zooms()).toHaveLength(1)
})

test('a drag past the end reaches the end of the last bucket', async () => {
  await shows([{ buckets: 11, type: 'bars' }])
  await move(0.75)
  await page.mouse.down()
  await page.mouse.move(790, 100, { steps: 4 })
  await page.mouse.up()
  const zooms = (await told()).filter(([what]) => what === 'zoom')
  expect(zooms).toEqual([['zoom', START_MS + 8 * MINUTE_MS, START_MS + 11 * MINUTE_MS]])
})

test('a double click goes back', async () => {
  await shows([{ buckets: 11 }])
  const { left, top } = await plot()
  await page.mouse.dblclick(left + 50, top + 50)
  expect((await told()).filter(([what]) => what !== 'cursor')).toEqual([['unzoom']])
})

test('a finger points, its mark stays until it taps elsewhere, two taps go back, and the page scrolls', async () => {
  await shows([{ points: { a: [1, 2, 3] } }], { touch: true })
  const { left, top, width, height } = await plot()
  await page.touchscreen.tap(left + width / 2, top + height / 2)
  expect(await tooltip()).toMatchObject({ values: ['2', '2'] })
  await page.touchscreen.tap(400, 700)
  expect(await tooltip()).toBeNull()
  await page.touchscreen.tap(left + 20, top + 20)
  await page.touchscreen.tap(left + 22, top + 22)
  expect((await told()).filter(([what]) => what === 'unzoom')).toEqual([['unzoom']])
  const actions = await page.evaluate(
    () => getComputedStyle(stage.charts[0]!.place.querySelector('.chart-box')!).touchAction,
  )
  expect(actions).toBe('pan-y')
})

test('the host points as well: with a tooltip where it has the focus, and without telling', async () => {
  await shows([{ points: { a: [1, 2, 3] } }])
  const point = (index: number | null) => page.evaluate(index => stage.charts[0]!.chart.point(index), index)
  const line = () =>
    page.evaluate(() => !stage.charts[0]!.place.querySelector<HTMLElement>('.chart-line')!.hidden)
  await point(1)
  expect([await line(), await tooltip()]).toEqual([true, null])
  await page.evaluate(() => stage.charts[0]!.place.focus())
  await point(2)
  expect(await tooltip()).toMatchObject({ values: ['3', '3'] })
  expect(await told()).toEqual([])
  // It moves on with its time, which is told, and goes when its time is gone.
  await draw({ points: { a: [2, 3, 4] }, startMs: START_MS + MINUTE_MS })
  expect(await tooltip()).toMatchObject({ values: ['3', '3'] })
  await draw({ points: { a: [7, 8, 9] }, startMs: START_MS + 9 * MINUTE_MS })
  expect(await told()).toEqual([
    ['cursor', 1],
    ['cursor', null],
  ])
  await point(9)
  await point(null)
  expect([await line(), await tooltip()]).toEqual([false, null])
})

test('what is drawn is the same whatever was drawn before: axes, words, shapes', async () => {
  const samples: Sample[] = [
    { points: { a: [1, 2, 3] } },
    { points: { a: [1000, 2000, 9000] } },
    { points: { a: [1000, 2000, 9000] }, format: 'EUR', locale: 'de' },
    { points: { a: [1000, 2000, 9000] }, tz: 'Asia/Tokyo' },
    { points: { a: [1, 2, 3], b: [-1, 0.5, 1] }, type: 'stacked' },
    { points: { a: [3, 2, 3], b: [-1, 0.5, 1] }, type: 'stacked' },
    { series: 3, buckets: 700, type: 'bars' },
    { series: 3, buckets: 30, type: 'bars' },
    { points: { a: [5] } },
    { points: { a: [1, 2, 3] } },
  ]
  await shows([samples[0]!, samples[0]!])
  const canvas = (index: number) =>
    page.evaluate(index => stage.charts[index]!.place.querySelector('canvas')!.toDataURL(), index)
  const pictures = new Set<string>()
  for (const sample of samples) {
    // One chart goes through all of them, the other is a new one each time.
    await draw(sample, 0)
    await page.evaluate(
      ([sample, width, height]) => {
        const last = stage.charts.pop()!
        last.chart.destroy()
        last.remove()
        stage.add(width, height)
        stage.draw(1, sample)
      },
      [sample, WIDTH, HEIGHT] as const,
    )
    await drawn(2)
    pictures.add(await canvas(0))
    expect(await canvas(0)).toBe(await canvas(1))
  }
  expect(pictures.size).toBe(samples.length - 1)
})

test('it follows the size of its host', async () => {
  await shows([{ buckets: 30 }])
  const size = () =>
    page.evaluate(() => {
      const { place } = stage.charts[0]!
      return [
        place.clientWidth,
        place.querySelector('canvas')!.clientWidth,
        place.querySelector('canvas')!.clientHeight,
      ]
    })
  const before = await size()
  expect(before[1]).toBe(before[0])
  await page.evaluate(() => {
    stage.charts[0]!.style.width = '320px'
    stage.charts[0]!.place.style.height = '150px'
  })
  await page.waitForFunction(() => stage.charts[0]!.place.querySelector('canvas')!.clientHeight === 150)
  expect((await size())[1]).toBe((await size())[0])
  expect((await size())[0]).toBeLessThan(before[0]!)
})

test('out of sight nothing is drawn; in sight it is what was told last', async () => {
  await shows([{ points: { a: [1, 1, 1] } }])
  await page.evaluate(() => {
    document.body.style.paddingTop = '3000px'
  })
  const canvas = () => page.evaluate(() => stage.charts[0]!.place.querySelector('canvas')!.toDataURL())
  const before = await canvas()
  await page.waitForFunction(() => stage.charts[0]!.getBoundingClientRect().top > 3000)
  await page.evaluate(
    () =>
      new Promise(resolve => {
        new IntersectionObserver((entries, observer) => {
          if (entries[0]!.isIntersecting) return
          observer.disconnect()
          resolve(null)
        }).observe(stage.charts[0]!)
      }),
  )
  await draw({ points: { a: [1, 9, 1] } })
  expect(await canvas()).toBe(before)
  await page.evaluate(() => window.scrollTo(0, 3000))
  await page.waitForFunction(
    before => stage.charts[0]!.place.querySelector('canvas')!.toDataURL() !== before,
    before,
  )
})

test('recoloured, it has the colours that its host has by then', async () => {
  await shows([{ points: TWO }])
  await page.evaluate(() => {
    stage.charts[0]!.setAttribute('theme', 'dark')
    stage.charts[0]!.chart.recolour()
  })
  await drawn(1)
  expect(await column(0.5)).toContain('4a9fe0ff')
  // Whatever a page writes as a colour.
  await page.evaluate(() => {
    stage.charts[0]!.style.setProperty('--hail-line-0', 'light-dark(red, rebeccapurple)')
    stage.charts[0]!.chart.recolour()
  })
  await drawn(1)
  expect(await column(0.5)).toContain('663399ff')
})

test('destroyed, it leaves its host as it was', async () => {
  await shows([{ buckets: 5 }])
  await page.evaluate(() => stage.charts[0]!.chart.destroy())
  expect(await page.evaluate(() => stage.charts[0]!.place.childElementCount)).toBe(0)
  await page.evaluate(() => stage.draw(0, { buckets: 6 }))
})
