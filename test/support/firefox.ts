/**
 * Debian's Firefox without a window, over WebDriver BiDi: pages are opened, looked at by functions that run in them, and watched for
 * what goes wrong. As much as a few tests need; Playwright drives only a Firefox of its own, which is not the one that people have.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'

const FIREFOX = 'firefox-esr'
const POLL_MS = 50
const TIMEOUT_MS = 60_000

/** Nothing that asks anybody else anything, and no greeting. */
const PREFERENCES: Readonly<Record<string, string | number | boolean>> = {
  'app.normandy.enabled': false,
  'app.update.disabledForTesting': true,
  'browser.aboutwelcome.enabled': false,
  'browser.newtabpage.enabled': false,
  'browser.safebrowsing.update.enabled': false,
  'browser.shell.checkDefaultBrowser': false,
  'browser.startup.page': 0,
  'datareporting.policy.dataSubmissionEnabled': false,
  'extensions.update.enabled': false,
  'intl.accept_languages': 'en-US',
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
  'services.settings.server': 'data:,',
}

/** A message of Firefox: the answer to a command, or an event. */
interface Message {
  readonly id?: number
  readonly type: 'success' | 'error' | 'event'
  readonly result?: unknown
  readonly message?: string
  readonly method?: string
  readonly params?: Logged
}

/** What `log.entryAdded` says. */
interface Logged {
  readonly level: string
  readonly text: string
  readonly source: { readonly context?: string }
}

/** What came of a function that ran in a page. */
type Evaluated =
  | { readonly type: 'success'; readonly result: { readonly value?: string } }
  | { readonly type: 'exception'; readonly exceptionDetails: { readonly text: string } }

/** A Firefox. */
export class Firefox {
  readonly #process: ChildProcess
  readonly #profile: string
  readonly #socket: WebSocket
  readonly #waiting = new Map<number, (message: Message) => void>()
  readonly #pages = new Map<string, FirefoxPage>()
  #sent = 0

  private constructor(process: ChildProcess, profile: string, socket: WebSocket) {
    this.#process = process
    this.#profile = profile
    this.#socket = socket
    socket.onmessage = ({ data }) => this.#take(JSON.parse(data as string) as Message)
  }

  /** Starts one, with a profile of its own. */
  static async start(): Promise<Firefox> {
    const profile = await mkdtemp(join(tmpdir(), 'hailwhale-firefox-'))
    const lines = Object.entries(PREFERENCES).map(
      ([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});`,
    )
    await writeFile(join(profile, 'user.js'), lines.join('\n'))
    const args = ['--headless', '--no-remote', '--profile', profile, '--remote-debugging-port', '0']
    const process = spawn(FIREFOX, args, { stdio: ['ignore', 'ignore', 'pipe'] })
    const firefox = new Firefox(process, profile, await connect(`${await listening(process)}/session`))
    await firefox.send('session.new', { capabilities: {} })
    await firefox.send('session.subscribe', { events: ['log.entryAdded'] })
    return firefox
  }

  /** Opens an address in a tab of its own, and waits until it is loaded. */
  async open(url: string): Promise<FirefoxPage> {
    const { context } = await this.send<{ context: string }>('browsingContext.create', { type: 'tab' })
    const page = new FirefoxPage(this, context)
    this.#pages.set(context, page)
    await this.send('browsingContext.navigate', { context, url, wait: 'complete' })
    return page
  }

  /** Sends a command of WebDriver BiDi. Throws what Firefox says against it. */
  async send<Result>(method: string, params: object): Promise<Result> {
    const id = ++this.#sent
    const answered = new Promise<Message>(resolve => this.#waiting.set(id, resolve))
    this.#socket.send(JSON.stringify({ id, method, params }))
    const { type, result, message } = await answered
    if (type === 'error') throw new Error(`${method}: ${message}`)
    return result as Result
  }

  /** Ends it and removes its profile. */
  async close(): Promise<void> {
    const ended = new Promise(resolve => this.#process.once('exit', resolve))
    this.#socket.close()
    this.#process.kill('SIGTERM')
    await ended
    await rm(this.#profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 })
  }

  #take({ id, method, params, ...message }: Message): void {
    if (id !== undefined) this.#waiting.get(id)?.(message)
    if (id !== undefined) this.#waiting.delete(id)
    if (method !== 'log.entryAdded' || params?.level !== 'error') return
    this.#pages.get(params.source.context ?? '')?.problems.push(params.text)
  }
}

/** A tab. */
export class FirefoxPage {
  readonly #firefox: Firefox
  readonly #context: string
  /** What went wrong in it: uncaught errors, what the console calls one, what its policy blocked. */
  readonly problems: string[] = []

  constructor(firefox: Firefox, context: string) {
    this.#firefox = firefox
    this.#context = context
  }

  /** Runs a function in the page; what it takes and answers is passed as JSON. Throws what it throws. */
  async evaluate<Args extends readonly unknown[], Result>(
    run: (...args: Args) => Result | Promise<Result>,
    ...args: Args
  ): Promise<Result> {
    const texts = args.map(arg => JSON.stringify(arg))
    const evaluated = await this.#firefox.send<Evaluated>('script.evaluate', {
      expression: `Promise.resolve((${run})(${texts})).then(result => JSON.stringify(result ?? null))`,
      target: { context: this.#context },
      awaitPromise: true,
    })
    if (evaluated.type === 'exception') throw new Error(evaluated.exceptionDetails.text)
    return JSON.parse(evaluated.result.value ?? 'null') as Result
  }

  /** Runs a function in the page again and again until it answers what is expected. Throws with its last answer after a minute. */
  async until<Args extends readonly unknown[], Result>(
    expected: Result,
    run: (...args: Args) => Result,
    ...args: Args
  ): Promise<void> {
    const wanted = JSON.stringify(expected)
    for (const start = Date.now(); ; await delay(POLL_MS)) {
      const found = JSON.stringify(await this.evaluate(run, ...args))
      if (found === wanted) return
      if (Date.now() - start > TIMEOUT_MS) throw new Error(`the page has ${found}, not ${wanted}`)
    }
  }

  /** A picture of what is in sight, as PNG. */
  async picture(): Promise<Buffer> {
    const { data } = await this.#firefox.send<{ data: string }>('browsingContext.captureScreenshot', {
      context: this.#context,
    })
    return Buffer.from(data, 'base64')
  }

  async close(): Promise<void> {
    await this.#firefox.send('browsingContext.close', { context: this.#context })
  }
}

/** The address that a Firefox says it listens at. Rejects, with what it said, if it ends before. */
function listening(process: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    const said: string[] = []
    createInterface({ input: process.stderr! }).on('line', line => {
      said.push(line)
      const address = /WebDriver BiDi listening on (ws:\S+)/.exec(line)?.[1]
      if (address !== undefined) resolve(address)
    })
    process.once('error', reject)
    process.once('exit', code => reject(new Error(`Firefox ended with ${code}: ${said.join('\n')}`)))
  })
}

function connect(address: string): Promise<WebSocket> {
  const socket = new WebSocket(address)
  return new Promise((resolve, reject) => {
    socket.onopen = () => resolve(socket)
    socket.onerror = () => reject(new Error(`no connection to ${address}`))
  })
}
