/** The script as pages load it, and the package as programs do: in a real browser, on a real server. Needs the build and Chromium. */
import { readFileSync } from 'node:fs'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { Browser, Page } from 'playwright-core'
import ts from 'typescript'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ForeignSite, openBrowser, openPage, WebServer } from '../../test/support/browser.js'
import { shows } from '../../test/support/element-site.js'

const ROOT = resolve(import.meta.dirname, '../..')
const MOST_BYTES = 60 * 1024
const SCRIPTS = ['hailwhale.js', 'jquery.hailwhale.js', 'graph.js']
const GRAPH = '<hail-graph key="store" by="sales" metrics="dollars" period="1m:1h"></hail-graph>'

let site: ForeignSite
let server: WebServer
let browser: Browser

beforeAll(async () => {
  site = await ForeignSite.start()
  ;[server, browser] = await Promise.all([
    WebServer.start(`allow-origin = ${site.origin}`, 'base-path = /stats'),
    openBrowser(),
  ])
  await server.count('key=store&dimensions={"sales":"tea"}&metrics={"dollars":500}')
})

afterAll(async () => {
  await browser?.close()
  await Promise.all([site?.close(), server?.close()])
})

async function opened(body: string, head = ''): Promise<{ page: Page; problems: string[] }> {
  const address = site.page(body, { head })
  const watched = await openPage(browser, { locale: 'en-US', timezoneId: 'UTC' })
  await watched.page.goto(address)
  return watched
}

const tag = (attributes = '') => `<script ${attributes} src="${server.url}/hailwhale.js"></script>`

describe('the script', () => {
  test.each([
    ['in the head', [''], []],
    ['deferred', ['defer'], []],
    ['async', ['async'], []],
    ['as a module', ['type="module"'], []],
    ['as a module whose origin counts', ['type="module" crossorigin="anonymous"'], []],
    ['at the end', [], ['']],
    ['twice', [''], ['']],
    ['as both', ['type="module"'], ['']],
  ])('draws when it is loaded %s, asking where it came from', async (_how, head, end) => {
    const { page, problems } = await opened(GRAPH + end.map(tag).join(''), head.map(tag).join(''))
    await shows(page, 'hail-graph .figure', '500')
    const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string }
    expect(await page.evaluate(() => globalThis.HailWhale.version)).toBe(version)
    expect(problems).toEqual([])
    await page.context().close()
  })

  test('may be loaded by pages of other origins, and tells nothing', async () => {
    for (const script of SCRIPTS) {
      const { status, headers } = await fetch(`${server.url}/${script}`, {
        headers: { origin: 'https://else.where' },
      })
      expect([script, status]).toEqual([script, 200])
      expect(headers.get('access-control-allow-origin')).toBe('*')
      expect(headers.get('cross-origin-resource-policy')).toBe('cross-origin')
      expect(headers.get('content-type')).toContain('javascript')
    }
    const page = await fetch(`${server.url}/`)
    expect(page.headers.get('cross-origin-resource-policy')).toBeNull()
  })

  test('is small', () => {
    const script = readFileSync(join(ROOT, 'dist/web/hailwhale.js'))
    expect(gzipSync(script, { level: 9 }).length).toBeLessThanOrEqual(MOST_BYTES)
  })
})

describe('HailWhale', () => {
  test('makes each of the elements in a target, with options as properties', async () => {
    const { page, problems } = await opened('<div id="here"></div>', tag())
    const tags = await page.evaluate(() => {
      const { graph, number, table, rank } = globalThis.HailWhale
      const options = { key: ['store'], by: ['sales'], metrics: ['dollars'], period: '1m:1h', locale: 'de' }
      const made = [
        graph('#here', options),
        number(document.body, options),
        table('#here', options),
        rank('#here', options),
      ]
      return made.map(element => [element.localName, element.parentElement!.localName])
    })
    expect(tags).toEqual([
      ...[
        ['hail-graph', 'div'],
        ['hail-number', 'body'],
        ['hail-table', 'div'],
        ['hail-rank', 'div'],
      ],
    ])
    await shows(page, 'hail-graph .figure', '500')
    await shows(page, 'hail-number .full', '500')
    const message = await page.evaluate(() => {
      try {
        globalThis.HailWhale.graph('#nowhere')
        return ''
      } catch (error) {
        return (error as Error).message
      }
    })
    expect(message).toBe('HailWhale: there is no #nowhere in this page')
    expect(problems).toEqual([])
    await page.context().close()
  })
})

