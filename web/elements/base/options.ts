/** What all elements understand, what is known of one, and what it tells its page: types alone. */
import type { GraphAnswer } from '../../../src/query/graph.js'
import type { GraphFields } from '../../live/live.js'
import type { PathText } from './paths.js'

/** How an element is doing. */
export type ElementState = 'loading' | 'live' | 'stale' | 'empty' | 'refused'

/** What every element understands; each is an attribute and a property, and may change at any time. */
export interface ElementOptions {
  /** Base address of the server; default: where the script came from. */
  server?: string | null
  /** What a server with tokens wants of who asks. Whoever sees the page can read it: one that may only read, and only this key. */
  token?: string | null
  key?: PathText | null
  /** Another name for `key`, where a framework keeps that for itself. */
  pk?: PathText | null
  /** The path whose children are shown. */
  by?: PathText | null
  /** Names or expressions, separated by commas. */
  metrics?: string | readonly string[] | null
  period?: string | null
  from?: string | number | null
  to?: string | number | null
  interval?: string | null
  /** Default: the reader's own zone. */
  tz?: string | null
  /** How numbers are written: `percent`, `EUR`, `bytes:1` …; one for all metrics, or one each: with commas between, or an array. */
  format?: string | readonly string[] | null
  /** Language of numbers and times; default: the reader's own. */
  locale?: string | null
  theme?: 'auto' | 'light' | 'dark' | null
  /** The heading; default: made from what is shown. */
  caption?: string | null
  /** Milliseconds between questions, where no connection is to be kept open; 0: it is asked once. */
  poll?: number | string | null
  /** More parameters of the question, as they are; no attribute. */
  extra?: GraphFields | null
}

/** An answer that is there, with the question it belongs to. */
export interface Answered {
  readonly answer: GraphAnswer
  readonly fields: GraphFields
}

/** Where a refusal or a loss comes from: for words that say what to do. */
export interface Trouble {
  /** The server's own words; null: there was no answer at all. */
  readonly detail: string | null
  /** The code of a refusal, as `not_kept`; null of a loss. */
  readonly code: string | null
  /** The parameter that is wrong, where it is known. */
  readonly field: string | null
  /** Since when, epoch milliseconds. */
  readonly sinceMs: number
}

declare global {
  interface HTMLElementEventMap {
    /** An answer came. */
    'hail-answer': CustomEvent<{ readonly graph: GraphAnswer }>
    'hail-state': CustomEvent<{ readonly state: ElementState; readonly detail: string | null }>
    /** The reader looks inside a child, or goes back; what is forbidden is not done. */
    'hail-drill': CustomEvent<{ readonly by: readonly string[] }>
  }
}
