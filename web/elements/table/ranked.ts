/**
 * The children that come first in an order, where a graph's answer hasn't got them: `/totals` knows all children, and puts them
 * in any order.
 */

import type { PlotpointsAnswer } from '../../../src/query/plotpoints.js'
import type { TotalRow } from '../../../src/query/rows.js'
import type { GraphFields, Live } from '../../live/live.js'
import { sortText, type TableSort } from './rows.js'

/** What is asked. */
export interface RankedQuestion {
  /** The question of the graph. */
  readonly fields: GraphFields
  readonly metrics: readonly string[]
  readonly sort: TableSort
  readonly limit: number
  /** Whether the points of the first metric are wanted as well. */
  readonly course: boolean
}

/** What comes of it. */
export interface RankedAnswer {
  readonly totals: readonly TotalRow[]
  /** By the labels of the children. */
  readonly points: ReadonlyMap<string, readonly number[]>
}

const NO_POINTS: PlotpointsAnswer = {}

/** The address of the table for a spreadsheet: all children, in this order. */
export function csvAddress(server: string, fields: GraphFields, sort: string): string {
  return `${server}totals?${new URLSearchParams({ ...childrenOf(fields), sort, format: 'csv' })}`
}

/** Asks. Throws what `live.ask` throws. */
export async function askRanked(
  live: Live,
  question: RankedQuestion,
  signal: AbortSignal,
): Promise<RankedAnswer> {
  const { fields, metrics, sort, limit, course } = question
  const asked = { ...childrenOf(fields), sort: sortText(sort, metrics), limit: `${limit}` }
  const [first = ''] = metrics
  const ordering = sort.by === 'name' ? [] : [metrics[sort.by] ?? first]
  const columns = JSON.stringify([...new Set([first, ...ordering])])
  const [totals, points] = await Promise.all([
    live.ask<readonly TotalRow[]>('totals', { ...asked, format: 'rows' }, signal),
    course ? live.ask<PlotpointsAnswer>('plotpoints', { ...asked, metrics: columns }, signal) : NO_POINTS,
  ])
  const courses = Object.entries(points).map(([label, byMetric]) => {
    return [label, (byMetric[first] ?? []).map(([, value]) => value)] as const
  })
  return { totals, points: new Map(courses) }
}

/** A graph's question about children as other endpoints have it. */
function childrenOf({ threshold: _, limit: __, ...fields }: GraphFields): Record<string, string> {
  return { by: '_', ...fields }
}
