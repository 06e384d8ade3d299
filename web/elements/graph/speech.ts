/** What a screen reader is told, and how rarely: numbers that change four times a second are no news. */
import type { ElementState } from '../base/options.js'
import type { Shown } from './shown.js'

/** While nobody moves the cursor, what is read at it changes at most this often, milliseconds. */
const QUIET_MS = 20_000

/** Words for the chart, as a value, and for what happens to the graph. */
export class Speech {
  #value = ''
  #valueOf = ''
  #valueAtMs = 0
  #state: ElementState | null = null
  #said = ''

  /** What is read of the chart: the value at the cursor, or in all. */
  value(shown: Shown, nowMs: number): string {
    const { graph, metric, cursor, figure, when, change } = shown
    const about = JSON.stringify([graph.key, graph.dimension, graph.interval, metric, cursor])
    if (about === this.#valueOf && nowMs - this.#valueAtMs < QUIET_MS) return this.#value
    this.#valueOf = about
    this.#valueAtMs = nowMs
    this.#value = `${figure}${change === null ? '' : `, ${change.text}`}, ${metric} ${when}`
    return this.#value
  }

  /** What is said of itself: only that the connection is gone, or back, and what was refused. */
  state(state: ElementState, detail: string | null): string {
    const before = this.#state
    this.#state = state
    if (state === before) return this.#said
    if (state === 'stale') this.#said = 'The connection is lost. Trying again.'
    else if (state === 'refused') this.#said = detail ?? 'Refused.'
    else if (before === 'stale') this.#said = 'Connected again.'
    else if (state !== 'loading') this.#said = ''
    return this.#said
  }
}
