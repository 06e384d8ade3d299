/**
 * Pages with elements, in a real browser: on a site of another origin than the server's, under a policy that allows no inline
 * script and no inline style. Whatever the policy blocks and whatever else goes wrong is among the problems of a page.
 */
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { ForeignSite, openBrowser, openPage, strictPolicy, type WatchedPage, WebServer } from './browser.js'

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js')

/** A server, a site whose pages may read from it, and a browser. */
export class ElementSite {
  readonly server: WebServer
  readonly #site: ForeignSite
  readonly #browser: Browser

  private constructor(server: WebServer, site: ForeignSite, browser: Browser) {
    this.server = server
    this.#site = site
    this.#browser = browser
  }

  static async start(): Promise<ElementSite> {
    const site = await ForeignSite.start()
    const [server, browser] = await Promise.all([
      WebServer.start(`allow-origin = ${site.origin}`),
      openBrowser(),
    ])
    return new ElementSite(server, site, browser)
  }

  /** Opens a page in English; its elements ask the server that their script came from. */
  async open(body: string, options: BrowserContextOptions = {}): Promise<WatchedPage> {
    const { origin, url } = this.server
    // The page's icon is a data: address.
    const policy = `${strictPolicy(origin)} data:`
    const head = `<script src="${url}/hailwhale.js" defer></script>`
    const address = this.#site.page(body, { head, policy })
    const watched = await openPage(this.#browser, { locale: 'en-US', timezoneId: 'UTC', ...options })
    await watched.page.goto(address)
    return watched
  }

  async close(): Promise<void> {
    await this.#browser.close()
    await this.#site.close()
    await this.server.close()
  }
}

/** Waits until an element of a page shows a text; what is in shadow roots counts as well. */
export async function shows(page: Page, selector: string, text: string | RegExp): Promise<void> {
  await page.locator(selector).filter({ hasText: text }).first().waitFor({ timeout: 20_000 })
}

/** What axe-core finds serious or critical in a page, one line each. */
export async function seriousFindings(page: Page): Promise<string[]> {
  await page.evaluate(await readFile(AXE, 'utf8'))
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as { axe: { run(): Promise<{ violations: Violation[] }> } }
    interface Violation {
      readonly id: string
      readonly impact: string
      readonly nodes: readonly { readonly html: string }[]
    }
    const { violations } = await axe.run()
    const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
    return serious.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`))
  })
}

/** Names that have broken pages before. */
export const HOSTILE_NAMES: readonly string[] = [
  '<img src=x onerror="globalThis.broken=1">',
  '"quoted\' & </script><script>globalThis.broken=1</script>',
  '\u202egnirts \u05e9\u05dc\u05d5\u05dd \u0645\u0631\u062d\u0628\u0627',
  '👩‍👩‍👧‍👦🐋'.repeat(6),
  'w'.repeat(512),
  '{{7*7}}&lt;b&gt;',
  '…',
]
