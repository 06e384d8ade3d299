/** The ways a graph can be drawn. */

export const CHART_TYPES = ['line', 'area', 'stacked', 'share', 'bars'] as const

/**
 * `line`: each line from zero or near it, overall among them · `area`: the same with the ground below overall filled · `stacked`:
 * the parts on top of one another · `share`: the parts of each bucket as percent of it · `bars`: a bar per bucket, of its parts.
 */
export type ChartType = (typeof CHART_TYPES)[number]

/** Whether a type lays the parts on one another, so that overall has no line of its own. */
export function isStacked(type: ChartType): type is 'stacked' | 'share' | 'bars' {
  return type === 'stacked' || type === 'share' || type === 'bars'
}
