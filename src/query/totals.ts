/** `/totals`: sums over whole periods, by period, dimension and metric. A ratio's total is the ratio of the totals. */
import { HailWhaleError } from '../model/errors.js'
import type { Limits } from '../model/limits.js'
import { tidy } from '../model/number.js'
import { type Path, pathLabel } from '../model/path.js'
import type { Zones } from '../model/timezone.js'
import { type TotalsQuestion, timeLabel } from './question.js'
import type { RollupReader } from './reader.js'
import { checkPoints, type Scope, scopeOf } from './scope.js'
import { readTotals, selectSeries } from './subdimensions.js'
import { type AskedTime, rangeOf } from './time.js'
import { byMetric, type Totals } from './values.js'

/** Period, under the text it was asked with → dimension → metric → total. */
export type TotalsAnswer = Readonly<Record<string, Readonly<Record<string, Totals>>>>

/** The totals that were asked for. */
export interface PeriodTotals {
  readonly key: Path
  readonly metrics: readonly string[]
  readonly periods: readonly PeriodTotal[]
}

/** The totals of one period. */
export interface PeriodTotal {
  /** The text it was asked with. */
  readonly period: string
  readonly fromMs: number
  readonly untilMs: number
  readonly series: readonly { readonly path: Path; readonly total: Totals }[]
}

/**
 * Answers `/totals`. Throws `too_many_points`, `invalid_parameter`, and `not_kept` for a period that was asked for; where none
 * was, those that are not kept are left out.
 */
export async function totals(
  reader: RollupReader,
  zones: Zones,
  question: TotalsQuestion,
  limits: Limits,
): Promise<PeriodTotals> {
  const scope = scopeOf(reader, zones, question, limits)
  const series = question.childrenOnly ? 1 : question.dimensions.length
  checkPoints(scope, series, question.metrics.length, question.times.length)
  const periods: PeriodTotal[] = []
  for (const time of question.times) {
    const total = await periodTotal(scope, question, time)
    if (total !== null) periods.push(total)
  }
  return { key: question.key, metrics: question.metrics.map(({ text }) => text), periods }
}

/** The totals of one period, null where it is not kept and needn't be. */
async function periodTotal(
  scope: Scope,
  question: TotalsQuestion,
  time: AskedTime,
): Promise<PeriodTotal | null> {
  try {
    return await keptPeriodTotal(scope, question, time)
  } catch (error) {
    const notKept = error instanceof HailWhaleError && error.code === 'not_kept'
    if (notKept && !question.explicit) return null
    throw error
  }
}

async function keptPeriodTotal(
  scope: Scope,
  question: TotalsQuestion,
  time: AskedTime,
): Promise<PeriodTotal> {
  const { metrics, times } = question
  const range = rangeOf(time, scope)
  const series: { path: Path; total: Totals }[] = []
  for (const { path, totals } of await selectSeries(scope, question, metrics, range, times.length)) {
    const values = totals ?? (await readTotals(scope, path, metrics, range))
    series.push({ path, total: byMetric(metrics, (_, index) => tidy(values[index]!)) })
  }
  return { period: timeLabel(time), fromMs: range.fromMs, untilMs: range.untilMs, series }
}

/** The nested shape. */
export function totalsAnswer({ periods }: PeriodTotals): TotalsAnswer {
  return Object.fromEntries(
    periods.map(({ period, series }) => [
      period,
      Object.fromEntries(series.map(({ path, total }) => [pathLabel(path), total])),
    ]),
  )
}
