/**
 * The reference model of the whole server: a list of sums per series, kept event by event. It knows what `BruteReader` leaves
 * out: ids within the dedupe window, the limit of children, keys with a retention of their own, `update_count_to` and `reset`.
 * Nothing is rolled up: each question goes through all that was counted in its series.
 */
import type { Reset, UpdateCountTo } from '../../src/model/changes.js'
import type { CountEvent } from '../../src/model/event.js'
import { bucketStartMs, KEPT_INTERVAL_MS } from '../../src/model/interval.js'
import type { CountOutcome } from '../../src/model/outcome.js'
import { OVERFLOW_NAME, type Path, prefixesOf } from '../../src/model/path.js'
import type { Retention } from '../../src/model/retention.js'
import type {
  Child,
  ChildColumns,
  ChildrenOptions,
  Page,
  RollupReader,
  SumColumn,
  Sums,
  TimePlan,
} from '../../src/query/reader.js'
import { partitionOf } from '../../src/rollup/partition.js'
import { columnsOf } from './child-columns.js'

/** What a model is made with. */
export interface ModelOptions {
  readonly nowMs: number
  readonly retention: Retention
  /** By key, as a path's JSON. */
  readonly retentionByKey: ReadonlyMap<string, Retention>
  readonly childrenPerParent: number
  readonly dedupeWindowMs: number
  /** How many the journal has (default 1): each remembers on its own which requests it has seen. */
  readonly partitions?: number
}

/** Values that were added to a series at a time. */
export interface Posting {
  readonly atMs: number
  readonly metrics: ReadonlyMap<string, number>
}

/** The overflow child among names: no name has a control character. */
const OVERFLOW = '\u0000'

/** A server that counts by remembering. */
export class ServerModel implements RollupReader {
  nowMs: number
  /** Events counted, duplicates left out. */
  counted = 0
  readonly #options: ModelOptions
  /** Series (JSON of key and path) → what was added to it. */
  readonly #postings = new Map<string, Posting[]>()
  /** Series → names below it, in the order they came; the overflow child apart. */
  readonly #children = new Map<string, Set<string>>()
  /** Key → keys one level below. */
  readonly #keys = new Map<string, Set<string>>()
  /** Id or `Idempotency-Key` → when it was last counted. */
  readonly #ids = new Map<string, number>()
  readonly #series = new Map<string, { readonly key: Path; readonly path: Path }>()

  constructor(options: ModelOptions) {
    this.#options = options
    this.nowMs = options.nowMs
  }

