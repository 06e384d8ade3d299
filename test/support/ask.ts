/** Shorthand for tests of questions: events without ceremony, and questions asked with the parameters of a URL. */
import { readParameters } from '../../src/intake/parameters.js'
import type { CountEvent } from '../../src/model/event.js'
import { DEFAULT_LIMITS, type Limits } from '../../src/model/limits.js'
import { DEFAULT_KEY, type Path } from '../../src/model/path.js'
import { Zones } from '../../src/model/timezone.js'
import { type GraphAnswer, graph } from '../../src/query/graph.js'
import {
  GRAPH_PARAMETERS,
  graphQuestion,
  PLOTPOINTS_PARAMETERS,
  plotpointsQuestion,
  RANK_PARAMETERS,
  rankQuestion,
  TOTALS_PARAMETERS,
  totalsQuestion,
} from '../../src/query/parameters.js'
import { type Plotpoints, plotpoints } from '../../src/query/plotpoints.js'
import { type Ranking, rank } from '../../src/query/rank.js'
import type { RollupReader } from '../../src/query/reader.js'
import { type PeriodTotals, totals } from '../../src/query/totals.js'

/** 2026-03-01T12:34:56Z, a Sunday. */
export const NOW_MS = Date.UTC(2026, 2, 1, 12, 34, 56)

/** An event as the intake makes it: `hits` is added, the key is `_` and the time `NOW_MS` by default. */
export function event(
  paths: readonly Path[],
  metrics: Readonly<Record<string, number>> = {},
  options: { readonly atMs?: number; readonly key?: Path } = {},
): CountEvent {
  return {
    key: options.key ?? DEFAULT_KEY,
    paths,
    metrics: new Map(Object.entries({ ...metrics, hits: metrics.hits ?? 1 })),
    atMs: options.atMs ?? NOW_MS,
  }
}

/** `/graph?…` */
export async function askGraph(
  reader: RollupReader,
  query: string,
  limits: Limits = DEFAULT_LIMITS,
): Promise<GraphAnswer> {
  return graph(reader, new Zones(), graphQuestion(readParameters(query, GRAPH_PARAMETERS), limits), limits)
}

/** `/plotpoints?…` */
export async function askPlotpoints(
  reader: RollupReader,
  query: string,
  limits: Limits = DEFAULT_LIMITS,
): Promise<Plotpoints> {
  const question = plotpointsQuestion(readParameters(query, PLOTPOINTS_PARAMETERS), limits)
  return plotpoints(reader, new Zones(), question, limits)
}

/** `/totals?…` */
export async function askTotals(
  reader: RollupReader,
  query: string,
  limits: Limits = DEFAULT_LIMITS,
): Promise<PeriodTotals> {
  return totals(reader, new Zones(), totalsQuestion(readParameters(query, TOTALS_PARAMETERS), limits), limits)
}

/** `/rank?…` */
export async function askRank(
  reader: RollupReader,
  query: string,
  limits: Limits = DEFAULT_LIMITS,
): Promise<Ranking> {
  return rank(reader, new Zones(), rankQuestion(readParameters(query, RANK_PARAMETERS), limits), limits)
}
