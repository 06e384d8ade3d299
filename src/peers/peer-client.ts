/**
 * What another server does with its partitions, asked over HTTP. Errors keep their code; whatever else goes wrong is `unavailable`. A
 * server that doesn't answer is left alone for a second, then one request tries it: the others needn't wait for it too.
 */
import { Pool } from 'undici'
import type { Problem } from '../http/problem.js'
import type { Reset, UpdateCountTo } from '../model/changes.js'
import { ERRORS, HailWhaleError } from '../model/errors.js'
import type { PartReader } from '../query/reader.js'
import type { Batch, BatchOutcome } from '../rollup/batch.js'
import { BatchEncoder } from '../rollup/batch-codec.js'
import { NotDoneError } from '../whale/not-done.js'
import type { PartitionService } from '../whale/partition-service.js'
import type { WrittenUpdate } from './peer-routes.js'
import { REFUSAL_HEADER, refusedWith, SECRET_HEADER, type WrittenOutcome } from './protocol.js'
import { PeerReader } from './questions.js'

/** What is needed to ask others. */
export interface PeerOptions {
  /** What the servers of one queue share. */
  readonly secret: string
  /** Epoch milliseconds. */
  readonly now: () => number
  /** Told when a server doesn't answer; not again before it has. */
  readonly onTrouble: (address: string, error: unknown) => void
  /** How long a question may take before it is read elsewhere, milliseconds; 5 s by default. */
  readonly readMs?: number
}

const CONNECT_MS = 1_000
const READ_MS = 5_000
/** The other side may be waiting for a queue that is away for a while. */
const CHANGE_MS = 60_000
/** A reset goes through all that was counted; what is waited for may be a long way off. */
const LONG_MS = 600_000
const AWAY_MS = 1_000
const CONNECTIONS = 128

/** A request to a peer. */
interface Call {
  /** Below `/peer/`. */
  readonly route: string
  /** A GET where there is none. */
  readonly body?: string | Buffer
  readonly withinMs: number
}

/** What came back. */
interface Answer {
  readonly status: number
  readonly refusal: unknown
  readonly bytes: Buffer
}

/** A server that didn't answer. */
interface Outage {
  readonly sinceMs: number
  /** A request is on its way to find out whether it does again. */
  isTried: boolean
}

/** Asks one server. */
export class PeerClient implements PartitionService {
  readonly #address: string
  readonly #options: PeerOptions
  readonly #pool: Pool
  readonly #path: string
  readonly #readMs: number
  readonly #encoder = new BatchEncoder()
  #outage: Outage | null = null

