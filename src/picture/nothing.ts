/** Whether there is anything in an answer. Pure. */
import type { GraphAnswer } from '../query/graph.js'

/** Whether a graph has nothing in it: no child, and no point that is not zero. */
export function isEmptyGraph(graph: GraphAnswer): boolean {
  const columns = Object.values(graph.overall.points)
  return graph.children === 0 && columns.every(points => points.every(value => value === 0))
}

/** Whether all that could be drawn is zero: so it is with a metric that has another name. */
export function isFlat(graph: GraphAnswer | null): boolean {
  if (graph === null || graph.series.length > 0) return false
  const columns = [graph.overall, graph.other].flatMap(values => Object.values(values?.points ?? {}))
  return columns.every(points => points.every(value => value === 0))
}
