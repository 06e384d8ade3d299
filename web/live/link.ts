/**
 * The one connection that all graphs of a page share: opened, resumed when what they ask changes, and tried again when it is
 * gone. Each graph's followers see answers, then changes; never how often the connection was opened for that.
 *
 * - A graph that joins or leaves reopens the stream, which goes on where it was: what the page has already is not sent again.
 * - One wrong graph is refused alone.
 * - Where the stream is held by something on the way, the graphs are polled, and the stream is tried again now and then.
 */
import type { EventSourceMessage } from 'eventsource-parser'
import { Backoff } from './backoff.js'
import { type End, openConnection } from './connection.js'
import { Alarm, type Environment } from './environment.js'
import { FollowedGraph } from './followed-graph.js'
import { FollowedGraphs } from './followed-graphs.js'
import type { Follower, GraphFields } from './follower.js'
import type { Sleeper } from './page-watch.js'
import { type AskGraph, Poller } from './poller.js'
import { type NotNow, Refused } from './refused.js'
import { graphsNamed, type RefusedGraphs, tellEvent } from './stream-event.js'

/** How long to wait for more graphs before the stream is opened with them: a page adds its graphs one after the other. */
const JOIN_MS = 20
/** The same where some only left: for so long the server sends what nobody looks at. */
const LEAVE_MS = 1_000
/** A connection that stood for this long was a good one: the next wait is short again. */
const STEADY_AFTER_MS = 10_000
/** How often graphs are polled where the stream is held, and how often the stream is tried again there. */
const POLL_MS = 2_000
const TRY_STREAM_MS = 60_000

/** A connection and what it was opened with. */
interface Open {
  readonly graphs: readonly FollowedGraph[]
  /** Those of which only what is new comes. */
  readonly resumed: readonly FollowedGraph[]
  readonly close: () => void
  /** When its stream started; null before. */
  sinceMs: number | null
}

/** All graphs of a page that follow the stream of one server. */
export class Link implements Sleeper {
  readonly #server: string
  readonly #environment: Environment
  readonly #graphs = new FollowedGraphs()
  readonly #backoff: Backoff
  readonly #changing: Alarm
  readonly #retrying: Alarm
  readonly #poller: Poller
  #isJoining = false
  #isAsleep = false
  #isHeld = false
  #open: Open | null = null
  #lastEventId: string | undefined
  #lost: { readonly why: string | null } | null = null

