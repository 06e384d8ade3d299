/**
 * The reference model of the journal port: records in an array for each partition, gone with the process. Obviously right; used in tests
 * and where nothing need survive. The records outlive `close`, so that a test can open it again.
 */
import { HailWhaleError } from '../model/errors.js'
import type { Journal, JournalConsumer, JournalRecord, JournalStats, PartitionOwner } from './journal.js'

/** A journal in memory; all partitions are its one consumer's. */
export class MemoryJournal implements Journal {
  readonly kind = 'memory'
  readonly durability = 'memory'
  readonly risk = null
  readonly partitions: number
  readonly #partitions: MemoryPartition[]
  #state: 'new' | 'open' | 'closed' = 'new'
  #consuming: Promise<unknown> | undefined

  /** `partitions`: how many it has (default 1). */
  constructor({ partitions = 1 }: { readonly partitions?: number } = {}) {
    this.partitions = partitions
    this.#partitions = Array.from(
      { length: partitions },
      (_, partition) => new MemoryPartition(partition, () => this.#state === 'open'),
    )
  }

  /** Opens it, or opens it again after `close` with the records it had. */
  async open(): Promise<void> {
    if (this.#state === 'open') throw unavailable('the journal is open already')
    this.#state = 'open'
    this.#consuming = undefined
  }

  ownerOf(): PartitionOwner {
    return 'self'
  }

  async close(): Promise<void> {
    this.#state = 'closed'
    for (const partition of this.#partitions) partition.wake()
    await this.#consuming?.catch(() => undefined)
  }

  async append(partition: number, record: JournalRecord): Promise<number> {
    if (this.#state !== 'open') throw unavailable('the journal is not open')
    const into = this.#partitions[partition]
    if (!into)
      throw new RangeError(`the journal has ${this.partitions} partitions, and none of number ${partition}`)
    return into.append(record)
  }

  async consume(consumer: JournalConsumer): Promise<void> {
    if (this.#state !== 'open') throw unavailable('the journal is not open')
    if (this.#consuming !== undefined) throw unavailable('the journal has its consumer already')
    const consuming = Promise.all(this.#partitions.map(partition => partition.feed(consumer)))
    this.#consuming = consuming
    await consuming
  }

  async trim(partition: number, throughSequence: number): Promise<void> {
    this.#partitions[partition]?.trim(throughSequence)
  }

  async stats(): Promise<JournalStats> {
    return { bytes: this.#partitions.reduce((sum, { bytes }) => sum + bytes, 0), segments: 1 }
  }
}

/** The records of one partition. */
class MemoryPartition {
  readonly #partition: number
  readonly #isOpen: () => boolean
  #records: JournalRecord[] = []
  #trimmed = 0
  wake: () => void = () => undefined

  constructor(partition: number, isOpen: () => boolean) {
    this.#partition = partition
    this.#isOpen = isOpen
  }

  get bytes(): number {
    return this.#records.reduce((sum, record) => sum + record.bytes.length, 0)
  }

  append(record: JournalRecord): number {
    this.#records.push(record)
    const sequence = this.#last()
    this.wake()
    return sequence
  }

  async feed(consumer: JournalConsumer): Promise<void> {
    const partition = this.#partition
    let through = await consumer.assigned(partition, 1)
    if (through < this.#trimmed || through > this.#last()) {
      throw unavailable(
        `the journal has the records from ${this.#trimmed + 1} to ${this.#last()}, not behind ${through}`,
      )
    }
    const caughtUpAt = this.#last()
    let told = false
    while (this.#isOpen()) {
      if (!told && through >= caughtUpAt) {
        told = true
        await consumer.caughtUp(partition, caughtUpAt)
        continue
      }
      if (through < this.#last()) {
        through++
        await consumer.record(partition, through, this.#records[through - this.#trimmed - 1]!)
      } else {
        await new Promise<void>(wake => {
          this.wake = wake
        })
      }
    }
    await consumer.revoked(partition)
  }

  trim(throughSequence: number): void {
    const count = Math.min(Math.max(0, throughSequence - this.#trimmed), this.#records.length)
    this.#records = this.#records.slice(count)
    this.#trimmed += count
  }

  #last(): number {
    return this.#trimmed + this.#records.length
  }
}

function unavailable(detail: string): HailWhaleError {
  return new HailWhaleError('unavailable', detail)
}
