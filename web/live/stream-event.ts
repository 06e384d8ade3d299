/** What the events of a stream say, told to the graphs they are about; and what a refusal of the whole question says of each. */
import type { GraphAnswer } from '../../src/query/graph.js'
import type { GraphChange } from '../../src/query/graph-change.js'
import { applyChange } from '../../src/query/stream.js'
import type { FollowedGraph } from './followed-graph.js'
import { errorOf, Refused, type ToldProblem } from './refused.js'

/** The payload of an event. */
interface Payload {
  readonly index: number
  readonly graph?: GraphAnswer
  readonly change?: GraphChange
  readonly error?: ToldProblem
}

/** Graphs that are refused, each with the reason. */
export type RefusedGraphs = ReadonlyMap<FollowedGraph, Refused>

const NONE: RefusedGraphs = new Map()

/** Tells a graph what an event's data says. Answers the graph where that is a refusal, which is for the caller to tell. */
export function tellEvent(graphs: readonly FollowedGraph[], data: string): RefusedGraphs {
  const { index, graph, change, error } = JSON.parse(data) as Payload
  const followed = graphs[index]
  if (followed === undefined) return NONE
  if (graph !== undefined) {
    followed.isResumable = true
    followed.take(graph)
  } else if (change !== undefined && followed.answer !== null) {
    followed.take(applyChange(followed.answer, change))
  } else if (error !== undefined) {
    followed.isResumable = false
    const told = errorOf(error.status ?? 503, error)
    if (told instanceof Refused) return new Map([[followed, told]])
    followed.lose(told.message)
  }
  return NONE
}

/** The graphs that a refusal of them all is about, as far as it names them: `graphs[1].period`. */
export function graphsNamed(graphs: readonly FollowedGraph[], refused: Refused): RefusedGraphs {
  const named = new Map<FollowedGraph, Refused>()
  for (const [index, graph] of graphs.entries()) {
    const place = `graphs[${index}]`
    const errors = refused.errors
      .filter(({ field }) => field === place || field.startsWith(`${place}.`))
      .map(error => ({ ...error, field: error.field.slice(place.length + 1) }))
    if (errors.length === 0) continue
    const detail = errors.map(({ field, message }) => (field ? `${field}: ${message}` : message)).join('; ')
    named.set(graph, new Refused(refused.status, detail, refused.code, errors))
  }
  return named
}
