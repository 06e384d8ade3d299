/**
 * Pages: from the step to a page until its first graph is drawn, on a server that has only just started and that nobody has asked
 * anything, in a browser that has nothing of it; and the bytes that the page and the scripts are.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { chromium } from 'playwright-core'
import { CHROMIUM, CHROMIUM_FLAGS } from './lib/browser.mjs'
import { row } from './lib/results.mjs'
import { makeFolder, startHailWhale } from './lib/servers.mjs'

const CHILDREN = 7
const VIEWPORT = { width: 1280, height: 800 }
const QUERY = 'key=store&by=sales&metrics=dollars'
const KIB = 1024
const MARKS = { drawnMs: 1000, dashboardKiB: 150, elementsKiB: 60 }

/** @param {import('./lib/options.mjs').Options} options */
export async function page(options, _shared, say) {
  const dataDir = join(makeFolder(), 'data')
  await fill(options, dataDir)
  const site = await openSite()
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: CHROMIUM_FLAGS })
  const kept = { link: [], first: [], embedded: [] }
  try {
    const drawn = address => coldDrawnMs(options, dataDir, browser, site, address)
    for (let round = 0; round < options.rounds; round++) {
      kept.link.push(await drawn(url => `${url}/?${QUERY}`))
      kept.first.push(await drawn(url => `${url}/`))
      kept.embedded.push(await drawn(url => `${site.origin}/?${url}`))
    }
  } finally {
    await browser.close()
    site.close()
  }
  const text = values => values.map(ms => ms.toFixed(0)).join(' ')
  say(`a link ${text(kept.link)} ms, no link ${text(kept.first)} ms, embedded ${text(kept.embedded)} ms`)
  const most = MARKS.drawnMs
  return [
    row('first graph drawn: a link into the dashboard', 'ms', kept.link, { most }),
    row('first graph drawn: the dashboard, which finds a key', 'ms', kept.first, { most }),
    row('first graph drawn: a page of another origin', 'ms', kept.embedded, { most }),
    ...sizes(join(options.dist, 'web')),
  ]
}

/** Counts what the graphs show, and ends the server. */
async function fill(options, dataDir) {
  const server = await startHailWhale(options, dataDir)
  for (let i = 0; i < CHILDREN; i++)
    await server.text(`/count?key=store&dimensions={"sales":"p${i}"}&metrics={"dollars":${100 + i}}`)
  await server.stop()
}

/** Milliseconds from the step to a page until its graph is drawn. The server is a new one. */
async function coldDrawnMs(options, dataDir, browser, site, address) {
  const server = await startHailWhale(options, dataDir, { 'allow-origin': site.origin })
  const context = await browser.newContext({ viewport: VIEWPORT })
  try {
    const tab = await context.newPage()
    await tab.addInitScript(noteFirstGraph)
    await tab.goto(address(`http://127.0.0.1:${server.port}`))
    return await (await tab.waitForFunction(() => /** @type {any} */ (globalThis).drawnMs)).jsonValue()
  } finally {
    await context.close()
    await server.stop()
  }
}

/** Runs in the page: looks at the first graph in each frame until something is drawn in it. */
function noteFirstGraph() {
  const look = () => {
    const graph = document.querySelector('hail-graph[state=live]')
    const canvas = graph?.shadowRoot?.querySelector('canvas')
    const { data } =
      (canvas?.width && canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height)) || {}
    if (data?.some(value => value > 0)) Object.assign(globalThis, { drawnMs: performance.now() })
    else requestAnimationFrame(look)
  }
  look()
}

/** A site whose one page has a graph of the server that its address names. */
async function openSite() {
  const server = createServer((request, response) => {
    const url = request.url?.split('?')[1] ?? ''
    const graph = '<hail-graph key="store" by="sales" metrics="dollars"></hail-graph>'
    const text = `<!doctype html><meta charset="utf-8"><title>A page</title><link rel="icon" href="data:,"><script src="${url}/hailwhale.js" defer></script>${graph}`
    response.writeHead(200, { 'content-type': 'text/html' }).end(text)
  })
  await new Promise(resolve => server.listen(0, 'localhost', () => resolve(undefined)))
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address())
  return {
    origin: `http://localhost:${port}`,
    close: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}

/** What the dashboard is in all, and the elements for other pages, gzipped. */
function sizes(web) {
  const kib = names =>
    names.reduce((sum, name) => sum + gzipSync(readFileSync(join(web, name))).length, 0) / KIB
  const dashboard = ['index.html', ...readdirSync(join(web, 'assets')).map(name => join('assets', name))]
  return [
    row('the dashboard in all, gzipped', 'KiB', [kib(dashboard)], { most: MARKS.dashboardKiB }),
    row('/hailwhale.js, gzipped', 'KiB', [kib(['hailwhale.js'])], { most: MARKS.elementsKiB }),
  ]
}
