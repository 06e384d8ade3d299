/** What the chart and the legend draw, made from a `/graph` answer: one line each for overall, the series and what remains. */
import type { GraphAnswer } from '../../src/query/graph.js'

/** A line of the graph. */
export interface Line {
  /** Tells lines of one graph apart: a series by its name, the others by what they are. */
  readonly id: string
  readonly kind: 'overall' | 'series' | 'other' | 'unattributed'
  readonly name: string
  readonly total: number
  readonly share: number | null
  readonly points: readonly number[]
  readonly style: LineStyle
}

/** How a line looks. Colours repeat after six; the dashes don't. */
export interface LineStyle {
  /** A custom property of the style sheet. */
  readonly colour: string
  readonly dash: readonly number[]
  readonly width: number
}

const COLOURS = 6
const DASHES: readonly (readonly number[])[] = [[], [7, 4], [2, 4]]

/** Gives each series a look and keeps it as long as the series is there, whatever its rank becomes. */
export class Looks {
  #slots = new Map<string, number>()

  /** Frees the looks of series that are gone, gives the new ones the first free look. */
  assign(names: readonly string[]): void {
    const kept = new Map(
      names.flatMap(name => (this.#slots.has(name) ? [[name, this.#slots.get(name)!]] : [])),
    )
    for (const name of names) {
      if (kept.has(name)) continue
      const taken = new Set(kept.values())
      kept.set(
        name,
        names.findIndex((_, slot) => !taken.has(slot)),
      )
    }
    this.#slots = kept
  }

  /** The look of a series. */
  of(name: string): LineStyle {
    const slot = this.#slots.get(name) ?? 0
    return { colour: `--line-${slot % COLOURS}`, dash: DASHES[Math.floor(slot / COLOURS)] ?? [], width: 2 }
  }
}

/** The lines of one metric of a graph, in the order of the legend. */
export function linesOf(graph: GraphAnswer, metric: string, looks: Looks): Line[] {
  looks.assign(graph.series.map(series => series.name))
  const quiet = { colour: '--line-other', width: 1.5 }
  const lines: Line[] = [
    line(graph.overall, metric, {
      ...{ id: 'overall', kind: 'overall', name: 'Overall', share: null },
      style: { colour: '--ink', dash: [], width: 2 },
    }),
  ]
  for (const series of graph.series) {
    const { name, share } = series
    lines.push(
      line(series, metric, { id: `series ${name}`, kind: 'series', name, share, style: looks.of(name) }),
    )
  }
  if (graph.other !== null) {
    const name = `${graph.other.children} ${graph.other.children === 1 ? 'other' : 'others'}`
    lines.push(
      line(graph.other, metric, {
        id: 'other',
        kind: 'other',
        name,
        share: null,
        style: { ...quiet, dash: [2, 4] },
      }),
    )
  }
  if (graph.unattributed !== null) {
    const name = graph.dimension.length === 0 ? 'without any dimension' : `without ${graph.dimension.at(-1)}`
    lines.push(
      line(graph.unattributed, metric, {
        id: 'without',
        kind: 'unattributed',
        name,
        share: null,
        style: { ...quiet, dash: [7, 4] },
      }),
    )
  }
  return lines
}

type Sums = Pick<GraphAnswer['overall'], 'total' | 'points'>

function line(sums: Sums, metric: string, rest: Omit<Line, 'total' | 'points'>): Line {
  return { ...rest, total: sums.total[metric] ?? 0, points: sums.points[metric] ?? [] }
}
