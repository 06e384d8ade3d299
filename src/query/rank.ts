/**
 * `/rank`: which subdimensions matter, and by how much. For a ratio: which ones move it away from that of the path asked about
 * (a country with a high revenue per visitor), weighed by how many there are. For a sum: which ones make it up.
 *
 * The tree is walked level by level, large effects first, so that where it is too large to be walked whole it is the small
 * that go unseen.
 */

import { HITS } from '../model/event.js'
import { type Expression, evaluateTotal, isRatio, shareBasis } from '../model/expression/expression.js'
import type { Limits } from '../model/limits.js'
import { tidy } from '../model/number.js'
import { comparePaths, type Path } from '../model/path.js'
import type { TimeRange } from '../model/period.js'
import type { Zones } from '../model/timezone.js'
import { inputsFrom, readSeries, totalFrames } from './frames.js'
import type { RankQuestion } from './question.js'
import type { RollupReader } from './reader.js'
import { type Scope, scopeOf } from './scope.js'
import { readChildTotals } from './subdimensions.js'
import { rangeOf } from './time.js'

/** One subdimension. */
export interface RankEntry {
  readonly dimension: readonly string[]
  /** The sum; of a ratio its numerator (score × count where it isn't written as a plain division). */
  readonly value: number
  /** Events (hits); of a ratio, its denominator. */
  readonly count: number
  /** What is ranked: the sum, or the ratio. */
  readonly score: number
  /** Of a ratio, how far its score is from the parent's, relative to that; of a sum, its part of the parent's. */
  readonly difference: number
  /** By how much it moves the parent's: of a ratio (score − parent's score) × count, of a sum its value. */
  readonly effect: number
  /** A ratio with count > 5 and |difference| > 10 %; a sum of over 10 % of the parent's that its own children don't explain. */
  readonly important: boolean
}

/** The ranking. "Parent" above is the path asked about, however deep the subdimension. */
export interface Ranking {
  readonly key: Path
  readonly metric: string
  readonly fromMs: number
  readonly entries: readonly RankEntry[]
  /** False where the tree was too large: what was not looked at lies below small entries. */
  readonly complete: boolean
}

/** Paths whose children are read, at most, and subdimensions that are scored, at most. */
const MOST_READ = 2000
const MOST_SCORED = 200_000

/** A count or an amount is taken to be noise up to here, as in the original. */
const IMPORTANT_COUNT = 5
const IMPORTANT_PART = 0.1

/** Answers `/rank`. Throws `too_many_points`, `not_kept` and `invalid_parameter`. */
export async function rank(
  reader: RollupReader,
  zones: Zones,
  question: RankQuestion,
  limits: Limits,
): Promise<Ranking> {
  const scope = scopeOf(reader, zones, question, limits)
  const range = rangeOf(question.time, scope)
  const expression = question.metrics[0]!
  const measure = measureOf(expression)
  const frames = totalFrames(scope, [expression, measure.counted], range)
  const inputs = inputsFrom(frames, await readSeries(scope, question.dimension, frames))
  const parent = measure.of(each => evaluateTotal(each, inputs))
  const { nodes, complete } = await walk(scope, question, measure, parent, range)
  const important = importance(measure, parent, nodes)
  const entries = nodes.map(node => entryOf(node, important.has(node)))
  const ordered = entries.sort(orderOf(question)).slice(0, question.limit)
  return { key: question.key, metric: expression.text, fromMs: range.fromMs, entries: ordered, complete }
}

/** How a series is scored. */
interface Measure {
  readonly ratio: boolean
  readonly expression: Expression
  /** What `count` is. */
  readonly counted: Expression
  /** `totalOf` is told expressions of the question's and parts of them. */
  of(totalOf: (expression: Expression) => number): Score
}

interface Score {
  readonly value: number
  readonly score: number
  readonly count: number
}

/** A subdimension on the way. */
interface Node extends Score {
  readonly path: Path
  readonly up: Node | null
  readonly difference: number
  readonly effect: number
}

