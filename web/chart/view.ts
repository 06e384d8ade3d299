/** What a chart is told to draw, and what it tells. */
import type { ChartType } from '../../src/picture/chart-type.js'
import type { Line } from '../../src/picture/lines.js'
import type { NumberFormat } from '../../src/picture/numbers.js'

/** All that a chart draws. */
export interface ChartView {
  /** Starts of the buckets, epoch milliseconds, ascending. */
  readonly times: readonly number[]
  /** The end of the last bucket. */
  readonly endMs: number
  /** In the order of the legend; those that are switched off are left out already. */
  readonly lines: readonly Line[]
  /** By a line's id: the same buckets of the period before. Empty where nothing is compared. */
  readonly before: ReadonlyMap<string, readonly number[]>
  readonly type: ChartType
  readonly tz: string
  /** Undefined: the reader's own. */
  readonly locale: string | undefined
  readonly format: NumberFormat
  /** The last bucket is still being counted: it is shaded. */
  readonly live: boolean
}

/** What a reader does with a chart. */
export interface ChartEvents {
  /** The bucket that is pointed at, or null. Not called for what `Chart.point()` points at, whose caller knows. */
  cursor(index: number | null): void
  /** A part was dragged over: whole buckets, half-open. */
  zoom(fromMs: number, untilMs: number): void
  /** A double click, or a double tap. */
  unzoom(): void
}
