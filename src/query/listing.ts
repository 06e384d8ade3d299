/** `/keys`, `/dimensions`, `/metric_names`: what there is to ask for, a page at a time, for pickers and completion. */
import type { Path } from '../model/path.js'
import type { ListingQuestion } from './question.js'
import type { Child, RollupReader } from './reader.js'

/** A name one level below what was asked about. */
export interface ListedName {
  readonly name: string
  /** The whole path, key or dimension. */
  readonly path: Path
  /** Present on the overflow child. */
  readonly overflow?: true
}

/** A page of keys. */
export interface KeysAnswer {
  /** The key they are below; `[]` is the top. */
  readonly key: Path
  readonly keys: readonly ListedName[]
  /** What to pass as `after` for the next page; null on the last one. */
  readonly next: string | null
}

/** A page of a dimension's children. */
export interface DimensionsAnswer {
  readonly key: Path
  readonly dimension: Path
  readonly children: readonly ListedName[]
  readonly next: string | null
}

/** A page of metric names. */
export interface MetricNamesAnswer {
  readonly key: Path
  readonly metrics: readonly string[]
  readonly next: string | null
}

/** Answers `/keys`. */
export async function keys(
  reader: Pick<RollupReader, 'listKeys'>,
  question: ListingQuestion,
): Promise<KeysAnswer> {
  const { key } = question
  const { items, next } = pageOf(question, await reader.listKeys(key, pageAsked(question)), nameOf)
  return { key, keys: items.map(child => listed(key, child)), next }
}

/** Answers `/dimensions`. */
export async function dimensions(reader: RollupReader, question: ListingQuestion): Promise<DimensionsAnswer> {
  const { key, dimension } = question
  const found = await reader.listChildren(key, dimension, pageAsked(question))
  const { items, next } = pageOf(question, found, nameOf)
  return { key, dimension, children: items.map(child => listed(dimension, child)), next }
}

/** Answers `/metric_names`. */
export async function metricNames(
  reader: RollupReader,
  question: ListingQuestion,
): Promise<MetricNamesAnswer> {
  const { key } = question
  const { items, next } = pageOf(question, await reader.listMetrics(key, pageAsked(question)), name => name)
  return { key, metrics: items, next }
}

/** One more than a page is asked for: whether there is one tells whether there is a next page. */
function pageAsked({ prefix, after, limit }: ListingQuestion): {
  prefix?: string
  after?: string
  limit: number
} {
  return { limit: limit + 1, ...(prefix !== undefined && { prefix }), ...(after !== undefined && { after }) }
}

function pageOf<T>(
  { limit }: ListingQuestion,
  found: readonly T[],
  nameOfItem: (item: T) => string,
): { items: readonly T[]; next: string | null } {
  const items = found.slice(0, limit)
  return { items, next: found.length > limit ? nameOfItem(items.at(-1)!) : null }
}

function nameOf(child: Child): string {
  return child.name
}

function listed(parent: Path, { name, overflow }: Child): ListedName {
  return { name, path: [...parent, name], ...(overflow && { overflow: true as const }) }
}