  /** Counts the events of one request. */
  count(events: readonly CountEvent[], idempotencyKey?: string): CountOutcome {
    if (events.length === 0) return { counted: 0, duplicates: 0, overflowed: 0 }
    const seen = new Set<number>()
    for (const partition of new Set(events.map(({ key }) => this.#partition(key)))) {
      if (idempotencyKey !== undefined && this.#isDuplicate(`request ${partition} ${idempotencyKey}`))
        seen.add(partition)
    }
    let duplicates = 0
    let overflowed = 0
    for (const event of events) {
      const { id } = event
      if (seen.has(this.#partition(event.key))) duplicates++
      else if (id !== undefined && this.#isDuplicate(`event ${JSON.stringify([event.key, id])}`)) duplicates++
      else if (this.#add(event)) overflowed++
    }
    this.counted += events.length - duplicates
    return { counted: events.length - duplicates, duplicates, overflowed }
  }

  #partition(key: Path): number {
    return partitionOf(key, this.#options.partitions ?? 1)
  }

  /** Brings one bucket of a path to the values. */
  updateCountTo({ key, path, metrics, interval, atMs }: UpdateCountTo): void {
    const bucket = interval ?? this.retention(key)[0]!.interval
    const fromMs = bucketStartMs(bucket, atMs)
    const untilMs = fromMs + KEPT_INTERVAL_MS[bucket]
    const before = (metric: string): number => {
      const within = this.postings(key, path).filter(each => each.atMs >= fromMs && each.atMs < untilMs)
      return within.reduce((sum, each) => sum + (each.metrics.get(metric) ?? 0), 0)
    }
    const differences = new Map([...metrics].map(([name, value]) => [name, value - before(name)]))
    if ([...differences.values()].every(difference => difference === 0)) return
    this.#add({ key, paths: path.length === 0 ? [] : [path], metrics: differences, atMs })
  }

  /**
   * Takes away what a path, or the whole key, has at a time: from it and all below it, from the prefixes of both, and from the same
   * paths in the keys above and below. What is taken away altogether is not listed any more.
   */
  reset({ key, path = [], metrics, fromMs = 0, untilMs = Number.POSITIVE_INFINITY }: Reset): void {
    const place = this.#place(key, path)
    const negative = (each: Posting): Posting => {
      const some = [...each.metrics].filter(([name]) => metrics === undefined || metrics.includes(name))
      return { atMs: each.atMs, metrics: new Map(some.map(([name, value]) => [name, -value])) }
    }
    const taken = [...this.#series].flatMap(([id, series]) => {
      const fromKey = startsWith(key, series.key) ? key : startsWith(series.key, key) ? series.key : undefined
      const fromPath = startsWith(place, series.path)
        ? place
        : startsWith(series.path, place)
          ? series.path
          : undefined
      const source = fromKey && fromPath && this.#postings.get(JSON.stringify([fromKey, fromPath]))
      const meant = (source ?? []).filter(each => each.atMs >= fromMs && each.atMs < untilMs)
      return [{ id, postings: meant.map(negative) }]
    })
    for (const { id, postings } of taken) this.#postings.get(id)!.push(...postings)
    const isWhole = metrics === undefined && fromMs === 0 && untilMs === Number.POSITIVE_INFINITY
    if (isWhole) this.#forget(key, place)
  }

  /** What was added to a series. */
  postings(key: Path, path: Path): readonly Posting[] {
    return this.#postings.get(JSON.stringify([key, this.#place(key, path)])) ?? []
  }

  /** All series, the overflow child by its shown name. */
  get allSeries(): { readonly key: Path; readonly path: Path }[] {
    return [...this.#series.values()].map(({ key, path }) => ({ key, path: path.map(shown) }))
  }

  now(): number {
    return this.nowMs
  }

  retention(key: Path): Retention {
    const { retention, retentionByKey } = this.#options
    const own = prefixesOf(key)
      .reverse()
      .find(prefix => retentionByKey.has(JSON.stringify(prefix)))
    return own === undefined ? retention : retentionByKey.get(JSON.stringify(own))!
  }

  version(): number {
    return this.counted
  }

  async series(key: Path, path: Path, plan: TimePlan, metrics: readonly string[] | null): Promise<Sums> {
    return sumsOf([this.postings(key, path)], plan, metrics)
  }

  async children(
    key: Path,
    path: Path,
    plan: TimePlan,
    metrics: readonly string[] | null,
    options?: ChildrenOptions,
  ): Promise<ChildColumns> {
    const place = this.#place(key, path)
    const children = this.#names(key, place).map(name => {
      const postings = this.#postings.get(JSON.stringify([key, [...place, name]])) ?? []
      return { ...childOf(name), sums: sumsOf([postings], plan, metrics) }
    })
    return columnsOf(plan, children, options)
  }

  async sumChildren(
    key: Path,
    path: Path,
    plan: TimePlan,
    metrics: readonly string[] | null,
    except: ReadonlySet<string>,
  ): Promise<Sums> {
    const place = this.#place(key, path)
    const names = this.#names(key, place).filter(name => !except.has(shown(name)))
    const each = names.map(name => this.#postings.get(JSON.stringify([key, [...place, name]])) ?? [])
    return sumsOf(each, plan, metrics)
  }

  async listChildren(key: Path, path: Path, page: Page): Promise<Child[]> {
    const names = this.#names(key, this.#place(key, path))
    const found = pageOf(
      names.filter(name => name !== OVERFLOW),
      page,
    ).map(childOf)
    const isShown = names.includes(OVERFLOW) && page.prefix === undefined && found.length < page.limit
    return isShown ? [...found, childOf(OVERFLOW)] : found
  }

  async listKeys(parent: Path, page: Page): Promise<Child[]> {
    const names = pageOf([...(this.#keys.get(JSON.stringify(parent)) ?? [])], page)
    return names.map(name => ({ name, overflow: parent.length > 0 && name === OVERFLOW_NAME }))
  }

  async listMetrics(key: Path, page: Page): Promise<string[]> {
    const names = this.postings(key, []).flatMap(({ metrics }) => [...metrics.keys()])
    return pageOf([...new Set(names)], page)
  }

  #isDuplicate(id: string): boolean {
    const beforeMs = this.#ids.get(id)
    if (beforeMs !== undefined && beforeMs > this.nowMs - this.#options.dedupeWindowMs) return true
    this.#ids.set(id, this.nowMs)
    return false
  }

  /** Adds an event to every prefix of its paths in every prefix of its key; whether a name found no room under the key itself. */
  #add(event: CountEvent): boolean {
    const own = this.#admitKey(event.key)
    let isOverflowed = own.some((name, i) => name !== event.key[i])
    let paths = event.paths
    for (let length = own.length; length > 0; length--) {
      const key = own.slice(0, length)
      const places = paths.map(path => this.#admitPath(key, path))
      if (length === own.length) {
        isOverflowed ||= places.some((place, i) => place.some((name, j) => name !== event.paths[i]![j]))
      }
      const prefixes = new Map([[JSON.stringify([key, []]), [] as Path]])
      for (const place of places) {
        for (const prefix of prefixesOf(place)) prefixes.set(JSON.stringify([key, prefix]), prefix)
      }
      for (const [id, path] of prefixes) this.#post(id, key, path, event)
      paths = places
    }
    return isOverflowed
  }

  #forget(key: Path, place: Path): void {
    const isGone = (series: { readonly key: Path; readonly path: Path }): boolean => {
      const isKey =
        place.length === 0 ? startsWith(series.key, key) : series.key.join('\0') === key.join('\0')
      return isKey && startsWith(series.path, place)
    }
    for (const [id, series] of [...this.#series]) {
      if (!isGone(series)) continue
      this.#series.delete(id)
      this.#postings.delete(id)
      this.#children.delete(id)
      if (series.path.length === 0) this.#keys.delete(JSON.stringify(series.key))
    }
    const parent =
      place.length > 0
        ? this.#children.get(JSON.stringify([key, place.slice(0, -1)]))
        : this.#keys.get(JSON.stringify(key.slice(0, -1)))
    parent?.delete(place.at(-1) ?? key.at(-1)!)
  }

  #post(id: string, key: Path, path: Path, { atMs, metrics }: CountEvent): void {
    const known = this.#postings.get(id)
    if (known) known.push({ atMs, metrics })
    else {
      this.#postings.set(id, [{ atMs, metrics }])
      this.#series.set(id, { key, path })
    }
  }

  #admitKey(key: Path): Path {
    const own: string[] = []
    for (const name of key) {
      const names = below(this.#keys, own)
      const isFull = own.length > 0 && names.size >= this.#options.childrenPerParent
      const admitted = isFull && !names.has(name) ? OVERFLOW_NAME : name
      names.add(admitted)
      own.push(admitted)
    }
    return own
  }

  #admitPath(key: Path, path: Path): Path {
    const own: string[] = []
    for (const name of path) {
      const names = below(this.#children, [key, own])
      const size = names.size - (names.has(OVERFLOW) ? 1 : 0)
      const isFull = size >= this.#options.childrenPerParent
      const admitted = isFull && !names.has(name) ? OVERFLOW : name
      names.add(admitted)
      own.push(admitted)
    }
    return own
  }

  #names(key: Path, place: Path): string[] {
    return [...(this.#children.get(JSON.stringify([key, place])) ?? [])]
  }

  /** `…` finds the overflow child where no child has that name. */
  #place(key: Path, path: Path): Path {
    const place: string[] = []
    for (const name of path) {
      const isMissing = name === OVERFLOW_NAME && !this.#names(key, place).includes(name)
      place.push(isMissing ? OVERFLOW : name)
    }
    return place
  }
}

function below(table: Map<string, Set<string>>, parent: unknown): Set<string> {
  const id = JSON.stringify(parent)
  const names = table.get(id) ?? new Set<string>()
  table.set(id, names)
  return names
}

function startsWith(path: Path, prefix: Path): boolean {
  return prefix.every((name, i) => path[i] === name)
}

function shown(name: string): string {
  return name === OVERFLOW ? OVERFLOW_NAME : name
}

function childOf(name: string): Child {
  return { name: shown(name), overflow: name === OVERFLOW }
}

function sumsOf(
  lists: readonly (readonly Posting[])[],
  plan: TimePlan,
  wanted: readonly string[] | null,
): Sums {
  const points = plan.edgesMs.length - 1
  const columns = new Map<string, SumColumn>()
  for (const { atMs, metrics } of lists.flat()) {
    const point = plan.edgesMs.findLastIndex(edgeMs => edgeMs <= atMs)
    if (point < 0 || point >= points) continue
    for (const [metric, value] of metrics) {
      if (wanted !== null && !wanted.includes(metric)) continue
      const made = { values: new Float64Array(points), counted: new Uint8Array(points) }
      const column = columns.get(metric) ?? made
      columns.set(metric, column)
      column.values[point]! += value
      column.counted[point] = 1
    }
  }
  return { columns }
}

function pageOf(names: readonly string[], page: Page): string[] {
  const bytes = (text: string): Buffer => Buffer.from(text)
  return [...names]
    .sort((a, b) => Buffer.compare(bytes(a), bytes(b)))
    .filter(name => name.startsWith(page.prefix ?? ''))
    .filter(name => page.after === undefined || Buffer.compare(bytes(name), bytes(page.after)) > 0)
    .slice(0, page.limit)
}
