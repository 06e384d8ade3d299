/** What these tests look at in a page that embeds something: numbers that have arrived, files that were loaded, connections that are open. */
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'
import type { ForeignSite } from '../support/browser.js'

const { resolve } = createRequire(import.meta.url)

/** The jQuery versions that the plugin is for, by the package they are installed as. */
export const JQUERIES = ['jquery1', 'jquery', 'jquery4'] as const

/** An element of ours, as a page's script sees it. */
interface Drawn extends Element {
  readonly state: string
  readonly graph: { readonly overall: { readonly total: Readonly<Record<string, number>> } } | null
}

/** Waits until every element of a selector, `count` of them, shows a total of a metric. */
export async function showsTotal(page: Page, selector: string, metric: string, total: number, count = 1) {
  await page.waitForFunction(
    ([selector, metric, total, count]) => {
      const elements = Array.from(document.querySelectorAll<Drawn>(selector))
      return elements.length === count && elements.every(each => each.graph?.overall.total[metric] === total)
    },
    [selector, metric, total, count] as const,
    { timeout: 20_000 },
  )
}

/** Waits until a page shows a text, shadow roots included. */
export async function shows(page: Page, selector: string, text: string | RegExp): Promise<void> {
  await page.locator(selector).filter({ hasText: text }).first().waitFor({ timeout: 20_000 })
}

/** What a page has fetched and has open, counted from now on. */
export class Traffic {
  /** What was asked for, in order. */
  readonly urls: URL[] = []
  readonly #open = new Set<unknown>()

  constructor(page: Page) {
    page.on('request', request => {
      this.urls.push(new URL(request.url()))
      if (request.url().endsWith('/stream')) this.#open.add(request)
    })
    page.on('requestfinished', request => void this.#open.delete(request))
    page.on('requestfailed', request => void this.#open.delete(request))
  }

  /** Connections of the live stream that are open. */
  get streams(): number {
    return this.#open.size
  }
}

/** Puts the file of an npm package on a site. */
export async function publish(site: ForeignSite, path: string, packageFile: string): Promise<void> {
  const text = await readFile(resolve(packageFile), 'utf8')
  site.files.set(path, { text, type: 'text/javascript' })
}

/** How many scripts that make the elements a page has. Browsers fetch the same one once anyway, and run it as often as it stands there. */
export function elementScripts(page: Page): Promise<number> {
  return page.evaluate(
    () => Array.from(document.scripts).filter(({ src }) => src.endsWith('/hailwhale.js')).length,
  )
}
