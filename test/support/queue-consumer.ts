/** A consumer of a queue for tests: what has been applied, of all whales together, and what each was told. */
import type { JournalConsumer, JournalRecord } from '../../src/journal/journal.js'

/** What all whales have applied: the texts of the records of each partition, in order, and the sequence they are applied through. */
export class Applied {
  readonly #partitions = new Map<number, { through: number; readonly texts: string[] }>()

  of(partition: number): { through: number; readonly texts: string[] } {
    const known = this.#partitions.get(partition) ?? { through: 0, texts: [] }
    this.#partitions.set(partition, known)
    return known
  }

  /** The texts of all partitions, sorted. */
  texts(): string[] {
    return [...this.#partitions.values()].flatMap(({ texts }) => texts).sort()
  }
}

/** The consumer of one whale. */
export class QueueConsumer implements JournalConsumer {
  readonly #applied: Applied
  /** The epochs of what it has now, by partition. */
  readonly has = new Map<number, number>()
  readonly caughtUpAt = new Map<number, number>()
  /** What happened, in order: "assigned 3", "revoked 3". */
  readonly story: string[] = []
  /** Runs before a record is applied. */
  beforeRecord: (partition: number, text: string) => Promise<void> | void = () => undefined
  /** Runs while a partition is given back. */
  whileRevoked: (partition: number) => Promise<void> | void = () => undefined

  constructor(applied: Applied) {
    this.#applied = applied
  }

  async assigned(partition: number, epoch: number): Promise<number> {
    this.has.set(partition, epoch)
    this.story.push(`assigned ${partition}`)
    return this.#applied.of(partition).through
  }

  async record(partition: number, sequence: number, { bytes }: JournalRecord): Promise<void> {
    const text = Buffer.from(bytes).toString()
    await this.beforeRecord(partition, text)
    const state = this.#applied.of(partition)
    if (sequence <= state.through)
      throw new Error(`${sequence} came after ${state.through} in partition ${partition}`)
    state.through = sequence
    state.texts.push(text)
  }

  caughtUp(partition: number, throughSequence: number): void {
    this.caughtUpAt.set(partition, throughSequence)
  }

  async revoked(partition: number): Promise<void> {
    await this.whileRevoked(partition)
    this.has.delete(partition)
    this.story.push(`revoked ${partition}`)
  }
}
