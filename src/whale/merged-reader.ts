/**
 * Reads several parts of a roll-up as if they were one: each question goes to every part, and what they say is summed. Events lie in
 * the partition of their full key, so that a prefix of keys has a part in each.
 *
 * `…` in a path is found by each part for itself: the overflow child of the parts that are full, beside a child of that name where
 * there is one. A parent is full in each partition on its own, as room for children is decided there.
 */
import type { Path } from '../model/path.js'
import type { Retention } from '../model/retention.js'
import type {
  Child,
  ChildColumns,
  ChildrenOptions,
  Page,
  PartReader,
  RollupReader,
  Sums,
  TimePlan,
} from '../query/reader.js'
import { mergeChildColumns, mergeChildPages, mergeKeyPages, mergeNamePages, mergeSums } from './merging.js'

/** Asks several parts as one. */
export class MergedParts implements PartReader {
  readonly #parts: () => readonly PartReader[]

  /** `parts`: those of this moment, taken anew for each question. What it throws, the question rejects with. */
  constructor(parts: () => readonly PartReader[]) {
    this.#parts = parts
  }

  series(key: Path, path: Path, plan: TimePlan, metrics: readonly string[] | null): Promise<Sums> {
    return this.#ask(
      part => part.series(key, path, plan, metrics),
      parts => mergeSums(parts, pointsOf(plan)),
    )
  }

  children(
    key: Path,
    path: Path,
    plan: TimePlan,
    metrics: readonly string[] | null,
    options?: ChildrenOptions,
  ): Promise<ChildColumns> {
    return this.#ask(
      part => part.children(key, path, plan, metrics, options),
      parts => mergeChildColumns(parts, pointsOf(plan), options?.most),
    )
  }

  sumChildren(
    key: Path,
    path: Path,
    plan: TimePlan,
    metrics: readonly string[] | null,
    except: ReadonlySet<string>,
  ): Promise<Sums> {
    return this.#ask(
      part => part.sumChildren(key, path, plan, metrics, except),
      parts => mergeSums(parts, pointsOf(plan)),
    )
  }

  listChildren(key: Path, path: Path, page: Page): Promise<Child[]> {
    return this.#ask(
      part => part.listChildren(key, path, page),
      parts => mergeChildPages(parts, page.limit),
    )
  }

  listKeys(parent: Path, page: Page): Promise<Child[]> {
    return this.#ask(
      part => part.listKeys(parent, page),
      parts => mergeKeyPages(parts, page.limit),
    )
  }

  listMetrics(key: Path, page: Page): Promise<string[]> {
    return this.#ask(
      part => part.listMetrics(key, page),
      parts => mergeNamePages(parts, page.limit),
    )
  }

  async #ask<T>(ask: (part: PartReader) => Promise<T>, merge: (answers: readonly T[]) => T): Promise<T> {
    const parts = this.#parts()
    if (parts.length === 1) return ask(parts[0]!)
    return merge(await Promise.all(parts.map(ask)))
  }
}

/** What a server knows by itself, whatever its parts say. */
export type OwnKnowledge = Pick<RollupReader, 'now' | 'retention' | 'version'>

/** Reads several parts as one roll-up. */
export class MergedReader extends MergedParts implements RollupReader {
  readonly #own: OwnKnowledge

  constructor(parts: () => readonly PartReader[], own: OwnKnowledge) {
    super(parts)
    this.#own = own
  }

  now(): number {
    return this.#own.now()
  }

  retention(key: Path): Retention {
    return this.#own.retention(key)
  }

  version(): number {
    return this.#own.version()
  }
}

function pointsOf({ edgesMs }: TimePlan): number {
  return edgesMs.length - 1
}