function measureOf(expression: Expression): Measure {
  const ratio = isRatio(expression)
  const numerator = numeratorOf(expression)
  const counted: Expression = ratio
    ? shareBasis(expression)
    : { text: HITS, root: { kind: 'metric', name: HITS } }
  return {
    ratio,
    expression,
    counted,
    of: totalOf => {
      const score = totalOf(expression)
      const count = totalOf(counted)
      if (!ratio) return { value: score, score, count }
      return { value: numerator ? totalOf(numerator) : score * count, score, count }
    },
  }
}

/** The dividend of a plain division. */
function numeratorOf({ text, root }: Expression): Expression | undefined {
  return root.kind === 'binary' && root.operator === '/' ? { text, root: root.left } : undefined
}

async function walk(
  scope: Scope,
  { dimension, depth }: RankQuestion,
  measure: Measure,
  parent: Score,
  range: TimeRange,
): Promise<{ nodes: Node[]; complete: boolean }> {
  const nodes: Node[] = []
  let read = 0
  let level: (Node | null)[] = [null]
  for (let below = 0; below < depth && level.length > 0; below++) {
    const next: Node[] = []
    for (const up of level) {
      if (read === MOST_READ || nodes.length >= MOST_SCORED) return { nodes, complete: false }
      read += 1
      const path = up?.path ?? dimension
      const children = await readChildTotals(scope, path, [measure.expression, measure.counted], range)
      const totals = new Map<Expression, Float64Array>()
      const totalsOf = (expression: Expression): Float64Array => {
        const known = totals.get(expression) ?? children.totals(expression)
        totals.set(expression, known)
        return known
      }
      for (let i = 0; i < children.count; i++) {
        const own = measure.of(expression => totalsOf(expression)[i]!)
        const node = { path: [...path, children.child(i).name], up, ...scored(measure, parent, own) }
        next.push(node)
        nodes.push(node)
      }
    }
    level = next.sort((a, b) => Math.abs(b.effect) - Math.abs(a.effect))
  }
  return { nodes, complete: true }
}

function scored(measure: Measure, parent: Score, own: Score): Score & { difference: number; effect: number } {
  const moved = own.score - parent.score
  if (measure.ratio) return { ...own, difference: relative(moved, parent.score), effect: moved * own.count }
  return { ...own, difference: relative(own.score, parent.score), effect: own.score }
}

/** part / |whole|; of nothing, anything is all. */
function relative(part: number, whole: number): number {
  return whole === 0 ? Math.sign(part) : part / Math.abs(whole)
}

function importance(measure: Measure, parent: Score, nodes: readonly Node[]): ReadonlySet<Node> {
  if (measure.ratio) {
    return new Set(
      nodes.filter(({ count, difference }) => {
        return count > IMPORTANT_COUNT && Math.abs(difference) > IMPORTANT_PART
      }),
    )
  }
  const explained = new Map<Node, number>()
  for (const { up, score } of nodes) if (up !== null) explained.set(up, (explained.get(up) ?? 0) + score)
  const large = Math.abs(parent.score) * IMPORTANT_PART
  return new Set(
    nodes.filter(node => {
      return Math.abs(node.score) > large && Math.abs(node.score - (explained.get(node) ?? 0)) > large
    }),
  )
}

function entryOf(node: Node, important: boolean): RankEntry {
  const { path, value, score, count, difference, effect } = node
  return {
    dimension: path,
    value: tidy(value),
    count: tidy(count),
    score: tidy(score),
    difference: tidy(difference),
    effect: tidy(effect),
    important,
  }
}

/** By name or value where that was asked for; otherwise the largest effect first, whichever its sign. */
function orderOf({ sort }: RankQuestion): (a: RankEntry, b: RankEntry) => number {
  const byPath = (a: RankEntry, b: RankEntry): number =>
    comparePaths(a.dimension, b.dimension) || compareNamesakes(a, b)
  if (sort === null) return (a, b) => Math.abs(b.effect) - Math.abs(a.effect) || byPath(a, b)
  const sign = sort.descending ? -1 : 1
  if (sort.by === 'name') return (a, b) => sign * byPath(a, b)
  return (a, b) => sign * (a.score - b.score) || byPath(a, b)
}

/** An overflow child is called as a real child may be, and so are all below them: the larger one comes first. */
function compareNamesakes(a: RankEntry, b: RankEntry): number {
  return b.value - a.value || b.count - a.count || Number(b.important) - Number(a.important)
}