describe('an element', () => {
  test('takes properties that were set before the script came', async () => {
    const { page } = await opened('<hail-graph key="store"></hail-graph>')
    await page.evaluate(() => {
      const graph = document.querySelector('hail-graph')!
      Object.assign(graph, { by: ['sales'], metrics: 'dollars', format: 'EUR', locale: 'en' })
    })
    await page.addScriptTag({ url: `${server.url}/hailwhale.js` })
    await shows(page, 'hail-graph .figure', '€500')
    await page.evaluate(() => Object.assign(document.querySelector('hail-graph')!, { format: 'USD:2' }))
    await shows(page, 'hail-graph .figure', '$500.00')
    await page.context().close()
  })

  test('goes on when it is moved, and when it is taken away and put back', async () => {
    const { page, problems } = await opened(`${GRAPH}<section></section>`, tag())
    await shows(page, 'hail-graph .figure', '500')
    await page.evaluate(() =>
      document.querySelector('section')!.append(document.querySelector('hail-graph')!),
    )
    await shows(page, 'section hail-graph .figure', '500')
    await page.evaluate(() => {
      const graph = document.querySelector('hail-graph')!
      graph.remove()
      Object.assign(globalThis, { kept: graph })
    })
    await server.count('key=store&dimensions={"sales":"tea"}&metrics={"dollars":1}')
    await page.evaluate(() => document.body.append((globalThis as unknown as { kept: Element }).kept))
    await shows(page, 'hail-graph[state=live] .figure', '501')
    await server.count('key=store&dimensions={"sales":"tea"}&metrics={"dollars":-1}')
    await shows(page, 'hail-graph .figure', '500')
    expect(await page.locator('hail-graph canvas').count()).toBe(1)
    expect(problems).toEqual([])
    await page.context().close()
  })

  test('that is changed and taken away in one go draws nothing outside the page, and all when it is back', async () => {
    const { page, problems } = await opened(GRAPH, tag())
    await shows(page, 'hail-graph .figure', '500')
    const charts = await page.evaluate(async () => {
      const graph = document.querySelector('hail-graph')!
      graph.setAttribute('caption', 'Changed')
      graph.remove()
      await graph.updateComplete
      const left = graph.shadowRoot!.querySelectorAll('.chart > *').length
      document.body.append(graph)
      return left
    })
    expect(charts).toBe(0)
    await shows(page, 'hail-graph[state=live] .caption', 'Changed')
    await page.locator('hail-graph canvas').waitFor({ timeout: 20_000 })
    expect(problems).toEqual([])
    await page.context().close()
  })

  test('leaves nothing behind: a hundred times put in and taken away', async () => {
    const { page, problems } = await opened('<main></main>', tag())
    await page.evaluate(() => {
      const open = new Set<AbortSignal>()
      const { fetch: real } = globalThis
      globalThis.fetch = (...[input, init]: Parameters<typeof fetch>) => {
        if (init?.signal) open.add(init.signal)
        return real(input, init)
      }
      Object.assign(globalThis, { openSignals: open, gone: [] as WeakRef<Element>[] })
    })
    await page.evaluate(async () => {
      const { gone } = globalThis as unknown as { gone: WeakRef<Element>[] }
      for (let i = 0; i < 100; i++) {
        const graph = globalThis.HailWhale.graph('main', { key: 'store', by: 'sales', metrics: 'dollars' })
        while (!graph.shadowRoot?.querySelector('canvas')) await new Promise(requestAnimationFrame)
        gone.push(new WeakRef(graph))
        graph.remove()
        if (graph.shadowRoot!.querySelector('canvas') !== null) throw new Error('its chart is left')
      }
    })
    await expect
      .poll(() =>
        page.evaluate(() => {
          const { openSignals } = globalThis as unknown as { openSignals: Set<AbortSignal> }
          return [...openSignals].filter(signal => !signal.aborted).length
        }),
      )
      .toBe(0)
    // What nobody holds any more is collected: all but what the last steps may still hold.
    const client = await page.context().newCDPSession(page)
    await expect
      .poll(
        async () => {
          await client.send('HeapProfiler.collectGarbage')
          return page.evaluate(() => {
            const { gone } = globalThis as unknown as { gone: WeakRef<Element>[] }
            return gone.filter(each => each.deref() !== undefined).length
          })
        },
        { timeout: 20_000 },
      )
      .toBeLessThanOrEqual(2)
    expect(problems).toEqual([])
    await page.context().close()
  })
})

/** What is wrong in these files and all that they import, with nothing taken on trust. */
function typeErrors(paths: readonly string[]): string[] {
  const program = ts.createProgram(paths, {
    ...{ strict: true, noEmit: true, skipLibCheck: false, exactOptionalPropertyTypes: true, types: [] },
    ...{ target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext },
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    lib: ['lib.es2023.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'],
  })
  return ts.getPreEmitDiagnostics(program).map(({ file, messageText }) => {
    return `${file?.fileName}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`
  })
}

test('a small program compiles against the shipped types, and against wrong options it does not', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'hailwhale-types-'))
  try {
    await mkdir(join(dir, 'node_modules'))
    await symlink(ROOT, join(dir, 'node_modules/hailwhale'))
    const program = `
      import { HailWhale, type GraphOptions, type GraphAnswer, HailGraph } from 'hailwhale/elements'
      const options: GraphOptions = { key: ['store'], by: 'sales', type: 'stacked', threshold: 0.05, compare: true }
      const graph: HailGraph = HailWhale.graph('#here', options)
      graph.addEventListener('hail-answer', event => {
        const answer: GraphAnswer = event.detail.graph
        console.log(answer.overall.total.dollars)
      })
      graph.addEventListener('hail-zoom', event => console.log(event.detail?.from, event.defaultPrevented))
      document.querySelector('hail-graph')!.drill(['sales', 'p1'])
      HailWhale.number(document.body, { metrics: 'hits', format: 'compact' }).period = 'today'`
    const programs = [program, program.replace("'stacked'", "'stack'"), program.replace('by:', 'bye:')]
    const paths = programs.map((_, i) => join(dir, `program-${i}.ts`))
    await Promise.all(programs.map((text, i) => writeFile(paths[i]!, text)))
    const errors = typeErrors(paths)
    expect(errors.filter(each => !each.includes('program-1') && !each.includes('program-2'))).toEqual([])
    expect(errors.join('\n')).toContain(`program-1.ts: Type '"stack"' is not assignable`)
    expect(errors.join('\n')).toContain(
      `program-2.ts: Object literal may only specify known properties, and 'bye'`,
    )
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
})
