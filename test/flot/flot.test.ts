/**
 * The three examples of the original as a person types them, then the graph; and `/plotpoints` drawn by the real Flot in a real
 * browser with the line of the contract, `$.plot(el, Object.values(answer).map(d => d.dollars))`.
 */
import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type BrowserContext, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { LiveServer } from '../support/live-server.js'

const { resolve } = createRequire(import.meta.url)
const run = promisify(execFile)
const BROWSER = process.env.CHROMIUM ?? '/usr/bin/chromium'
const CURL = '/usr/bin/curl'
const NOW_MS = Date.UTC(2026, 2, 1, 12, 30)
const HOUR_MS = 3_600_000

/** What follows `curl -g` in the original's documentation and ours. */
const EXAMPLES = [
  'http://127.0.0.1:8085/count?dimension=services&metric={"dollars":200}',
  'http://127.0.0.1:8085/count?dimension=advertising&metric={"dollars":-2000}',
  'http://127.0.0.1:8085/count?dimensions={"sales":"p1"}&metric={"dollars":500}',
]

let server: LiveServer
beforeAll(async () => {
  server = await LiveServer.start({ store: 'lmdb', over: 'http', nowMs: NOW_MS })
  for (const url of EXAMPLES) expect(await typed(url)).toBe('OK')
})
afterAll(() => server.close())

/** Sends a URL as typed, with the test's port in the place of 8085: by curl, or, where there is none, by the same bytes. */
async function typed(url: string): Promise<string> {
  const mine = url.replace(':8085/', `:${server.port}/`)
  if (existsSync(CURL)) return (await run(CURL, ['-g', '-s', '--fail-with-body', mine])).stdout
  return (await server.send({ method: 'GET', path: mine.slice(mine.indexOf('/', 8)) })).text
}

async function json(path: string): Promise<ReturnType<typeof JSON.parse>> {
  return JSON.parse(await typed(`http://127.0.0.1:8085${path}`))
}

describe('the three examples', () => {
  test('overall −1300; advertising, sales, and services at the threshold itself', async () => {
    const graph = await json('/graph?metrics=dollars')
    expect(graph.overall.total).toEqual({ dollars: -1300 })
    expect(graph.series.map(({ name, share }: { name: string; share: number }) => [name, share])).toEqual([
      ['advertising', 1],
      ['sales', 0.25],
      ['services', 0.1],
    ])
    expect([graph.other, graph.unattributed]).toEqual([null, null])
  })

  test('by=sales shows p1', async () => {
    const graph = await json('/graph?by=sales&metrics=dollars')
    expect(graph.overall.total).toEqual({ dollars: 500 })
    expect(graph.series).toHaveLength(1)
    expect(graph.series[0]).toMatchObject({ name: 'p1', dimension: ['sales', 'p1'], total: { dollars: 500 } })
  })

  test('dollars/hits is the average revenue', async () => {
    const graph = await json('/graph?metrics=dollars/hits')
    expect(graph.overall.total['dollars/hits']).toBeCloseTo(-1300 / 3, 9)
    expect(graph.overall.points['dollars/hits'].at(-1)).toBeCloseTo(-1300 / 3, 9)
  })
})

