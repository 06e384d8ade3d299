/** Graphs as the live stream asks them. */
import type { Limits } from '../model/limits.js'
import type { Zones } from '../model/timezone.js'
import { type GraphAnswer, graph } from '../query/graph.js'
import type { GraphQuestion } from '../query/question.js'
import type { RollupReader } from '../query/reader.js'
import { changeBetween } from '../query/stream.js'
import type { LiveSource } from './topic.js'

/** A source of graphs: the answers of `/graph`, and what changed between two of them. */
export function liveGraphs(
  reader: RollupReader,
  zones: Zones,
  limits: Limits,
): LiveSource<GraphQuestion, GraphAnswer> {
  return {
    identity: question => JSON.stringify(question),
    answer: question => graph(reader, zones, question, limits),
    change: changeBetween,
    untilMs: answer => answer.to,
    version: () => reader.version(),
    now: () => reader.now(),
  }
}
