/**
 * A whole embedded server for tests, in this process, with a clock that the test moves: over memory or over files, asked in
 * process (`inject`) or over real HTTP. It can be flushed, and closed and opened again on what it has written.
 */

import { mkdtempSync, rmSync } from 'node:fs'
import { Agent, request as httpRequest } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FastifyInstance, InjectOptions } from 'fastify'
import { Access } from '../../src/access/access.js'
import { createHttp, type HttpOptions } from '../../src/http/http.js'
import type { Journal } from '../../src/journal/journal.js'
import { MemoryJournal } from '../../src/journal/memory-journal.js'
import { DAY_MS } from '../../src/model/interval.js'
import { DEFAULT_LIMITS, type Limits } from '../../src/model/limits.js'
import { DEFAULT_RETENTION, type Retention } from '../../src/model/retention.js'
import { MemoryStore } from '../../src/store/memory/memory-store.js'
import type { Store } from '../../src/store/store.js'
import { type Embedded, openEmbedded } from '../../src/whale/embedded.js'

/** How a test's server is set up. */
export interface LiveOptions {
  readonly store: 'memory' | 'lmdb'
  /** `http`: over a socket on loopback; `inject`: in process. */
  readonly over: 'inject' | 'http'
  readonly nowMs: number
  readonly retention?: Retention
  readonly limits?: Partial<Limits>
  readonly http?: Partial<HttpOptions>
}

/** A request, its path as it goes over the wire. */
export interface LiveRequest {
  readonly method: string
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Buffer
}

/** What came back. */
export interface LiveAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: Buffer
  readonly text: string
}

/** A server under test. Everything it logs as a warning or an error is in `logged`. */
export class LiveServer {
  nowMs: number
  readonly limits: Limits
  readonly logged: { readonly message: string; readonly fields: object }[] = []
  readonly #options: LiveOptions
  readonly #dataDir: string
  readonly #parts: { journal: Journal; store: Store } | undefined
  readonly #agent = new Agent({ keepAlive: true })
  #embedded: Embedded | undefined
  #app: FastifyInstance | undefined

  constructor(options: LiveOptions) {
    this.#options = options
    this.nowMs = options.nowMs
    this.limits = { ...DEFAULT_LIMITS, ...options.limits }
    this.#dataDir = mkdtempSync(join(tmpdir(), 'hailwhale-live-'))
    if (options.store === 'memory') this.#parts = { journal: new MemoryJournal(), store: new MemoryStore() }
  }

  /** A server that answers. */
  static async start(options: LiveOptions): Promise<LiveServer> {
    const server = new LiveServer(options)
    await server.#open()
    return server
  }

  get embedded(): Embedded {
    return this.#embedded!
  }

  get app(): FastifyInstance {
    return this.#app!
  }

  /** The port it listens on; only over HTTP. */
  get port(): number {
    return (this.app.server.address() as AddressInfo).port
  }

  send(request: LiveRequest): Promise<LiveAnswer> {
    return this.#options.over === 'http' ? this.#sendHttp(request) : this.#inject(request)
  }

  /** A GET of a path as a browser would send it, awaited. */
  get(path: string, headers: Readonly<Record<string, string>> = {}): Promise<LiveAnswer> {
    return this.send({ method: 'GET', path: wirePath(path), headers })
  }

  post(path: string, body: string | Buffer, headers: Readonly<Record<string, string>> = {}) {
    const type = { 'content-type': 'application/json' }
    return this.send({ method: 'POST', path: wirePath(path), body, headers: { ...type, ...headers } })
  }

  /** Everything counted so far goes to the store. */
  flush(): Promise<void> {
    return this.embedded.whale.flush()
  }

  /** Closes the server and opens it again on what it has written. */
  async reopen(): Promise<void> {
    await this.#shut()
    await this.#open()
  }

  async close(): Promise<void> {
    await this.#shut()
    rmSync(this.#dataDir, { recursive: true, force: true })
  }

  async #open(): Promise<void> {
    const { retention = DEFAULT_RETENTION, http, over } = this.#options
    const note = (fields: object, message: string) => this.logged.push({ message, fields })
    const log = { info: () => {}, warn: note, error: note }
    const now = () => this.nowMs
    this.#embedded = await openEmbedded({
      dataDir: this.#dataDir,
      retention,
      dedupeWindowMs: DAY_MS,
      flushIntervalMs: 3_600_000,
      cacheMemoryBytes: 64 * 1024 * 1024,
      limits: this.limits,
      now,
      log,
      onFatal: error => log.error({ err: error }, 'fatal'),
      ...this.#parts,
    })
    await this.#embedded.recovered
    const { service } = this.#embedded
    this.#app = await createHttp({
      access: Access.everyone(),
      service,
      limits: this.limits,
      now,
      version: '0.0.0-test',
      log,
      ...http,
    })
    if (over === 'http') await this.#app.listen({ host: '127.0.0.1', port: 0 })
  }

  async #shut(): Promise<void> {
    await this.#app?.close()
    await this.#embedded?.close()
    this.#agent.destroy()
  }

  async #inject({ method, path, headers, body }: LiveRequest): Promise<LiveAnswer> {
    const answer = await this.app.inject({
      method: method as NonNullable<InjectOptions['method']>,
      url: path,
      headers: headers ?? {},
      ...(body !== undefined && { payload: body }),
    } as InjectOptions)
    return {
      status: answer.statusCode,
      headers: answer.headers as LiveAnswer['headers'],
      body: answer.rawPayload,
      text: answer.body,
    }
  }

  #sendHttp({ method, path, headers = {}, body }: LiveRequest): Promise<LiveAnswer> {
    return new Promise((resolve, reject) => {
      const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }
      const target = { host: '127.0.0.1', port: this.port, agent: this.#agent }
      const outgoing = httpRequest(
        { ...target, method, path, headers: { ...length, ...headers } },
        incoming => {
          const chunks: Buffer[] = []
          incoming.on('data', chunk => chunks.push(chunk))
          incoming.on('error', reject)
          incoming.on('end', () => {
            const bytes = Buffer.concat(chunks)
            resolve({
              status: incoming.statusCode!,
              headers: incoming.headers,
              body: bytes,
              text: bytes.toString('utf8'),
            })
          })
        },
      )
      outgoing.on('error', reject)
      outgoing.end(body)
    })
  }
}

/** A path as a browser sends it: what HTTP doesn't allow in a URL is percent-encoded, `%` and `+` stay as typed. */
export function wirePath(path: string): string {
  return path.replace(/[^\x21\x24-\x3b\x3d\x3f-\x5b\x5d\x5f\x61-\x7a\x7e]/gu, sign =>
    encodeURIComponent(sign),
  )
}