  /** `address`: the base of the server's URLs, `http://10.0.0.3:8085/stats`. */
  constructor(address: string, options: PeerOptions) {
    const { origin, pathname } = new URL(address)
    this.#address = address
    this.#options = options
    this.#readMs = options.readMs ?? READ_MS
    this.#path = `${pathname.replace(/\/$/, '')}/peer/`
    this.#pool = new Pool(origin, {
      connections: CONNECTIONS,
      connect: { timeout: CONNECT_MS },
      // Each call has a time of its own.
      headersTimeout: 0,
      bodyTimeout: 0,
    })
  }

  /** Ends the connections; what is under way rejects. */
  async close(): Promise<void> {
    await this.#pool.destroy()
  }

  reader(partitions: readonly number[]): PartReader {
    const route = `read/${partitions.join(',')}`
    return new PeerReader(body => this.#ask({ route, body, withinMs: this.#readMs }))
  }

  async append(partition: number, batch: Batch): Promise<BatchOutcome> {
    const call = { route: `append/${partition}`, body: this.#encoder.encode(batch), withinMs: CHANGE_MS }
    const { duplicate, overflowed } = await this.#askJson<WrittenOutcome>(call)
    return { duplicate: new Uint8Array(Buffer.from(duplicate, 'base64')), overflowed: new Set(overflowed) }
  }

  async reached(partition: number, sequence: number): Promise<void> {
    const body = JSON.stringify({ sequence })
    await this.#ask({ route: `reached/${partition}`, body, withinMs: LONG_MS })
  }

  async updateCountTo(partition: number, change: UpdateCountTo): Promise<void> {
    const written: WrittenUpdate = { ...change, metrics: [...change.metrics] }
    const body = JSON.stringify(written)
    await this.#ask({ route: `update_count_to/${partition}`, body, withinMs: CHANGE_MS })
  }

  async reset(partition: number, reset: Reset): Promise<void> {
    await this.#ask({ route: `reset/${partition}`, body: JSON.stringify(reset), withinMs: LONG_MS })
  }

  async positions(): Promise<ReadonlyMap<number, number>> {
    return new Map(await this.#askJson<[number, number][]>({ route: 'positions', withinMs: this.#readMs }))
  }

  async #askJson<T>(call: Call): Promise<T> {
    return JSON.parse((await this.#ask(call)).toString()) as T
  }

  async #ask(call: Call): Promise<Buffer> {
    this.#leaveAloneWhileAway()
    const answer = await this.#send(call).catch((error: unknown) => {
      throw this.#failed(error, call)
    })
    this.#outage = null
    if (answer.status === 200) return answer.bytes
    throw errorIn(answer)
  }

  async #send({ route, body, withinMs }: Call): Promise<Answer> {
    const response = await this.#pool.request({
      method: body === undefined ? 'GET' : 'POST',
      path: this.#path + route,
      headers: { [SECRET_HEADER]: this.#options.secret, 'content-type': 'application/octet-stream' },
      body: body ?? null,
      signal: AbortSignal.timeout(withinMs),
    })
    const bytes = Buffer.from(await response.body.arrayBuffer())
    return { status: response.statusCode, refusal: response.headers[REFUSAL_HEADER], bytes }
  }

  #leaveAloneWhileAway(): void {
    const outage = this.#outage
    if (!outage) return
    const sinceMs = this.#options.now() - outage.sinceMs
    // A clock that was put back must not make a second of it an hour.
    const isFresh = sinceMs >= 0 && sinceMs < AWAY_MS
    if (isFresh || outage.isTried) throw new NotDoneError('unavailable', AWAY)
    outage.isTried = true
  }

  /** The error for a call that got no answer. */
  #failed(error: unknown, { withinMs }: Call): HailWhaleError {
    // What may take long may also take too long where all is well: that alone says nothing about the server.
    const isAway = withinMs === this.#readMs || !isTimeout(error)
    if (isAway && !this.#outage) this.#options.onTrouble(this.#address, error)
    if (isAway || this.#outage) this.#outage = { sinceMs: this.#options.now(), isTried: false }
    if (neverConnected(error)) return new NotDoneError('unavailable', AWAY)
    return new HailWhaleError('unavailable', 'The server that has this part of the counts did not answer.')
  }
}

const AWAY = 'The server that has this part of the counts does not answer; it is tried again.'

/** The error that an answer says; of its own making where the answer is none of a peer's. */
function errorIn({ status, refusal, bytes }: Answer): HailWhaleError {
  const problem = problemIn(bytes)
  if (problem && status !== 404) return refusedWith(refusal, problem)
  return new HailWhaleError(
    'unavailable',
    'The server that has this part of the counts does not know this one: do both use the same queue?',
  )
}

function problemIn(bytes: Buffer): HailWhaleError | null {
  try {
    const { code, detail, errors } = JSON.parse(bytes.toString()) as Problem
    return Object.hasOwn(ERRORS, code) ? new HailWhaleError(code, detail, { errors }) : null
  } catch {
    return null
  }
}

function isTimeout(error: unknown): boolean {
  return error instanceof Error && error.name === 'TimeoutError'
}

/** Nothing of the request has left. */
function neverConnected(error: unknown): boolean {
  const code = (error as { code?: unknown }).code
  return code === 'ECONNREFUSED' || code === 'UND_ERR_CONNECT_TIMEOUT' || code === 'ENOTFOUND'
}
