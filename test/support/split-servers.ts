/**
 * Hails and whales on a Redis as real processes, for tests that take them away: started, told apart by what they are, ended by their
 * own process ids. And a load that keeps books, through all hails that are there.
 */
import { setTimeout as delay } from 'node:timers/promises'
import { expect } from 'vitest'
import { partitionOf } from '../../src/rollup/partition.js'
import { Dice } from './dice.js'
import { Ledger } from './ledger.js'
import { ServerProcess } from './server-process.js'

/** As hails and whales have them where nothing else is said. */
export const PARTITIONS = 8
const READY_MS = 30_000
/** Between two tries of what is refused for a while. */
const RETRY_MS = 50
const WARNING = 40

/** One hail or whale that runs. */
export interface Member {
  readonly kind: 'hail' | 'whale'
  readonly process: ServerProcess
  readonly url: string
}

/** How one is started. */
export interface MemberOptions {
  /** The address of the queue: the servers' own, if not another way to it. */
  readonly queue?: string
  readonly store?: string
  readonly flags?: readonly string[]
}

/** Some hails and whales of one queue, whose store is in the same Redis. */
export class SplitServers {
  readonly #redisUrl: string
  readonly #members: Member[] = []
  readonly #all: ServerProcess[] = []

  constructor(redisUrl: string) {
    this.#redisUrl = redisUrl
  }

  get hails(): readonly Member[] {
    return this.#members.filter(({ kind }) => kind === 'hail')
  }

  get whales(): readonly Member[] {
    return this.#members.filter(({ kind }) => kind === 'whale')
  }

  /** Starts so many of both and waits until all are ready. */
  async start(hails: number, whales: number): Promise<void> {
    await Promise.all([
      ...Array.from({ length: whales }, () => this.startWhale()),
      ...Array.from({ length: hails }, () => this.startHail()),
    ])
  }

  startHail({ queue = this.#redisUrl, flags = [] }: MemberOptions = {}): Promise<Member> {
    return this.#begin('hail', ['--queue', queue, ...flags])
  }

  startWhale({
    queue = this.#redisUrl,
    store = this.#redisUrl,
    flags = [],
  }: MemberOptions = {}): Promise<Member> {
    const own = ['--queue', queue, '--store', store, '--flush-interval', '300ms']
    return this.#begin('whale', [...own, ...flags])
  }

  /** Ends one with a signal; answers the code of a SIGTERM. */
  async end(member: Member, signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null> {
    this.#members.splice(this.#members.indexOf(member), 1)
    return (await member.process.end(signal)).code
  }

  /** Ends all that still run. */
  async close(): Promise<void> {
    for (const process of this.#all) {
      process.signal('SIGCONT')
      await process.end('SIGKILL')
    }
  }

  /** What the servers warned of last, for whoever looks at a failed test. */
  warnings(): string {
    const linesOf = ({ log, pid }: ServerProcess): string[] =>
      log
        .filter(({ level }) => level >= WARNING)
        .slice(-8)
        .map(({ msg, time, err }) => `${pid} ${time} ${msg}: ${err?.message ?? ''}`.slice(0, 200))
    return this.#all.flatMap(linesOf).join('\n')
  }

  async #begin(kind: Member['kind'], flags: readonly string[]): Promise<Member> {
    const process = ServerProcess.command(kind, ...flags)
    this.#all.push(process)
    const member = { kind, process, url: await process.url() }
    await expect.poll(() => isOk(`${member.url}/readyz`), { timeout: READY_MS }).toBe(true)
    this.#members.push(member)
    return member
  }
}

/** A load through all hails that keeps books. */
export class Load {
  readonly ledger: Ledger
  /** Names of events that may be gone though they were acknowledged. */
  readonly lost = new Set<string>()
  readonly #lanes: number
  readonly #running = new Map<Member, Promise<void>>()
  readonly #stopped = new Set<Member>()

  /** `lanes`: requests under way at each hail. */
  constructor(lanes = 3) {
    const seed = Date.now() >>> 0
    console.log(`seed ${seed}`)
    const dice = new Dice(seed)
    const shops = ['north', 'south', 'east', 'west', 'new', 'old', 'small', 'large', 'open', 'closed']
    const options = { shops, isSplit: true, perRequest: 8, pauseMs: 25 }
    this.ledger = new Ledger(() => dice.below(2 ** 30) / 2 ** 30, options)
    this.#lanes = lanes
  }

  /** Sends through a hail from now on, until it is stopped. Where requests are refused or not answered, it goes on a moment later. */
  through(hail: Member): void {
    const send = async (): Promise<void> => {
      while (!this.#stopped.has(hail)) {
        await this.ledger.load(hail.url, this.#lanes, status => status === 503 || this.#stopped.has(hail))
        await delay(RETRY_MS)
      }
    }
    const sending = send()
    // Whoever stops the load is told.
    sending.catch(() => undefined)
    this.#running.set(hail, sending)
  }

  /** Sends nothing more through a hail; resolves when nothing is under way. */
  async leave(hail: Member): Promise<void> {
    this.#stopped.add(hail)
    await this.#running.get(hail)
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#running.keys()].map(hail => this.leave(hail)))
  }

  /** Waits until so many requests more are acknowledged. */
  async more(requests: number): Promise<void> {
    const least = this.ledger.acknowledged + requests
    await expect.poll(() => this.ledger.acknowledged, { timeout: 60_000 }).toBeGreaterThan(least)
  }
}

/**
 * Ends the load and compares: every whale and hail says exactly what the books say, and so does a whale that is started anew on what the
 * others have left.
 */
export async function settleAndCheck(servers: SplitServers, load: Load): Promise<void> {
  await load.stop()
  const { ledger, lost } = load
  const hail = servers.hails[0]!
  await expect.poll(() => isSettled(ledger, hail.url), { timeout: 30_000 }).toBe(true)
  await expect.poll(() => isOk(`${hail.url}/flush_hail`), { timeout: 30_000 }).toBe(true)
  const sums = await ledger.check(hail.url, lost)
  for (const { url } of [...servers.whales, ...servers.hails]) {
    expect(await ledger.check(url, lost)).toEqual(sums)
  }
  for (const whale of [...servers.whales]) expect(await servers.end(whale, 'SIGTERM')).toBe(0)
  const again = await servers.startWhale()
  await everyPartitionCounts(again.url)
  expect(await ledger.check(again.url, lost)).toEqual(sums)
}

/** Waits until a server counts in every partition; answers how long that took, in milliseconds. Throws after `mostMs`. */
export async function everyPartitionCounts(url: string, mostMs = 30_000): Promise<number> {
  const startMs = performance.now()
  for (const key of PROBES) {
    const query = new URLSearchParams({ key: JSON.stringify(key) })
    const timeout = Math.max(1, mostMs - (performance.now() - startMs))
    await expect.poll(() => isOk(`${url}/count_now?${query}`), { timeout }).toBe(true)
  }
  return performance.now() - startMs
}

/** A key in each partition. */
const PROBES: readonly (readonly string[])[] = Array.from({ length: PARTITIONS }, (_, partition) => {
  for (let i = 0; ; i++) {
    const key = ['probe', String(i)]
    if (partitionOf(key, PARTITIONS) === partition) return key
  }
})

/** Whether a GET is answered 2xx. */
export async function isOk(url: string): Promise<boolean> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(10_000) })
    await answer.text()
    return answer.ok
  } catch {
    return false
  }
}

/** Sends what is open; whether all of it was answered. */
async function isSettled(ledger: Ledger, url: string): Promise<boolean> {
  return ledger.settle(url).then(
    () => true,
    () => false,
  )
}
