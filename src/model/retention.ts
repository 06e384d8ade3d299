import type { KeptInterval } from './interval.js'

/** How long one interval is kept: `keepMs` milliseconds back from now, `Infinity` for ever. */
export interface RetentionRule {
  readonly interval: KeptInterval
  readonly keepMs: number
}

/** What is kept of a key: finest interval first, each interval at most once, at least one. */
export type Retention = readonly RetentionRule[]