describe('Flot draws /plotpoints', () => {
  const profile = mkdtempSync(join(tmpdir(), 'hailwhale-flot-'))
  let browser: BrowserContext
  let page: Page
  beforeAll(async () => {
    browser = await chromium.launchPersistentContext(profile, {
      executablePath: BROWSER,
      headless: true,
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-sync',
      ],
    })
    page = await browser.newPage()
    // A page of the server's own: others may not read from it.
    await page.goto(`http://127.0.0.1:${server.port}/healthz`)
    await page.addScriptTag({ path: resolve('jquery') })
    await page.addScriptTag({ path: resolve('flot') })
    await page.evaluate(() => {
      document.body.innerHTML = '<div id="graph" style="width: 600px; height: 300px"></div>'
    })
  })
  afterAll(async () => {
    await browser?.close()
    rmSync(profile, { recursive: true, force: true })
  })

  test('each series with its points, on a canvas that shows them', async () => {
    const path = '/plotpoints?metrics=dollars,hits&by=_&period=1h:1d'
    const drawn = await page.evaluate(draw, path)
    expect(drawn.errors).toEqual([])
    expect(drawn.names).toEqual(['sales', 'services', 'advertising'])
    const last: Readonly<Record<string, number>> = { sales: 500, services: 200, advertising: -2000 }
    const firstMs = Date.UTC(2026, 1, 28, 13)
    for (const [i, name] of drawn.names.entries()) {
      const points = Array.from({ length: 24 }, (_, hour) => [
        firstMs + hour * HOUR_MS,
        hour === 23 ? last[name] : 0,
      ])
      expect(drawn.series[i]).toEqual(points)
    }
    expect(drawn.axes).toMatchObject({ xmin: firstMs, xmax: firstMs + 23 * HOUR_MS })
    expect(drawn.axes.ymin).toBeLessThanOrEqual(-2000)
    expect(drawn.axes.ymax).toBeGreaterThanOrEqual(500)
    expect(drawn.canvas).toEqual({ width: 600, height: 300 })
    // Each line has a colour of its own. All lie at 0 until the last hour, one over the other: the last one drawn shows there.
    expect(new Set(drawn.colours).size).toBe(3)
    for (const pixels of drawn.pixels) expect(pixels).toBeGreaterThan(10)
    expect(drawn.pixels.at(-1)).toBeGreaterThan(500)
  })

  test('what was counted meanwhile is in the next drawing', async () => {
    expect(await typed('http://127.0.0.1:8085/count_now?dimension=services&metric={"dollars":50}')).toBe('OK')
    const drawn = await page.evaluate(draw, '/plotpoints?metrics=dollars&dimensions=services&period=1m:1h')
    expect(drawn.names).toEqual(['services'])
    expect(drawn.series[0]).toHaveLength(60)
    expect(drawn.series[0]!.at(-1)).toEqual([NOW_MS, 250])
  })
})

/** Runs in the page: asks, draws, and tells what Flot made of it. */
async function draw(path: string) {
  const errors: string[] = []
  window.onerror = message => errors.push(String(message))
  const answer: Record<string, Record<string, [number, number][]>> = await (await fetch(path)).json()
  const { $ } = window as unknown as { $: JQueryLike }
  const plot = $.plot(
    $('#graph'),
    Object.values(answer).map(d => d.dollars),
  )
  const { xaxis, yaxis } = plot.getAxes()
  const data = plot.getData()
  const canvas = document.querySelector<HTMLCanvasElement>('#graph canvas.flot-base')!
  const { data: bytes } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height)
  const near = (i: number, colour: readonly number[]): boolean =>
    bytes[i + 3]! > 128 && colour.every((part, j) => Math.abs(bytes[i + j]! - part) < 40)
  const pixelsOf = (colour: string): number => {
    const parts = colour.match(/\d+/g)!.slice(0, 3).map(Number)
    let pixels = 0
    for (let i = 0; i < bytes.length; i += 4) if (near(i, parts)) pixels++
    return pixels
  }
  const colours = data.map(({ color }) => {
    const probe = document.createElement('i')
    probe.style.color = color
    document.body.append(probe)
    return getComputedStyle(probe).color
  })
  return {
    errors,
    names: Object.keys(answer),
    series: data.map(series => series.data),
    axes: { xmin: xaxis.min, xmax: xaxis.max, ymin: yaxis.min, ymax: yaxis.max },
    canvas: { width: canvas.width, height: canvas.height },
    colours,
    pixels: colours.map(pixelsOf),
  }
}

/** The part of jQuery and Flot that is used here. */
interface JQueryLike {
  (selector: string): unknown
  plot(
    target: unknown,
    data: unknown,
  ): {
    getData(): { readonly data: readonly [number, number][]; readonly color: string }[]
    getAxes(): Record<'xaxis' | 'yaxis', { readonly min: number; readonly max: number }>
  }
}
