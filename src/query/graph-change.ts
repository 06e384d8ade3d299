/** What `/stream` sends after a graph's first whole answer: the change to it. `stream.ts` makes and applies them. */
import type { GraphAnswer, GraphOther, GraphSeries } from './graph.js'
import type { SeriesValues } from './values.js'

/** A change. What is absent is as it was. */
export interface GraphChange {
  /** The answer as a whole, where too much is different to tell what changed. Nothing else is there then. */
  readonly whole?: GraphAnswer
  /** So many buckets went from the front of the window. */
  readonly shift?: number
  /** Starts of buckets that came at its end; all columns have 0 there before `points` are applied. */
  readonly times?: readonly number[]
  readonly from?: number
  readonly to?: number
  readonly overall?: ValuesChange
  /** All series in their new order, each as what changed of one that was there, or whole. Absent: only columns moved on. */
  readonly series?: readonly (SeriesChange | GraphSeries)[]
  /** What changed, or the whole line, or null where there is none any more. */
  readonly other?: OtherChange | GraphOther | null
  readonly unattributed?: ValuesChange | SeriesValues | null
  readonly children?: number
}

/** What changed in a line. */
export interface ValuesChange {
  /** New totals by metric, those that changed. */
  readonly totals?: Readonly<Record<string, number>>
  /** By metric, those that changed. */
  readonly columns?: Readonly<Record<string, ColumnChange>>
}

/** New values of a column: pairs of index and value one after the other (after the window moved on), or all of them. */
export type ColumnChange = { readonly set: readonly number[] } | { readonly all: readonly number[] }

/** What changed in one child's line. */
export interface SeriesChange extends ValuesChange {
  /** Its place in the answer before. */
  readonly was: number
  readonly share?: number
}

/** What changed in the line of the others. */
export interface OtherChange extends ValuesChange {
  readonly children?: number
}
