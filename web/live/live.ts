/**
 * A page's way to one server: its questions, and the graphs that stay up to date over one connection. What the elements, the
 * dashboard and the plugin stand on. Draws nothing and formats nothing.
 */
import type { GraphAnswer } from '../../src/query/graph.js'
import { browserEnvironment, type Environment } from './environment.js'
import { FollowedGraph } from './followed-graph.js'
import type { Follower, GraphFields } from './follower.js'
import { Link } from './link.js'
import { restWhileHidden, type Sleeper } from './page-watch.js'
import { type AskGraph, Poller } from './poller.js'
import { errorIn } from './refused.js'

export type { Follower, GraphFields } from './follower.js'
export { Refused } from './refused.js'

/** A page's questions to one server. */
export class Live implements Sleeper {
  /** Base address of the server, with a `/` at its end. */
  readonly server: string
  readonly #environment: Environment
  readonly #link: Link
  readonly #pollers = new Set<Poller>()
  readonly #askGraph: AskGraph
  #isAsleep = false

  constructor(server: string, environment: Environment = browserEnvironment()) {
    this.server = server
    this.#environment = environment
    this.#askGraph = (fields, signal) => this.ask<GraphAnswer>('graph', fields, signal)
    this.#link = new Link(server, environment, this.#askGraph)
    restWhileHidden(environment, this)
  }

  /** Follows a graph until the answered function is called. The follower is told nothing before this has returned. */
  follow(fields: GraphFields, follower: Follower): () => void {
    const { pollMs } = follower
    return pollMs === undefined ? this.#link.follow(fields, follower) : this.#poll(fields, follower, pollMs)
  }

  /**
   * Asks for JSON: `path` is that of an endpoint, without a `/` in front. Throws `Refused`, or another error where there is no
   * answer now.
   */
  async ask<Answer>(path: string, fields: GraphFields, signal?: AbortSignal): Promise<Answer> {
    const url = `${this.server}${path}?${new URLSearchParams(fields)}`
    const silent = (cause: unknown) => {
      throw signal?.aborted ? cause : new Error(`${this.server} gives no answer.`, { cause })
    }
    const response = await this.#environment
      .fetch(url, { cache: 'no-store', signal: signal ?? null })
      .catch(silent)
    if (!response.ok) throw await errorIn(response)
    return (await response.json().catch(silent)) as Answer
  }

  /** Gives up all connections. The page does this by itself when it is hidden. */
  sleep(): void {
    this.#isAsleep = true
    for (const sleeper of [this.#link, ...this.#pollers]) sleeper.sleep()
  }

  /** Takes them up again. */
  wake(): void {
    this.#isAsleep = false
    for (const sleeper of [this.#link, ...this.#pollers]) sleeper.wake()
  }

  #poll(fields: GraphFields, follower: Follower, periodMs: number): () => void {
    const graph = new FollowedGraph(fields)
    const end = () => {
      leave()
      poller.sleep()
      this.#pollers.delete(poller)
    }
    const poller = new Poller({
      environment: this.#environment,
      ask: this.#askGraph,
      periodMs,
      graphs: () => [graph],
      onRefused: (_, refused) => {
        poller.sleep()
        this.#pollers.delete(poller)
        graph.refuse(refused)
      },
    })
    const leave = graph.add(follower)
    this.#pollers.add(poller)
    if (!this.#isAsleep) poller.wake()
    return end
  }
}

/** The same `Live` for the same server and token within one page, also for other copies of this script. */
export function liveAt(server: string, token?: string | null): Live {
  const lives = livesOfPage()
  const address = baseAddress(server)
  const place = token ? `${address} ${token}` : address
  const live = lives.get(place) ?? new Live(address, browserEnvironment(token))
  lives.set(place, live)
  return live
}

/** Makes a `Live` the one that all of the page ask its server by, who have no token of their own. */
export function useLive(live: Live): void {
  livesOfPage().set(live.server, live)
}

/** An address with a `/` at its end and nothing behind it; one without a host is on the page's own. */
function baseAddress(server: string): string {
  const url = new URL(server, document.baseURI)
  return `${url.origin}${url.pathname.replace(/\/?$/, '/')}`
}

/** The number is that of what copies of this script expect of one another. */
function livesOfPage(): Map<string, Live> {
  const page = globalThis as { [place: symbol]: Map<string, Live> | undefined }
  const place = Symbol.for('hailwhale.lives.1')
  page[place] ??= new Map()
  return page[place]
}
