/**
 * Pages in a real browser, on a real server: a server over a folder of its own that can be restarted underneath its pages, a
 * Chromium, pages that note whatever goes wrong in them, and a site of another origin to embed things in.
 */
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { vi } from 'vitest'
import { newToken, type TokenTerms } from '../../src/access/token.js'
import { TokenFile } from '../../src/access/token-file.js'
import { fileSettings, resolveSettings } from '../../src/cli/resolve.js'
import type { RunningServer } from '../../src/cli/running.js'
import { startServer } from '../../src/cli/serve.js'

const BROWSERS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

/** A phone, and a desktop. */
export const PHONE = { width: 390, height: 844 }
export const DESKTOP = { width: 1280, height: 800 }

/** A policy that allows no inline script, no inline style, and nothing from elsewhere than `source`. */
export function strictPolicy(source = "'self'"): string {
  return `default-src 'none'; script-src ${source}; style-src 'self'; connect-src ${source}; img-src ${source}`
}

/** Starts a Chromium without a window. */
export function openBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: BROWSERS.find(existsSync)!,
    args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'],
  })
}

/** A page in a context of its own, and what went wrong in it: uncaught errors, and what the console calls an error. */
export interface WatchedPage {
  readonly page: Page
  readonly problems: string[]
}

/** Opens an empty page as wide as a desktop, unless said otherwise. Closing its context closes it. */
export async function openPage(browser: Browser, options: BrowserContextOptions = {}): Promise<WatchedPage> {
  const context = await browser.newContext({ viewport: DESKTOP, ...options })
  const page = await context.newPage()
  const problems: string[] = []
  page.on('pageerror', error => problems.push(error.message))
  page.on('console', message => message.type() === 'error' && problems.push(message.text()))
  return { page, problems }
}

/** A server with the built pages, on a free port, counting by the real clock. */
export class WebServer {
  readonly #dir: string
  readonly #settings: readonly string[]
  #running: RunningServer | undefined
  #port = 0

  private constructor(dir: string, settings: readonly string[]) {
    this.#dir = dir
    this.#settings = settings
  }

  /** Starts one. `settings` are lines of a configuration file, as `base-path = /stats`. */
  static async start(...settings: string[]): Promise<WebServer> {
    const server = new WebServer(await mkdtemp(join(tmpdir(), 'hailwhale-web-')), settings)
    await server.#start()
    return server
  }

  /** With the base path, without a slash at its end. */
  get url(): string {
    return this.#running!.url
  }

  get origin(): string {
    return new URL(this.url).origin
  }

  /** Counts an event by GET, as `dimension=services&metric={"dollars":200}`. Throws unless it is answered `OK`. */
  async count(query: string): Promise<void> {
    const answer = await fetch(`${this.url}/count?${query}`)
    const text = await answer.text()
    if (text !== 'OK') throw new Error(`/count answered ${answer.status}: ${text}`)
  }

  /** Counts many events at once. */
  async countAll(events: readonly object[]): Promise<void> {
    const answer = await fetch(`${this.url}/count`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(events),
    })
    if (!answer.ok) throw new Error(`/count answered ${answer.status}: ${await answer.text()}`)
  }

  /** Makes a token, and waits until the server wants one. Answers its text and its id. */
  async makeToken(terms: Partial<TokenTerms>): Promise<{ readonly text: string; readonly id: string }> {
    const whole = { name: '', scopes: ['read' as const], prefixes: [], ...terms }
    const { text, record } = newToken(whole, { nowMs: Date.now(), random: randomBytes })
    await new TokenFile(this.#dir).add(record)
    await this.#until(text, status => status !== 401)
    return { text, id: record.id }
  }

  /** Revokes a token, and waits until the server knows. */
  async revokeToken({ text, id }: { readonly text: string; readonly id: string }): Promise<void> {
    await new TokenFile(this.#dir).remove(id)
    await this.#until(text, status => status === 401)
  }

  /** Waits until the server wants a token of everybody, and says to this one what it should. */
  async #until(token: string, isDone: (status: number) => boolean): Promise<void> {
    const statusOf = async (headers: Record<string, string>) =>
      (await fetch(`${this.url}/nothing`, { headers })).status
    const isKnown = async () =>
      isDone(await statusOf({ authorization: `Bearer ${token}` })) && (await statusOf({})) === 401
    await vi.waitUntil(isKnown, { timeout: 10_000, interval: 100 })
  }

  /** Stops the server; its pages lose it. */
  async stop(): Promise<void> {
    await this.#running?.close()
  }

  /** Starts it again, over the same folder, on the same port. */
  async restart(): Promise<void> {
    await this.stop()
    await this.#start()
  }

  /** Stops it and removes its folder. */
  async close(): Promise<void> {
    await this.stop()
    await rm(this.#dir, { recursive: true, force: true })
  }

  async #start(): Promise<void> {
    const lines = [
      `port = ${this.#port}`,
      `data-dir = ${this.#dir}`,
      'flush-interval = 1h',
      ...this.#settings,
    ]
    this.#running = await startServer(resolveSettings([fileSettings(lines.join('\n'), 'web.conf')]), {
      log: pino({ level: 'silent' }),
      now: Date.now,
      random: Math.random,
      onFatal: error => {
        throw error
      },
    })
    await this.#running.recovered
    this.#port = Number(new URL(this.#running.url).port)
  }
}

/** A file of a site: its text, and headers beside its type. */
export interface SiteFile {
  readonly text: string
  readonly type?: string
  readonly headers?: Readonly<Record<string, string>>
}

/**
 * A site of another origin than the server's. It really listens: a browser keeps pages that come from nowhere away from this
 * machine's servers.
 */
export class ForeignSite {
  readonly #server: Server
  /** By path, as `/index.html`. */
  readonly files = new Map<string, SiteFile>()

  private constructor() {
    this.#server = createServer((request, response) => {
      const file = this.files.get(request.url!.split('?', 1)[0]!)
      if (file === undefined) return void response.writeHead(404).end()
      const type = file.type ?? 'text/html; charset=utf-8'
      response.writeHead(200, { 'content-type': type, ...file.headers }).end(file.text)
    })
  }

  static async start(): Promise<ForeignSite> {
    const site = new ForeignSite()
    await new Promise<void>(listening => site.#server.listen(0, 'localhost', listening))
    return site
  }

  get origin(): string {
    return `http://localhost:${(this.#server.address() as AddressInfo).port}`
  }

  /** Puts a page at a path and answers its address; `body` is what stands in its body. */
  page(
    body: string,
    { path = '/', head = '', policy }: { path?: string; head?: string; policy?: string } = {},
  ) {
    this.files.set(path, {
      text: `<!doctype html><html lang="en"><meta charset="utf-8"><title>A page</title><link rel="icon" href="data:,">${head}<body>${body}`,
      ...(policy !== undefined && { headers: { 'content-security-policy': policy } }),
    })
    return `${this.origin}${path}`
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise(closed => this.#server.close(closed))
  }
}
