/**
 * The reference model of a `RollupReader`: it keeps the events themselves and answers each question by going through all
 * of them. Slow and plain on purpose: what the server answers is compared with what this answers.
 * It honours a plan's edges and ignores its segments. It knows no retention, no ids and no limit of children; a child
 * that is literally named `…` counts as an overflow child.
 */
import type { CountEvent } from '../../src/model/event.js'
import { OVERFLOW_NAME, type Path } from '../../src/model/path.js'
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
import { type ChildSums, columnsOf } from './child-columns.js'

/** Everything is kept for ever, in every interval. */
export const KEEP_ALL: Retention = [
  { interval: '10s', keepMs: Number.POSITIVE_INFINITY },
  { interval: '1m', keepMs: Number.POSITIVE_INFINITY },
  { interval: '15m', keepMs: Number.POSITIVE_INFINITY },
  { interval: '1h', keepMs: Number.POSITIVE_INFINITY },
  { interval: '1d', keepMs: Number.POSITIVE_INFINITY },
]

/** Answers from raw events. `nowMs` and `kept` may be changed between questions. */
export class BruteReader implements RollupReader {
  readonly events: CountEvent[] = []

  constructor(
    public nowMs: number,
    public kept: Retention = KEEP_ALL,
  ) {}

  /** Counts events. */
  add(...events: readonly CountEvent[]): void {
    this.events.push(...events)
  }

  now(): number {
    return this.nowMs
  }

  retention(): Retention {
    return this.kept
  }

  version(): number {
    return this.events.length
  }

  async series(key: Path, path: Path, plan: TimePlan, metrics: readonly string[] | null): Promise<Sums> {
    return sumEvents(this.#matching(key, path), plan, metrics)
  }

  async children(
    key: Path,
    path: Path,
    plan: TimePlan,
    metrics: readonly string[] | null,
    options?: ChildrenOptions,
  ): Promise<ChildColumns> {
    const children: ChildSums[] = []
    for (const name of this.#childNames(key, path)) {
      children.push({ ...childOf(name), sums: await this.series(key, [...path, name], plan, metrics) })
    }
    return columnsOf(plan, children, options)
  }

  async sumChildren(
    key: Path,
    path: Path,
    plan: TimePlan,
    metrics: readonly string[] | null,
    except: ReadonlySet<string>,
  ): Promise<Sums> {
    const names = this.#childNames(key, path).filter(name => !except.has(name))
    // An event with several of these children is counted once for each.
    const events = names.flatMap(name => this.#matching(key, [...path, name]))
    return sumEvents(events, plan, metrics)
  }

  async listChildren(key: Path, path: Path, page: Page): Promise<Child[]> {
    return pageOf(this.#childNames(key, path), page).map(childOf)
  }

  async listKeys(parent: Path, page: Page): Promise<Child[]> {
    const keys = this.events.map(event => event.key).filter(key => startsWith(key, parent))
    return pageOf(namesBelow(keys, parent), page).map(childOf)
  }

  async listMetrics(key: Path, page: Page): Promise<string[]> {
    const names = this.#matching(key, []).flatMap(event => [...event.metrics.keys()])
    return pageOf([...new Set(names)], page)
  }

  /** The events that count for a series. */
  #matching(key: Path, path: Path): CountEvent[] {
    return this.events.filter(
      event =>
        startsWith(event.key, key) &&
        (path.length === 0 || event.paths.some(written => startsWith(written, path))),
    )
  }

  #childNames(key: Path, path: Path): string[] {
    const written = this.events.filter(event => startsWith(event.key, key)).flatMap(event => event.paths)
    return namesBelow(written, path)
  }
}

/** Whether `prefix` is a prefix of `path` (or the same). */
export function startsWith(path: Path, prefix: Path): boolean {
  return prefix.length <= path.length && prefix.every((name, index) => name === path[index])
}

/** The distinct names that follow `parent` in the paths. */
function namesBelow(paths: readonly Path[], parent: Path): string[] {
  const names = new Set<string>()
  for (const path of paths) {
    const name = path[parent.length]
    if (name !== undefined && startsWith(path, parent)) names.add(name)
  }
  return [...names]
}

function childOf(name: string): Child {
  return { name, overflow: name === OVERFLOW_NAME }
}

/** Sums events into the points of a plan. */
function sumEvents(events: readonly CountEvent[], plan: TimePlan, metrics: readonly string[] | null): Sums {
  const points = plan.edgesMs.length - 1
  const columns = new Map<string, SumColumn>()
  for (const event of events) {
    const point = pointOf(plan, event.atMs)
    if (point === undefined) continue
    for (const [metric, value] of event.metrics) {
      if (metrics !== null && !metrics.includes(metric)) continue
      const column = columns.get(metric) ?? {
        values: new Float64Array(points),
        counted: new Uint8Array(points),
      }
      columns.set(metric, column)
      column.values[point]! += value
      column.counted[point] = 1
    }
  }
  return { columns }
}

/** The point that holds a time: the last edge at or before it. */
function pointOf(plan: TimePlan, atMs: number): number | undefined {
  for (let point = 0; point + 1 < plan.edgesMs.length; point++) {
    if (plan.edgesMs[point]! <= atMs && atMs < plan.edgesMs[point + 1]!) return point
  }
  return undefined
}

function pageOf(names: readonly string[], page: Page): string[] {
  return [...names]
    .sort(compareBytes)
    .filter(name => name.startsWith(page.prefix ?? ''))
    .filter(name => page.after === undefined || compareBytes(name, page.after) > 0)
    .slice(0, page.limit)
}

/** Orders by the bytes of the UTF-8 form. */
function compareBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b))
}
