/** Journals of queues for tests, with leases that are short, all closed at the end. */
import type { RedisJournalOptions } from '../../src/journal/redis/options.js'
import { RedisJournal } from '../../src/journal/redis/redis-journal.js'
import { parseRedisAddress } from '../../src/redis/redis-address.js'
import { type Applied, QueueConsumer } from './queue-consumer.js'

/** Long enough that a busy machine doesn't lose one by accident. */
export const SHORT_TIMES = { ttlMs: 3_000, tickMs: 100, pollMs: 10, againMs: 100 }

/** A whale of a queue: its journal and what consumes it. */
export interface TestWhale {
  readonly journal: RedisJournal
  readonly consumer: QueueConsumer
  /** What `consume` answers. */
  readonly consuming: Promise<void>
  readonly troubles: string[]
}

/** Opens journals, and closes them. */
export class QueueJournals {
  readonly #journals = new Set<RedisJournal>()
  #places = 0

  /** A namespace that was not used yet. */
  newNamespace(): string {
    return `queue${process.pid}-${this.#places++}`
  }

  /** A journal that is not open yet. */
  make(url: string, options: Omit<RedisJournalOptions, 'address'>): RedisJournal {
    const address = parseRedisAddress(url, 'queue')
    const journal = new RedisJournal({ address, times: SHORT_TIMES, ...options })
    this.#journals.add(journal)
    return journal
  }

  /** An opened one. */
  async open(url: string, options: Omit<RedisJournalOptions, 'address'>): Promise<RedisJournal> {
    const journal = this.make(url, options)
    await journal.open()
    return journal
  }

  /** A journal that consumes; `address` is the whale's. */
  async whale(
    url: string,
    applied: Applied,
    {
      address,
      exclusive = false,
      ...options
    }: Omit<RedisJournalOptions, 'address' | 'self'> & { address: string; exclusive?: boolean },
  ): Promise<TestWhale> {
    const troubles: string[] = []
    const onTrouble = (what: string) => void troubles.push(what)
    const self = { address: () => address, exclusive }
    const journal = await this.open(url, { onTrouble, ...options, self })
    const consumer = new QueueConsumer(applied)
    const consuming = journal.consume(consumer)
    consuming.catch(() => undefined)
    return { journal, consumer, consuming, troubles }
  }

  async closeAll(): Promise<void> {
    await Promise.all([...this.#journals].map(journal => journal.close()))
    this.#journals.clear()
  }
}
