/** Opens the documentation's `html` blocks in a browser, as pages of another site than the server's. */
import { existsSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Browser, chromium } from 'playwright-core'

/** What the pages write for the other site. */
export const WRITTEN_SITE = 'http://localhost:3000'

const BROWSERS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']
const PATIENCE_MS = 10_000

/** The other site, and a browser that is started when it is needed first. */
export class PageBrowser {
  readonly #server: Server
  #html = ''
  #browser: Browser | undefined

  private constructor() {
    this.#server = createServer((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(this.#html)
    })
  }

  /** Starts the site. It really listens: a browser keeps pages that come from nowhere away from this machine's servers. */
  static async create(): Promise<PageBrowser> {
    const browser = new PageBrowser()
    await new Promise<void>(listening => browser.#server.listen(0, 'localhost', listening))
    return browser
  }

  /** The site's origin. */
  get site(): string {
    return `http://localhost:${(this.#server.address() as AddressInfo).port}`
  }

  /**
   * Opens a page; `until` is asked again and again, with the text that the page shows, whether all is as it should be. Answers the text,
   * also where that has not come true in ten seconds.
   */
  async open(html: string, until: (shown: string) => Promise<boolean>): Promise<string> {
    this.#html = `<!doctype html><meta charset="utf-8"><body>${html}`
    this.#browser ??= await chromium.launch({
      executablePath: BROWSERS.find(existsSync)!,
      args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'],
    })
    const page = await this.#browser.newPage()
    try {
      await page.goto(this.site)
      const deadlineMs = performance.now() + PATIENCE_MS
      for (;;) {
        const shown = await page.evaluate('document.body.innerText')
        if ((await until(String(shown))) || performance.now() > deadlineMs) return String(shown)
        await page.waitForTimeout(50)
      }
    } finally {
      await page.close()
    }
  }

  /** Closes both. */
  async close(): Promise<void> {
    await this.#browser?.close()
    this.#server.closeAllConnections()
    await new Promise(closed => this.#server.close(closed))
  }
}
