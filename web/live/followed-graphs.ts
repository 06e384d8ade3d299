/** The different questions that a page follows. The first of them share the stream; those beyond what one stream takes don't fit. */
import type { FollowedGraph } from './followed-graph.js'
import type { GraphFields } from './follower.js'

/** Graphs that the server takes on one stream. */
const MOST_GRAPHS = 200

/** Followed graphs by what they ask, in the order in which they came. */
export class FollowedGraphs {
  readonly #graphs = new Map<string, FollowedGraph>()

  get size(): number {
    return this.#graphs.size
  }

  /** All of them. */
  all(): readonly FollowedGraph[] {
    return [...this.#graphs.values()]
  }

  /** Those that one stream takes. */
  streamed(): readonly FollowedGraph[] {
    return this.all().slice(0, MOST_GRAPHS)
  }

  /** Those beyond. */
  beyond(): readonly FollowedGraph[] {
    return this.all().slice(MOST_GRAPHS)
  }

  /** The graph that asks the same, if there is one. */
  find(fields: GraphFields): FollowedGraph | undefined {
    return this.#graphs.get(identityOf(fields))
  }

  add(graph: FollowedGraph): void {
    this.#graphs.set(identityOf(graph.fields), graph)
  }

  /** Forgets a graph; one that asks the same may be another by now, and stays. */
  delete(graph: FollowedGraph): void {
    if (this.find(graph.fields) === graph) this.#graphs.delete(identityOf(graph.fields))
  }

  /** Forgets all that nobody follows any more. */
  sweep(): void {
    for (const graph of this.all()) if (!graph.isFollowed) this.delete(graph)
  }
}

/** The same text for the same question, however its fields are ordered. */
function identityOf(fields: GraphFields): string {
  return JSON.stringify(Object.entries(fields).sort(([a], [b]) => (a < b ? -1 : 1)))
}
