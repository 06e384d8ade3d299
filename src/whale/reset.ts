/**
 * `reset`: takes counts away from a path, from all below it, and from what is above it: the prefixes of the path, the same paths
 * of the keys above, and the prefixes in the keys below. It counts the negative of what is there, bucket by bucket, in the finest
 * interval that still holds it, so that every wider interval stays the sum of its parts. What was reset altogether is then
 * forgotten: its rows and its place among the children go.
 *
 * Must run alone. Each batch takes the same values from a path and from what is above it: a reset cut short by a crash has
 * taken away a part, consistently, and can be sent again.
 */
import type { Reset } from '../model/changes.js'
import { KEPT_INTERVAL_MS } from '../model/interval.js'
import type { Path } from '../model/path.js'
import { expiredBeforeMs, type Retention, readableFromMs } from '../model/retention.js'
import type { TimeSegment } from '../query/reader.js'
import { type Batch, BatchBuilder, type BatchOutcome, Interner, tickOf } from '../rollup/batch.js'
import { KIND_KEY, ROOT_NODE } from '../rollup/nodes.js'
import type { Policies } from '../rollup/series.js'
import { type Steps, StoredTree, type StoredValue, stepsOf } from './stored-tree.js'
import type { Whale } from './whale.js'

/** What a reset needs. */
export interface ResetContext {
  readonly whale: Whale
  readonly policies: Policies
  readonly commit: (batch: Batch) => Promise<BatchOutcome>
  readonly nowMs: number
}

/** Values taken away in one batch. */
const VALUES_PER_BATCH = 20_000
/** Counts may lie ahead of the clock by as much as an event may, and by clocks that were put back. */
const AHEAD_MS = 2 * KEPT_INTERVAL_MS['1d']

/** Takes counts away; resolves once that is durable and visible. */
export async function reset(request: Reset, context: ResetContext): Promise<void> {
  const { whale, commit, policies, nowMs } = context
  const path = request.path ?? []
  await whale.flush()
  const tree = new StoredTree(whale.store)
  const batches = new NegativeBatches(commit, nowMs)
  const metrics = request.metrics ? new Set(request.metrics) : null
  for await (const keyNode of keysBelow(tree, stepsOf(request.key, []))) {
    const key = keyNode.map(({ name }) => name)
    const segments = finestSegments(policies.retentionOf(key), request, nowMs)
    const top = [...keyNode, ...stepsOf([], path)]
    const isOwn = keyNode.length === request.key.length
    const take = async (node: Steps, values: readonly StoredValue[]): Promise<void> => {
      const nodes = affected(node, keyNode.length, isOwn, node.length === top.length)
      for (const value of values) if (!metrics || metrics.has(value.metric)) await batches.take(nodes, value)
    }
    const walk = async (node: Steps): Promise<void> => {
      const children = (await tree.children(node)).filter(child => child.kind !== KIND_KEY)
      if (children.length === 0) return
      for await (const [child, values] of tree.childValues(node, segments)) {
        if (child.kind !== KIND_KEY) await take([...node, child], values)
      }
      for (const child of children) await walk([...node, child])
    }
    for await (const value of tree.values(top, segments)) await take(top, [value])
    await walk(top)
  }
  await batches.end()
  const isWhole = !metrics && request.fromMs === undefined && request.untilMs === undefined
  if (isWhole) await whale.forget({ key: request.key, path })
}

/** The segments of all that may be stored: what is to be forgotten is looked for in each. */
export function allSegments(policies: Policies, nowMs: number): TimeSegment[] {
  return policies.all.flatMap(({ retention }) =>
    retention.map(rule => {
      const widthMs = KEPT_INTERVAL_MS[rule.interval]
      const fromMs = Math.max(0, expiredBeforeMs(rule, nowMs) - AHEAD_MS)
      const alignedMs = Number.isFinite(fromMs) ? Math.floor(fromMs / widthMs) * widthMs : 0
      return { interval: rule.interval, fromMs: alignedMs, untilMs: nowMs + AHEAD_MS }
    }),
  )
}

/** A key's node and those of all keys below it. */
async function* keysBelow(tree: StoredTree, key: Steps): AsyncGenerator<Steps> {
  yield key
  for (const child of await tree.children(key)) {
    if (child.kind === KIND_KEY) yield* keysBelow(tree, [...key, child])
  }
}

/** The nodes that a node's values are taken from: itself, its twins in the keys above, and, for the topmost, its prefixes. */
function affected(node: Steps, keyLength: number, isOwn: boolean, isTop: boolean): Steps[] {
  const path = node.slice(keyLength)
  const shortest = isTop ? 0 : path.length
  const nodes: Steps[] = []
  for (let k = isOwn ? 1 : keyLength; k <= keyLength; k++) {
    for (let p = shortest; p <= path.length; p++) nodes.push([...node.slice(0, k), ...path.slice(0, p)])
  }
  return nodes
}

/**
 * The time of a reset, each part in the finest interval that still holds it: seconds for the last hours, days for the rest.
 * Parts meet where buckets of the wider interval start; the ends are widened to whole buckets.
 */
export function finestSegments(
  retention: Retention,
  { fromMs, untilMs }: Reset,
  nowMs: number,
): TimeSegment[] {
  const segments: TimeSegment[] = []
  let endMs = Number.POSITIVE_INFINITY
  for (const [i, rule] of retention.entries()) {
    const widthMs = KEPT_INTERVAL_MS[rule.interval]
    const wider = retention[i + 1]
    const widerMs = wider ? KEPT_INTERVAL_MS[wider.interval] : widthMs
    const keptMs = Math.ceil(readableFromMs(rule, nowMs) / widerMs) * widerMs
    const startMs = Math.max(keptMs, Math.floor((fromMs ?? 0) / widthMs) * widthMs)
    const latestMs = Math.ceil((untilMs ?? nowMs + AHEAD_MS) / widthMs) * widthMs
    const stopMs = Math.min(endMs, latestMs)
    if (startMs < stopMs) segments.push({ interval: rule.interval, fromMs: startMs, untilMs: stopMs })
    endMs = Math.min(endMs, keptMs)
  }
  return segments
}

/** Builds and commits batches that take values away. */
class NegativeBatches {
  readonly #commit: (batch: Batch) => Promise<BatchOutcome>
  readonly #nowMs: number
  #builder = new BatchBuilder(new Interner(), { exact: true })

  constructor(commit: (batch: Batch) => Promise<BatchOutcome>, nowMs: number) {
    this.#commit = commit
    this.#nowMs = nowMs
  }

  /** Takes a value away from each of the nodes. */
  async take(nodes: readonly Steps[], { bucketMs, metric, value }: StoredValue): Promise<void> {
    const builder = this.#builder
    const { interner } = builder
    for (const steps of nodes) {
      builder.leaf(steps.reduce((node, { kind, name }) => interner.nodes.intern(node, kind, name), ROOT_NODE))
    }
    builder.value(-value)
    builder.entry(tickOf(bucketMs), interner.shapes.intern([metric]))
    if (builder.count >= VALUES_PER_BATCH) await this.end()
  }

  /** Commits what is left. */
  async end(): Promise<void> {
    const builder = this.#builder
    if (builder.count === 0) return
    this.#builder = new BatchBuilder(new Interner(), { exact: true })
    await this.#commit(builder.finish(this.#nowMs))
  }
}

/** A place whose removal was begun. */
export interface Forgetting {
  readonly key: Path
  readonly path: Path
}
