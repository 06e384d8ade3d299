/**
 * The reference model of the journal port: records in an array, gone with the process. Obviously right; used in tests and where
 * nothing need survive. The records outlive `close`, so that a test can open it again.
 */
import { HailWhaleError } from '../model/errors.js'
import type { Journal, JournalConsumer, JournalRecord, JournalStats } from './journal.js'

/** A journal in memory, with one partition. */
export class MemoryJournal implements Journal {
  readonly durability = 'memory'
  readonly partitions = 1
  #records: JournalRecord[] = []
  #trimmed = 0
  #state: 'new' | 'open' | 'closed' = 'new'
  #consuming: Promise<void> | undefined
  #wake: () => void = () => undefined

  /** Opens it, or opens it again after `close` with the records it had. */
  async open(): Promise<void> {
    if (this.#state === 'open') throw unavailable('the journal is open already')
    this.#state = 'open'
    this.#consuming = undefined
  }

  async close(): Promise<void> {
    this.#state = 'closed'
    this.#wake()
    await this.#consuming?.catch(() => undefined)
  }

  async append(partition: number, record: JournalRecord): Promise<number> {
    if (this.#state !== 'open') throw unavailable('the journal is not open')
    if (partition !== 0) throw new RangeError(`a memory journal has the partition 0, not ${partition}`)
    this.#records.push(record)
    const sequence = this.#last()
    this.#wake()
    return sequence
  }

  consume(consumer: JournalConsumer): Promise<void> {
    if (this.#state !== 'open') return Promise.reject(unavailable('the journal is not open'))
    if (this.#consuming !== undefined) {
      return Promise.reject(unavailable('the journal has its consumer already'))
    }
    this.#consuming = this.#feed(consumer)
    return this.#consuming
  }

  async #feed(consumer: JournalConsumer): Promise<void> {
    let through = await consumer.assigned(0, 1)
    if (through < this.#trimmed || through > this.#last()) {
      throw unavailable(
        `the journal has the records from ${this.#trimmed + 1} to ${this.#last()}, not behind ${through}`,
      )
    }
    const caughtUpAt = this.#last()
    let told = false
    while (this.#state === 'open') {
      if (!told && through >= caughtUpAt) {
        told = true
        await consumer.caughtUp(0, caughtUpAt)
        continue
      }
      if (through < this.#last()) {
        through++
        await consumer.record(0, through, this.#records[through - this.#trimmed - 1]!)
      } else {
        await new Promise<void>(wake => {
          this.#wake = wake
        })
      }
    }
    await consumer.revoked(0)
  }

  async trim(partition: number, throughSequence: number): Promise<void> {
    if (partition !== 0) return
    const count = Math.min(Math.max(0, throughSequence - this.#trimmed), this.#records.length)
    this.#records = this.#records.slice(count)
    this.#trimmed += count
  }

  async stats(): Promise<JournalStats> {
    const bytes = this.#records.reduce((sum, record) => sum + record.bytes.length, 0)
    return { bytes, segments: 1 }
  }

  #last(): number {
    return this.#trimmed + this.#records.length
  }
}

function unavailable(detail: string): HailWhaleError {
  return new HailWhaleError('unavailable', detail)
}
