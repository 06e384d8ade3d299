/**
 * Reads all partitions, wherever they are: this server's own from memory and store, those of others by asking their owners, one
 * request for all of an owner's, and those whose owner can't be asked from their stores alone. What was read so is older: a
 * `dated` reader tells how old.
 */
import type { Path } from '../model/path.js'
import type { Retention } from '../model/retention.js'
import type { AsOf, DatedReader, PartReader, RollupReader } from '../query/reader.js'
import { MergedReader } from '../whale/merged-reader.js'
import { Age } from './age.js'
import { Parts } from './parts.js'
import { type Owners, Positions } from './positions.js'

/** What is needed to read all partitions. */
export interface OwnersReaderOptions extends Owners {
  /** Epoch milliseconds. */
  readonly now: () => number
  readonly retention: (key: Path) => Retention
}

/** Reads all partitions. */
export class OwnersReader extends MergedReader {
  readonly #options: OwnersReaderOptions
  readonly #positions: Positions

  constructor(options: OwnersReaderOptions) {
    const positions = new Positions(options)
    const own = { now: options.now, retention: options.retention, version: () => positions.sum }
    super(() => new Parts(options, positions, new Age()).all(), own)
    this.#options = options
    this.#positions = positions
  }

  /** A reader for one question, which can tell how old its answer is. */
  dated(): DatedReader {
    const age = new Age()
    const parts = new Parts(this.#options, this.#positions, age)
    return new DatedOwnersReader(() => parts.all(), this, age)
  }

  /** Asks others no more in the background. */
  close(): void {
    this.#positions.close()
  }
}

class DatedOwnersReader extends MergedReader implements DatedReader {
  readonly #age: Age

  constructor(parts: () => readonly PartReader[], own: RollupReader, age: Age) {
    super(parts, own)
    this.#age = age
  }

  asOf(): AsOf {
    return this.#age.oldest
  }
}
