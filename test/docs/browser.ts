/** Opens the pages of the documentation's `html` blocks, as pages of another site than the server's. */
import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'

const BROWSERS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']
const SITE = 'http://www.example.com/docs/'
const PATIENCE_MS = 10_000

/** A browser, started when it is needed first. */
export class PageBrowser {
  #browser: Browser | undefined

  /**
   * Opens a page; `until` is asked again and again, with the text that it shows, whether all is as it should be. Answers the text, also
   * where that has not come true in ten seconds.
   */
  async open(html: string, until: (shown: string) => Promise<boolean>): Promise<string> {
    this.#browser ??= await chromium.launch({
      executablePath: BROWSERS.find(existsSync)!,
      args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'],
    })
    const page = await this.#browser.newPage()
    try {
      await page.route(`${SITE}**`, route =>
        route.fulfill({ contentType: 'text/html; charset=utf-8', body: html }),
      )
      await page.goto(SITE)
      const deadlineMs = performance.now() + PATIENCE_MS
      for (;;) {
        const shown = await page.innerText('body')
        if ((await until(shown)) || performance.now() > deadlineMs) return shown
        await page.waitForTimeout(50)
      }
    } finally {
      await page.close()
    }
  }

  /** Closes it. */
  async close(): Promise<void> {
    await this.#browser?.close()
  }
}
