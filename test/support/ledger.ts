/**
 * A load that keeps books: every event has a name of its own among the dimensions, so that the server can be asked afterwards
 * what became of each. Requests are of every kind: single and bulk, with ids, with `Idempotency-Key`, with neither. What gets no
 * answer is sent again if that is safe, and is otherwise "at most once".
 */
import { setTimeout as delay } from 'node:timers/promises'
import { expect } from 'vitest'

const BRANCHES = 20
/** Requests of this share carry one event in the URL, the others 2 to `perRequest` in the body. */
const SINGLES = 0.7
/** Behind a hail, one single of so many goes straight into the whale. */
const NOW = 0.2

/** What is sent, and to what it is held. */
export interface LedgerOptions {
  /** Names are made this long at least, to fill a disk with fewer requests. */
  readonly nameBytes?: number
  /** Events a request has at most. */
  readonly perRequest?: number
  /** Each is the name of a key below `shop`. */
  readonly shops?: readonly string[]
  /** How long a lane waits between two requests, in milliseconds. */
  readonly pauseMs?: number
  /**
   * Counted through hails: what is queued is taken for counted, and what became of a request without an answer may differ from key
   * to key, as keys lie in different partitions.
   */
  readonly isSplit?: boolean
}

/** One event: where it is counted and how much. */
interface LedgerEvent {
  readonly name: string
  readonly branch: string
  readonly shop: string
  readonly value: number
}

/** One request and what is known of it. */
interface Entry {
  readonly events: readonly LedgerEvent[]
  readonly path: string
  readonly body: string | undefined
  readonly headers: Readonly<Record<string, string>>
  /** Sending it again counts nothing twice. */
  readonly isRepeatable: boolean
  /** What waits for an answer is open, and what has got none and can be sent again. */
  state: 'open' | 'counted' | 'unknown' | 'refused'
}

/** What an answer of `/plotpoints` is. */
type Points = Readonly<Record<string, Readonly<Record<string, readonly (readonly [number, number])[]>>>>

/** Sends, remembers and compares. */
export class Ledger {
  readonly #random: () => number
  readonly #options: Required<LedgerOptions>
  readonly #entries: Entry[] = []
  /** What has got no answer and can be sent again. */
  #again: Entry[] = []
  readonly #startedMs = Date.now()
  #events = 0

  /** `random`: numbers from 0 to 1. */
  constructor(random: () => number, options: LedgerOptions = {}) {
    this.#random = random
    const usual = { nameBytes: 0, perRequest: 60, shops: ['north', 'south'], pauseMs: 0, isSplit: false }
    this.#options = { ...usual, ...options }
  }

  get acknowledged(): number {
    return this.#entries.filter(({ state }) => state === 'counted').length
  }

  get unanswered(): number {
    return this.#entries.filter(({ state }) => state === 'open' || state === 'unknown').length
  }

  get events(): number {
    return this.#events
  }

  /** Sends requests, `lanes` at a time, as long as the server answers and `until` doesn't say stop; first what is still open. */
  async load(url: string, lanes: number, until: (status: number) => boolean = () => false): Promise<void> {
    const again = this.#takeAgain()
    let isOver = false
    const lane = async () => {
      while (!isOver) {
        const status = await this.#send(url, again.pop() ?? this.#newEntry())
        isOver ||= status === 0 || until(status)
        if (!isOver && this.#options.pauseMs > 0) await delay(this.#options.pauseMs)
      }
    }
    await Promise.all(Array.from({ length: lanes }, lane))
    this.#again.push(...again)
  }

  /** Sends what is still open until each has its answer. */
  async settle(url: string): Promise<void> {
    const again = this.#takeAgain()
    while (again.length > 0) {
      const status = await this.#send(url, again.pop()!)
      if (status < 200 || status > 202) this.#again.push(...again.splice(0))
      expect([200, 202]).toContain(status)
    }
  }

  #takeAgain(): Entry[] {
    const again = this.#again
    this.#again = []
    return again
  }

