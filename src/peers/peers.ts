/** The other servers of a queue, by their addresses. */
import type { PartitionService } from '../whale/partition-service.js'
import { PeerClient, type PeerOptions } from './peer-client.js'

/** Servers come and go under new addresses: those that nobody has asked for so long are forgotten. */
const FORGET_MS = 600_000

interface Known {
  readonly client: PeerClient
  usedMs: number
}

/** One client for each address, with its connections. */
export class Peers {
  readonly #options: PeerOptions
  readonly #known = new Map<string, Known>()

  constructor(options: PeerOptions) {
    this.#options = options
  }

  /** The server at an address: the base of its URLs. */
  of(address: string): PartitionService {
    const nowMs = this.#options.now()
    const known = this.#known.get(address)
    if (known) {
      known.usedMs = nowMs
      return known.client
    }
    this.#forgetUnused(nowMs)
    const client = new PeerClient(address, this.#options)
    this.#known.set(address, { client, usedMs: nowMs })
    return client
  }

  /** Ends all connections; what is under way rejects. */
  async close(): Promise<void> {
    const all = [...this.#known.values()]
    this.#known.clear()
    await Promise.all(all.map(({ client }) => client.close()))
  }

  #forgetUnused(nowMs: number): void {
    for (const [address, { client, usedMs }] of this.#known) {
      if (nowMs - usedMs < FORGET_MS) continue
      this.#known.delete(address)
      void client.close()
    }
  }
}
