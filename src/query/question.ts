/**
 * Questions, as they are once their parameters are read: one type per endpoint, everything checked, every default filled in.
 * What depends on the clock or on what is kept (the buckets of a period) comes later, when the question is answered.
 */
import type { Expression } from '../model/expression/expression.js'
import type { Path } from '../model/path.js'
import type { Period } from '../model/period.js'
import type { Sort } from './order.js'
import type { AskedZone } from './scope.js'
import type { AskedTime } from './time.js'

/** How an answer is written: the endpoint's own JSON, CSV for a spreadsheet, or a flat array of rows. */
export type Format = 'json' | 'csv' | 'rows'

/** What all questions say. */
export interface Asked {
  readonly key: Path
  readonly format: Format
}

/** What all questions about values say: at least one expression, no two of the same text. */
export interface AskedValues extends Asked {
  readonly metrics: readonly Expression[]
  readonly zone: AskedZone
}

/** Which series are asked for. */
export interface AskedSeries extends AskedValues {
  readonly dimensions: readonly Path[]
  /** Only what is below the dimensions (`by`). */
  readonly childrenOnly: boolean
  /** Levels below each dimension. */
  readonly depth: number
  /** At most so many children of each parent; null: all. */
  readonly limit: number | null
  readonly sort: Sort
}

/** `/plotpoints` */
export interface PlotpointsQuestion extends AskedSeries {
  readonly time: AskedTime
}

/** `/totals` */
export interface TotalsQuestion extends AskedSeries {
  /** Times to total, each under its own text. */
  readonly times: readonly AskedTime[]
  /** The caller named the times; otherwise those that are not kept are left out. */
  readonly explicit: boolean
}

/** `/graph`, and each graph of `/stream` */
export interface GraphQuestion extends AskedValues {
  readonly dimension: Path
  readonly time: AskedTime
  /** Children with a smaller share are not shown; 0 to 1. */
  readonly threshold: number
  /** At most so many children are shown. */
  readonly limit: number
  /** The order of the shown children; null: largest share first. */
  readonly sort: Sort | null
}

/** `/rank`; its one metric is the first and only of `metrics`. */
export interface RankQuestion extends AskedValues {
  readonly dimension: Path
  readonly time: AskedTime
  /** Levels below the dimension. */
  readonly depth: number
  readonly limit: number
  /** The order of the answer; null: largest effect first, whichever its sign. */
  readonly sort: Sort | null
}

/** `/keys`, `/dimensions`, `/metric_names` */
export interface ListingQuestion extends Asked {
  readonly dimension: Path
  readonly prefix?: string
  readonly after?: string
  readonly limit: number
}

/** The text a time was asked for with, as a label: the period, or `from..to`. */
export function timeLabel(time: AskedTime): string {
  return time.kind === 'period' ? time.period.text : `${time.fromText}..${time.toText ?? 'now'}`
}

/** A period as a time. */
export function periodTime(period: Period): AskedTime {
  return { kind: 'period', period }
}
