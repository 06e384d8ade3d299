/** How the page's connection is doing, put together from what its elements and parts say of theirs (`hail-state`). */

/** `idle`: nothing of the page asks the server. */
export type ConnectionState = 'idle' | 'waiting' | 'live' | 'lost'

/** What it is called. */
export const CONNECTION_WORDS: Readonly<Record<ConnectionState, string>> = {
  idle: '',
  waiting: 'Connecting…',
  live: 'Live',
  lost: 'Reconnecting…',
}

/** Remembers the newest state of each, as long as it is in the page. */
export class Connection {
  readonly #states = new Map<Element, string>()

  /** Takes a `hail-state` event. */
  hear(event: Event): void {
    const { state } = (event as CustomEvent<{ state: string }>).detail
    const element = event.composedPath()[0]
    if (element instanceof Element) this.#states.set(element, state)
  }

  /** One lost is lost; else one that waits is waiting. A refusal came over a connection that works. */
  get state(): ConnectionState {
    for (const element of this.#states.keys()) if (!element.isConnected) this.#states.delete(element)
    const states = new Set(this.#states.values())
    if (states.has('stale')) return 'lost'
    if (states.has('loading')) return 'waiting'
    return states.size === 0 ? 'idle' : 'live'
  }
}
