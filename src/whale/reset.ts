/**
 * `reset`: takes counts away from a path, from all below it, and from what is above it: the prefixes of the path, the same paths
 * of the keys above, and the prefixes in the keys below. It counts the negative of what is there, bucket by bucket, in the finest
 * interval that still holds it, so that every wider interval stays the sum of its parts. What was reset altogether is then
 * forgotten: its rows and its place among the children go.
 *
 * Resets and sets of a partition must run one at a time. Each batch takes the same values from a path and from what is above it: a reset cut short by a crash has
 * taken away a part, consistently, and can be sent again.
 */
import type { Reset } from '../model/changes.js'
import { type Batch, BatchBuilder, type BatchOutcome, Interner, tickOf } from '../rollup/batch.js'
import { KIND_KEY, ROOT_NODE } from '../rollup/nodes.js'
import type { Policies } from '../rollup/series.js'
import { FinerSums, type ResetPart, resetParts } from './reset-parts.js'
import { type Step, type Steps, StoredTree, type StoredValue, stepsOf } from './stored-tree.js'
import type { Whale } from './whale.js'

/** What a reset needs. */
export interface ResetContext {
  readonly whale: Whale
  readonly policies: Policies
  readonly commit: (batch: Batch) => Promise<BatchOutcome>
  readonly nowMs: number
}

/** What is counted all the while can't be removed: then it stays, with what was taken away at zero. */
const MOST_ROUNDS = 5
/** Values taken away in one batch. */
const VALUES_PER_BATCH = 20_000

/**
 * Takes counts away; resolves once that is durable and visible. Where something was counted meanwhile, that stays; where all there was
 * could be taken away, the names go too.
 */
export async function reset(request: Reset, context: ResetContext): Promise<void> {
  const { whale } = context
  const { key, path = [], metrics, fromMs, untilMs } = request
  const isWhole = !metrics && fromMs === undefined && untilMs === undefined
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const watch = whale.watch({ key, path })
    try {
      // What was read in parts while rows changed may not fit together: the next round takes away what this one left.
      if (!(await whale.walk(() => takeAway(request, context)))) continue
      if (!isWhole) return
      const isForgotten = await whale.alone(async () => {
        if (!watch.isTouched) await whale.forget({ key, path })
        return !watch.isTouched
      })
      if (isForgotten) return
    } finally {
      watch.end()
    }
  }
}

/** Takes away what the store holds. */
async function takeAway(request: Reset, { whale, policies, commit, nowMs }: ResetContext): Promise<void> {
  const path = request.path ?? []
  const tree = new StoredTree(whale.store)
  const batches = new NegativeBatches(commit, nowMs)
  const metrics = request.metrics ? new Set(request.metrics) : null
  for await (const keyNode of keysBelow(tree, stepsOf(request.key, []))) {
    const key = keyNode.map(({ name }) => name)
    const top = [...keyNode, ...stepsOf([], path)]
    const isOwn = keyNode.length === request.key.length
    const take = async (node: Steps, value: StoredValue): Promise<void> => {
      if (metrics && !metrics.has(value.metric)) return
      await batches.take(affected(node, keyNode.length, isOwn, node.length === top.length), value)
    }
    for (const part of resetParts(policies.retentionOf(key), request, nowMs)) {
      const finer = new FinerSums()
      if (part.within) for await (const value of tree.values(top, [part.within])) finer.add(value)
      for await (const value of tree.values(top, [part])) await take(top, finer.rest(value, part))
      await takeBelow(tree, top, part, take)
    }
  }
  await batches.end()
}

/** Takes away the values of all dimensions below a node. */
async function takeBelow(
  tree: StoredTree,
  node: Steps,
  part: ResetPart,
  take: (node: Steps, value: StoredValue) => Promise<void>,
): Promise<void> {
  const children = (await tree.children(node)).filter(({ kind }) => kind !== KIND_KEY)
  if (children.length === 0) return
  const finer = new Map<string, FinerSums>()
  const finerOf = ({ kind, name }: Step): FinerSums => {
    const id = `${kind} ${name}`
    let sums = finer.get(id)
    if (!sums) {
      sums = new FinerSums()
      finer.set(id, sums)
    }
    return sums
  }
  if (part.within) {
    for await (const [child, values] of tree.childValues(node, [part.within])) {
      for (const value of values) finerOf(child).add(value)
    }
  }
  for await (const [child, values] of tree.childValues(node, [part])) {
    if (child.kind === KIND_KEY) continue
    for (const value of values) await take([...node, child], finerOf(child).rest(value, part))
  }
  for (const child of children) await takeBelow(tree, [...node, child], part, take)
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
