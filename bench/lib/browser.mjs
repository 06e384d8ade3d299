/** A Chromium without a window that shows a page of charts (`web/chart/stage`), and what its processes take. */
import { readdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import { build } from 'vite'
import { ROOT } from './options.mjs'
import { TICKS_PER_S } from './processes.mjs'

export const CHROMIUM = '/usr/bin/chromium'
export const CHROMIUM_FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
]
/** All charts of `show()` are in sight in it. */
const VIEWPORT = { width: 1800, height: 2000 }
const CHART = { width: 300, height: 120 }
/** What makes `performance.now()` exact to 5 µs: else it is rounded to 100. */
const HEADERS = {
  'content-security-policy': "default-src 'none'; script-src 'self'; style-src 'self'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
}
const PAGE =
  '<!doctype html><html lang="en"><meta charset="utf-8"><title>Charts</title><body><script src="/stage.js"></script>'

/** Builds the page, opens it in a browser of its own. */
export async function openStage() {
  const [{ output }] = /** @type {import('vite').Rolldown.RolldownOutput[]} */ (
    await build({ configFile: join(ROOT, 'web', 'chart', 'stage', 'vite.config.ts') })
  )
  const files = {
    '/': { type: 'text/html', text: PAGE },
    '/stage.js': { type: 'text/javascript', text: output[0].code },
  }
  const site = createServer((request, response) => {
    const file = files[request.url ?? '']
    if (file === undefined) response.writeHead(404).end()
    else response.writeHead(200, { 'content-type': file.type, ...HEADERS }).end(file.text)
  })
  await new Promise(resolve => site.listen(0, 'localhost', () => resolve(undefined)))
  const { port } = /** @type {import('node:net').AddressInfo} */ (site.address())
  const server = await chromium.launchServer({
    executablePath: CHROMIUM,
    args: CHROMIUM_FLAGS,
  })
  const browser = await chromium.connect(server.wsEndpoint())
  const page = await browser.newPage({ viewport: VIEWPORT })
  const problems = []
  page.on('pageerror', error => problems.push(error.message))
  await page.goto(`http://localhost:${port}/`)
  return {
    page,
    /** @returns {Promise<number[]>} milliseconds of each update */
    async measure(width, height, updates) {
      const times = await page.evaluate(
        async args => {
          const { stage } = /** @type {any} */ (globalThis)
          const found = await stage.measure(...args)
          stage.clear()
          return found
        },
        /** @type {any[]} */ ([width, height, updates]),
      )
      if (problems.length > 0) throw new Error(`WRONG: the page says ${problems[0]}`)
      return times
    },
    /** Puts charts on the page, in sight or far below it. */
    show: (count, below) =>
      page.evaluate(
        ({ count, below, width, height }) => {
          const { stage } = /** @type {any} */ (globalThis)
          stage.clear()
          for (const [name, value] of Object.entries({ display: 'flex', flexWrap: 'wrap', gap: '8px' }))
            document.body.style[name] = value
          document.body.style.paddingTop = below ? '6000px' : ''
          for (let i = 0; i < count; i++) stage.add(width, height)
        },
        { count, below, ...CHART },
      ),
    goOn: (sample, perSecond) =>
      page.evaluate(
        args => {
          const global = /** @type {any} */ (globalThis)
          global.stopCharts = global.stage.goOn(...args)
        },
        /** @type {any[]} */ ([sample, perSecond]),
      ),
    stop: () =>
      page.evaluate(() => {
        const global = /** @type {any} */ (globalThis)
        global.stopCharts?.()
        global.stage.clear()
      }),
    /** CPU seconds of all the browser's processes so far. */
    cpuS: () => cpuOfTree(server.process().pid ?? 0),
    async close() {
      await browser.close()
      await server.close()
      site.close()
      site.closeAllConnections()
    },
  }
}

/** CPU seconds of a process and of all that come from it. */
function cpuOfTree(pid) {
  const processes = readdirSync('/proc').flatMap(name => (/^\d+$/.test(name) ? [statOf(Number(name))] : []))
  const childrenOf = new Map()
  for (const each of processes) {
    if (each !== null) childrenOf.set(each.parent, [...(childrenOf.get(each.parent) ?? []), each])
  }
  const sum = ({ pid, cpuS }) =>
    (childrenOf.get(pid) ?? []).reduce((total, child) => total + sum(child), cpuS)
  return sum(processes.find(each => each?.pid === pid) ?? { pid, cpuS: 0 })
}

function statOf(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return { pid, parent: Number(fields[1]), cpuS: (Number(fields[11]) + Number(fields[12])) / TICKS_PER_S }
  } catch {
    // It has ended meanwhile.
    return null
  }
}
