/** Random expression trees, each with a text that means it, spelled with random spaces and needless parentheses. */
import fc from 'fast-check'
import type { ExpressionNode, Operator } from '../../src/model/expression/node.js'

/** A tree and one of the many texts for it. */
export interface SpelledTree {
  readonly node: ExpressionNode
  readonly text: string
}

/** The metric names of generated trees: with no column, with one, quoted ones. */
export const TREE_METRICS: readonly string[] = ['a', 'b', 'hits', 'never', 'CPU percent', 'q`,(']

/** The durations of generated trees. */
export const TREE_DURATIONS: readonly string[] = ['1w', '3mo']

const OPERATORS: readonly Operator[] = ['+', '-', '*', '/']

/** Trees up to 5 levels deep, `previous` never inside `previous`. */
export function expressionTrees(): fc.Arbitrary<SpelledTree> {
  return trees(5, true)
}

function trees(depth: number, previous: boolean): fc.Arbitrary<SpelledTree> {
  if (depth === 0) return leaves()
  const of = trees(depth - 1, previous)
  const kinds = [leaves(), binaries(of), negations(of), calls(of)]
  return fc.oneof(...kinds, ...(previous ? [shifts(trees(depth - 1, false))] : []))
}

function leaves(): fc.Arbitrary<SpelledTree> {
  const constants = fc
    .oneof(fc.nat({ max: 100 }), fc.constantFrom(0.5, 1e-7, 1e21))
    .map((value): SpelledTree => ({ node: { kind: 'constant', value }, text: `${value}` }))
  const metrics = fc.constantFrom(...TREE_METRICS).map((name): SpelledTree => {
    const text = /^[a-z]+$/.test(name) ? name : `\`${name.replaceAll('`', '``')}\``
    return { node: { kind: 'metric', name }, text }
  })
  return fc.oneof(constants, metrics)
}

function binaries(of: fc.Arbitrary<SpelledTree>): fc.Arbitrary<SpelledTree> {
  return fc.tuple(of, fc.constantFrom(...OPERATORS), of, spaces()).map(([left, operator, right, space]) => ({
    node: { kind: 'binary', operator, left: left.node, right: right.node },
    text: `(${left.text})${space}${operator}${space}(${right.text})`,
  }))
}

function negations(of: fc.Arbitrary<SpelledTree>): fc.Arbitrary<SpelledTree> {
  return fc.tuple(of, spaces()).map(([inner, space]) => ({
    node: { kind: 'negate', of: inner.node },
    text: `-${space}(${inner.text})`,
  }))
}

function calls(of: fc.Arbitrary<SpelledTree>): fc.Arbitrary<SpelledTree> {
  const call = fc.constantFrom('cumulative', 'level', 'rate', 'average')
  return fc.tuple(call, of, spaces(), fc.integer({ min: 1, max: 9 })).map(([kind, inner, space, count]) => {
    const start = `${kind}${space}(${space}${inner.text}${space}`
    if (kind === 'average')
      return { node: { kind, of: inner.node, count }, text: `${start},${space}${count})` }
    if (kind !== 'rate') return { node: { kind: kind as 'level', of: inner.node }, text: `${start})` }
    const unit = `${count}m`
    return { node: { kind, of: inner.node, unit, unitMs: count * 60_000 }, text: `${start},${unit}${space})` }
  })
}

function shifts(of: fc.Arbitrary<SpelledTree>): fc.Arbitrary<SpelledTree> {
  return fc.tuple(of, fc.constantFrom(...TREE_DURATIONS), spaces()).map(([inner, duration, space]) => ({
    node: { kind: 'previous', of: inner.node, duration },
    text: `previous(${inner.text},${space}${duration})`,
  }))
}

function spaces(): fc.Arbitrary<string> {
  return fc.constantFrom('', ' ', '  ', '\t')
}