  /** Sends an entry; answers the status, 0 where no answer came. */
  async #send(url: string, entry: Entry): Promise<number> {
    try {
      const method = entry.body === undefined ? 'GET' : 'POST'
      const init = { method, headers: entry.headers, ...(entry.body !== undefined && { body: entry.body }) }
      const answer = await fetch(`${url}${entry.path}`, init)
      const text = await answer.text()
      if (answer.ok) this.#acknowledge(entry, answer.status, text)
      else this.#refuse(entry, answer, text)
      return answer.status
    } catch (error) {
      if (!(error instanceof TypeError)) throw error
      this.#leave(entry, 'unknown')
      return 0
    }
  }

  #acknowledge(entry: Entry, status: number, text: string): void {
    entry.state = 'counted'
    if (entry.body === undefined) {
      expect({ status, text }).toEqual(
        status === 202 ? { status, text: 'QUEUED' } : { status: 200, text: 'OK' },
      )
      return
    }
    const answer = JSON.parse(text)
    if (status === 202) {
      expect(answer).toEqual({ queued: entry.events.length })
      return
    }
    expect(answer.counted + answer.duplicates).toBe(entry.events.length)
    if (!entry.isRepeatable) expect(answer.duplicates).toBe(0)
  }

  /** Only a server that is not there yet, has no room or can't go on refuses a correct request. */
  #refuse(entry: Entry, { status, headers }: Response, text: string): void {
    const codes = /"code":"(recovering|disk_full|unavailable|queue_full)"/
    expect({ status, text }).toMatchObject({ status: 503, text: expect.stringMatching(codes) })
    expect(headers.get('retry-after')).toMatch(/^\d+$/)
    expect(headers.get('content-type')).toContain('application/problem+json')
    const isUncertain = this.#options.isSplit || text.includes('"unavailable"')
    this.#leave(entry, isUncertain ? 'unknown' : 'refused')
  }

  /** What was not acknowledged is sent again where that is safe. */
  #leave(entry: Entry, state: 'unknown' | 'refused'): void {
    if (entry.isRepeatable) this.#again.push(entry)
    else entry.state = state
  }

  #newEntry(): Entry {
    const entry = this.#random() < SINGLES ? this.#single() : this.#bulk()
    this.#entries.push(entry)
    return entry
  }

  #single(): Entry {
    const event = this.#event()
    const isRepeatable = this.#random() < 0.5
    const fields = jsonOf(event)
    const query = new URLSearchParams({
      key: JSON.stringify(fields.key),
      dimensions: JSON.stringify(fields.dimensions),
      metrics: JSON.stringify(fields.metrics),
      ...(isRepeatable && { id: `single ${idOf(event)}` }),
    })
    return {
      events: [event],
      path: `${this.#options.isSplit && this.#random() < NOW ? '/count_now' : '/count'}?${query}`,
      body: undefined,
      headers: {},
      isRepeatable,
      state: 'open',
    }
  }

  #bulk(): Entry {
    const count = 2 + Math.floor(this.#random() * (this.#options.perRequest - 1))
    const events = Array.from({ length: count }, () => this.#event())
    const kind = ['plain', 'ids', 'key'][Math.floor(this.#random() * 3)]
    const lines = events.map(event => ({ ...jsonOf(event), ...(kind === 'ids' && { id: idOf(event) }) }))
    const headers = {
      'content-type': 'application/x-ndjson',
      ...(kind === 'key' && { 'idempotency-key': `bulk ${idOf(events[0]!)}` }),
    }
    const body = lines.map(line => JSON.stringify(line)).join('\n')
    return { events, path: '/count', body, headers, isRepeatable: kind !== 'plain', state: 'open' }
  }

  #event(): LedgerEvent {
    const { nameBytes, shops } = this.#options
    const name = `e${this.#events++}${'.'.repeat(nameBytes)}`
    const value = 1 + Math.floor(this.#random() * 9)
    const branch = `b${Math.floor(this.#random() * BRANCHES)}`
    return { name, branch, shop: shops[Math.floor(this.#random() * shops.length)]!, value }
  }

  /**
   * Asks for everything, in every interval, and compares it with the books. Answers the sums, to compare two servers. `lost`: names of
   * events that may be gone though they were acknowledged.
   */
  async check(url: string, lost: ReadonlySet<string> = new Set()): Promise<object> {
    const answers = await Promise.all(
      ['10s', '1m', '15m', '1h', '1d'].map(interval => this.#ask(url, 'shop', interval)),
    )
    const [first, ...others] = answers.map(sumsOf)
    for (const other of others) expect(other).toEqual(first)
    this.#compare(first!, lost)
    checkTree(first!)
    await this.#checkKeys(url, first!)
    return first!
  }

  async #ask(url: string, key: string, interval: string): Promise<Points> {
    const from = String(this.#startedMs)
    const query = new URLSearchParams({ key, dimensions: 'of', depth: '2', metrics: 'value', interval, from })
    query.set('to', String(Date.now() + 1000))
    const answer = await fetch(`${url}/plotpoints?${query}`)
    const text = await answer.text()
    expect(answer.status, text.slice(0, 500)).toBe(200)
    return JSON.parse(text)
  }

  /** Each event: exactly once, or at most once; one request, or what of it is in one partition, all or nothing. */
  #compare(sums: ReadonlyMap<string, number>, lost: ReadonlySet<string>): void {
    const wrong: object[] = []
    for (const { events, state, isRepeatable } of this.#entries) {
      for (const part of this.#partsOf(events)) {
        const names = part.map(({ name }) => name)
        const times = part.map(
          ({ branch, name, value }) => (sums.get(JSON.stringify(['of', branch, name])) ?? 0) / value,
        )
        const isLost = names.some(name => lost.has(name))
        const allowed = state === 'counted' && !isLost ? [1] : state === 'refused' ? [0] : [0, 1]
        const isFine = allowed.includes(times[0]!) && times.every(time => time === times[0])
        if (!isFine) wrong.push({ state, isRepeatable, names, times })
      }
    }
    expect(wrong).toEqual([])
  }

  /** The events of a request that are counted or not as one. */
  #partsOf(events: readonly LedgerEvent[]): (readonly LedgerEvent[])[] {
    if (!this.#options.isSplit) return [events]
    return this.#options.shops
      .map(shop => events.filter(event => event.shop === shop))
      .filter(part => part.length > 0)
  }

  /** The key above is the sum of the keys below it. */
  async #checkKeys(url: string, sums: ReadonlyMap<string, number>): Promise<void> {
    const added = new Map<string, number>()
    for (const shop of this.#options.shops) {
      for (const [path, sum] of sumsOf(await this.#ask(url, JSON.stringify(['shop', shop]), '1m'))) {
        added.set(path, (added.get(path) ?? 0) + sum)
      }
    }
    expect(added).toEqual(sums)
  }
}

function idOf({ name }: LedgerEvent): string {
  return name.replace(/\.+$/, '')
}

function jsonOf({ name, branch, shop, value }: LedgerEvent) {
  return { key: ['shop', shop], dimensions: { of: { [branch]: name } }, metrics: { value } }
}

function sumsOf(points: Points): Map<string, number> {
  const sums = Object.entries(points).map(([path, { value }]): [string, number] => [
    path,
    (value ?? []).reduce((sum, [, n]) => sum + n, 0),
  ])
  return new Map(sums.filter(([, sum]) => sum !== 0).sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** Every path is the sum of its children. */
function checkTree(sums: ReadonlyMap<string, number>): void {
  const branches = new Map<string, number>()
  let total = 0
  for (const [path, sum] of sums) {
    if (!path.startsWith('[')) continue
    const [, branch, name] = JSON.parse(path) as string[]
    const own = JSON.stringify(['of', branch])
    if (name !== undefined) branches.set(own, (branches.get(own) ?? 0) + sum)
    else total += sum
  }
  for (const [path, sum] of branches) expect({ path, sum }).toEqual({ path, sum: sums.get(path) })
  expect(total).toBe(sums.get('of') ?? 0)
}