  /** `server`: its base address, with a `/` at the end. */
  constructor(server: string, environment: Environment, ask: AskGraph) {
    this.#server = server
    this.#environment = environment
    this.#backoff = new Backoff(() => environment.random())
    this.#changing = new Alarm(environment)
    this.#retrying = new Alarm(environment)
    this.#poller = new Poller({
      environment,
      ask,
      periodMs: POLL_MS,
      graphs: () => this.#polled(),
      onRefused: (graph, refused) => this.#refuse(new Map([[graph, refused]])),
    })
  }

  /** Follows a graph until the answered function is called. */
  follow(fields: GraphFields, follower: Follower): () => void {
    const graph = this.#graph(fields)
    const stop = graph.add(follower)
    return () => {
      stop()
      if (!graph.isFollowed) this.#changeWithin(LEAVE_MS)
    }
  }

  sleep(): void {
    this.#isAsleep = true
    this.#retrying.cancel()
    this.#poller.sleep()
    this.#close()
  }

  wake(): void {
    this.#isAsleep = false
    this.#retrying.cancel()
    const comesSoon = this.#changing.isSet && this.#isJoining
    if (this.#open === null && this.#graphs.size > 0 && !comesSoon) this.#connect()
  }

  #graph(fields: GraphFields): FollowedGraph {
    const known = this.#graphs.find(fields)
    if (known !== undefined) return known
    const graph = new FollowedGraph(fields)
    this.#graphs.add(graph)
    if (this.#lost !== null) graph.lose(this.#lost.why)
    this.#changeWithin(JOIN_MS)
    return graph
  }

  #polled(): readonly FollowedGraph[] {
    return this.#isHeld ? this.#graphs.all() : this.#graphs.beyond()
  }

  #changeWithin(ms: number): void {
    const isJoining = ms === JOIN_MS
    if (this.#changing.isSet && (this.#isJoining || !isJoining)) return
    this.#isJoining = isJoining
    this.#changing.set(ms, () => this.#change())
  }

  /** Brings the connection to what is followed now. */
  #change(): void {
    this.#graphs.sweep()
    if (this.#graphs.size === 0) this.#rest()
    else if (!this.#isAsleep && !this.#retrying.isSet) this.#reconnect()
    this.#tendPoller()
  }

  /** Opens the stream anew if it is open for other graphs. One that hasn't started yet comes back here when it does. */
  #reconnect(): void {
    const open = this.#open
    if (open === null) this.#connect()
    else if (open.sinceMs !== null && !isSame(open.graphs, this.#graphs.streamed())) this.#connect()
  }

  #connect(): void {
    this.#close()
    this.#retrying.cancel()
    const graphs = this.#graphs.streamed()
    const request = { url: `${this.#server}stream`, body: this.#body(graphs) }
    const open: Open = {
      graphs,
      resumed: graphs.filter(({ isResumable }) => isResumable),
      sinceMs: null,
      close: openConnection(this.#environment, request, {
        onOpen: () => this.#onOpen(open),
        onEvent: event => this.#onEvent(open, event),
        onEnd: end => this.#onEnd(open, end),
      }),
    }
    this.#open = open
    this.#tendPoller()
  }

  #body(graphs: readonly FollowedGraph[]): string {
    const since = this.#lastEventId
    const whole = graphs.flatMap(({ isResumable }, index) => (isResumable ? [] : [index]))
    const resume = since === undefined ? {} : { since, whole }
    return JSON.stringify({ graphs: graphs.map(({ fields }) => fields), ...resume })
  }

  #onOpen(open: Open): void {
    open.sinceMs = this.#environment.now()
    this.#isHeld = false
    this.#lost = null
    for (const graph of open.resumed) graph.regain()
    this.#change()
  }

  #onEvent({ graphs }: Open, { data, id }: EventSourceMessage): void {
    this.#refuse(tellEvent(graphs, data))
    if (id !== undefined) this.#lastEventId = id
  }

  #onEnd(open: Open, end: End): void {
    this.#open = null
    const { sinceMs, graphs } = open
    if (sinceMs !== null && this.#environment.now() - sinceMs >= STEADY_AFTER_MS) this.#backoff.reset()
    if (end === 'held') this.#hold()
    else if (end === 'cut') this.#lose(null)
    else if (end instanceof Refused) this.#onRefused(graphs, end)
    else this.#lose(end)
  }

  /** The graphs that a refusal names go; without names, all. */
  #onRefused(graphs: readonly FollowedGraph[], refused: Refused): void {
    const named = graphsNamed(graphs, refused)
    if (named.size === 0 && this.#isWithoutStream(refused)) this.#hold()
    else {
      this.#refuse(named.size > 0 ? named : new Map(graphs.map(graph => [graph, refused])))
      this.#change()
    }
  }

  /**
   * No stream here, though there may be answers. A proxy that doesn't pass `Host` on has the server take a POST of its own page
   * for one of another origin, where it lets GETs through, which say none.
   */
  #isWithoutStream({ status }: Refused): boolean {
    return status === 404 || status === 405 || (status === 403 && this.#environment.isOwn(this.#server))
  }

  #refuse(graphs: RefusedGraphs): void {
    for (const [graph, refused] of graphs) {
      this.#graphs.delete(graph)
      graph.refuse(refused)
    }
    if (graphs.size > 0) this.#changeWithin(LEAVE_MS)
  }

  #hold(): void {
    this.#isHeld = true
    this.#lost = null
    this.#retryIn(TRY_STREAM_MS)
    this.#tendPoller()
  }

  #lose(error: NotNow | null): void {
    const why = error?.message ?? null
    if (!this.#isHeld) {
      this.#lost = { why }
      for (const graph of this.#graphs.streamed()) graph.lose(why)
    }
    this.#retryIn(this.#isHeld ? TRY_STREAM_MS : Math.max(this.#backoff.next(), error?.waitMs ?? 0))
  }

  #retryIn(ms: number): void {
    this.#retrying.set(ms, () => this.#connect())
  }

  #tendPoller(): void {
    if (!this.#isAsleep && this.#polled().length > 0) this.#poller.wake()
    else this.#poller.sleep()
  }

  /** Nobody follows anything any more. */
  #rest(): void {
    this.#close()
    this.#retrying.cancel()
    this.#backoff.reset()
    this.#lost = null
  }

  #close(): void {
    this.#open?.close()
    this.#open = null
  }
}

function isSame(some: readonly FollowedGraph[], others: readonly FollowedGraph[]): boolean {
  return some.length === others.length && some.every((graph, i) => graph === others[i])
}
