/**
 * Sees a journal with one partition, whose sequences ascend in any steps, as one whose sequences are 1, 2, 3 …: the suite's numbers then say which
 * record is meant. All its records must come by here, in order.
 */
import type { Journal, JournalConsumer, JournalRecord } from '../../src/journal/journal.js'

/** The sequences of a place, ascending: it outlives the journals that are opened there. */
export type KnownSequences = number[]

/** A journal whose sequences are ordinals. */
export class OrdinalJournal implements Journal {
  readonly #journal: Journal
  readonly #known: KnownSequences

  constructor(journal: Journal, known: KnownSequences) {
    this.#journal = journal
    this.#known = known
  }

  get kind() {
    return this.#journal.kind
  }

  get durability() {
    return this.#journal.durability
  }

  get risk() {
    return this.#journal.risk
  }

  get partitions() {
    return this.#journal.partitions
  }

  ownerOf(partition: number) {
    return this.#journal.ownerOf(partition)
  }

  open(): Promise<void> {
    return this.#journal.open()
  }

  close(): Promise<void> {
    return this.#journal.close()
  }

  async append(partition: number, record: JournalRecord): Promise<number> {
    return this.#ordinalOf(await this.#journal.append(partition, record))
  }

  consume(consumer: JournalConsumer): Promise<void> {
    return this.#journal.consume({
      assigned: async (partition, epoch) => this.#sequenceOf(await consumer.assigned(partition, epoch)),
      record: (partition, sequence, record) => consumer.record(partition, this.#ordinalOf(sequence), record),
      caughtUp: (partition, through) => consumer.caughtUp(partition, this.#ordinalOf(through)),
      revoked: partition => consumer.revoked(partition),
    })
  }

  trim(partition: number, throughSequence: number): Promise<void> {
    return this.#journal.trim(partition, this.#sequenceOf(throughSequence))
  }

  stats() {
    return this.#journal.stats()
  }

  #ordinalOf(sequence: number): number {
    if (sequence > (this.#known.at(-1) ?? 0)) this.#known.push(sequence)
    const index = this.#known.indexOf(sequence)
    if (sequence > 0 && index < 0) throw new Error(`sequence ${sequence} comes after ${this.#known.at(-1)}`)
    return index + 1
  }

  #sequenceOf(ordinal: number): number {
    return ordinal === 0 ? 0 : this.#known[ordinal - 1]!
  }
}
