/**
 * Where each partition can be read just now. Whom a partition belongs to is known as of a moment ago: an owner that has given it up
 * says so. Then its new owner is asked, once, and where that is of no use either, the store. So a question is never passed on by
 * whom it was put to, and ends after two attempts.
 */
import { HailWhaleError } from '../model/errors.js'
import type { PartReader } from '../query/reader.js'
import { MergedParts } from '../whale/merged-reader.js'
import type { Age } from './age.js'
import { detour } from './detour.js'
import type { Owners, Positions } from './positions.js'

/** Who reads a partition instead of an owner that didn't, for this reason. */
type Instead = (partition: number, error: unknown) => PartReader

/** Finds readers of partitions. `age` gets to know how old is what is read from stores. */
export class Parts {
  readonly #owners: Owners
  readonly #positions: Positions
  readonly #age: Age
  #looking: Promise<void> | undefined

  constructor(owners: Owners, positions: Positions, age: Age) {
    this.#owners = owners
    this.#positions = positions
    this.#age = age
  }

  /** Readers of all partitions together. Throws `recovering` or `unavailable` where one can't be read. */
  all(): PartReader[] {
    const { journal } = this.#owners
    const parts: PartReader[] = []
    const elsewhere = new Map<string, number[]>()
    for (let partition = 0; partition < journal.partitions; partition++) {
      const owner = journal.ownerOf(partition)
      if (owner === null) parts.push(this.#unowned(partition))
      else if (owner === 'self') parts.push(this.#here(partition))
      else if (elsewhere.has(owner.address)) elsewhere.get(owner.address)!.push(partition)
      else elsewhere.set(owner.address, [partition])
    }
    for (const [address, partitions] of elsewhere) parts.push(this.#firstAsked(address, partitions))
    return parts
  }

  #here(partition: number): PartReader {
    return this.#owners.own(partition) ?? this.#fromStore(partition, unreadable(this.#owners, partition))
  }

  /** Of a partition that nobody seems to have: it may have been taken a moment ago, and counted in since. */
  #unowned(partition: number): PartReader {
    return detour(async ask => {
      await this.#lookAgain()
      const owner = this.#owners.journal.ownerOf(partition)
      const isElsewhere = owner !== null && owner !== 'self'
      return ask(isElsewhere ? this.#lastAsked(owner.address, partition) : this.#here(partition))
    })
  }

  /** Finds out anew whose the partitions are, once for all who want to know it now. */
  #lookAgain(): Promise<void> {
    this.#looking ??= Promise.resolve(this.#owners.journal.refresh?.()).finally(() => {
      this.#looking = undefined
    })
    return this.#looking
  }

  #firstAsked(address: string, partitions: readonly number[]): PartReader {
    return this.#asked(address, partitions, (partition, error) => {
      const owner = this.#owners.journal.ownerOf(partition)
      if (owner === null || owner === 'self') return this.#here(partition)
      // Of several partitions it may have given up one alone.
      const isAskedAgain = owner.address !== address || partitions.length > 1
      return isAskedAgain ? this.#lastAsked(owner.address, partition) : this.#fromStore(partition, error)
    })
  }

  #lastAsked(address: string, partition: number): PartReader {
    return this.#asked(address, [partition], (_partition, error) => this.#fromStore(partition, error))
  }

  #asked(address: string, partitions: readonly number[], instead: Instead): PartReader {
    const asked = this.#owners.peer(address).reader(partitions)
    return detour(ask =>
      ask(asked).catch(async (error: unknown) => {
        if (!isElsewhere(error)) throw error
        await this.#lookAgain()
        return ask(new MergedParts(() => partitions.map(partition => instead(partition, error))))
      }),
    )
  }

  /** Throws the error where the store can't be read here. */
  #fromStore(partition: number, error: unknown): PartReader {
    const stored = this.#owners.stored(partition)
    if (!stored) throw error
    return detour(async ask => {
      const { through, atMs } = await stored.flushed()
      this.#age.note(atMs)
      this.#positions.readFromStore(partition, through)
      return ask(stored)
    })
  }
}

/** Whether the question may have an answer elsewhere: the owner is away, is the owner no more, or not caught up yet. */
function isElsewhere(error: unknown): boolean {
  return error instanceof HailWhaleError && (error.code === 'unavailable' || error.code === 'recovering')
}

function unreadable({ journal }: Owners, partition: number): HailWhaleError {
  if (journal.ownerOf(partition) === null) {
    return new HailWhaleError(
      'unavailable',
      'A part of the counts is between two servers; try again in a second.',
    )
  }
  return new HailWhaleError('recovering', 'The journal is being read after a restart; try again in a second.')
}
