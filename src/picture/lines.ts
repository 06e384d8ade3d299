/** What a graph draws, made from a `/graph` answer: one line each for overall, the series and what remains. Pure. */
import type { GraphAnswer } from '../query/graph.js'
import { othersName, withoutName } from './names.js'

/** A line of the graph. */
export interface Line {
  /** Tells lines of one graph apart, and is the same from answer to answer: a series by its name, the others by what they are. */
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
  /** `ink`, `other`, or the index of a line's colour in the palette. */
  readonly colour: 'ink' | 'other' | number
  readonly dash: readonly number[]
  /** Pixels. */
  readonly width: number
}

const COLOURS = 6
const DASHES: readonly (readonly number[])[] = [[], [7, 4], [2, 4]]

/** Gives each series a look and keeps it as long as the series is there, whatever its rank becomes. */
export class Looks {
  #slots = new Map<string, number>()

  /** Frees the looks of series that are gone, gives the new ones the first free look. */
  assign(ids: readonly string[]): void {
    const kept = new Map(ids.flatMap(id => (this.#slots.has(id) ? [[id, this.#slots.get(id)!]] : [])))
    for (const id of ids) {
      if (kept.has(id)) continue
      const taken = new Set(kept.values())
      kept.set(
        id,
        ids.findIndex((_, slot) => !taken.has(slot)),
      )
    }
    this.#slots = kept
  }

  /** The look of a series. */
  of(id: string): LineStyle {
    const slot = this.#slots.get(id) ?? 0
    return { colour: slot % COLOURS, dash: DASHES[Math.floor(slot / COLOURS)] ?? [], width: 2 }
  }
}

/** The lines of one metric of a graph, in the order of the legend: overall first, what remains last. */
export function linesOf(graph: GraphAnswer, metric: string, looks: Looks): Line[] {
  const ids = graph.series.map(series => `${series.overflow ? 'overflow' : 'series'} ${series.name}`)
  looks.assign(ids)
  const lines = [
    line(graph.overall, metric, {
      ...{ id: 'overall', kind: 'overall', name: 'Overall', share: null },
      style: { colour: 'ink', dash: [], width: 2 },
    }),
    ...graph.series.map((series, place) => {
      const { name, share } = series
      const id = ids[place]!
      return line(series, metric, { id, kind: 'series', name, share, style: looks.of(id) })
    }),
  ]
  if (graph.other !== null) {
    const name = othersName(graph.other.children)
    lines.push(line(graph.other, metric, { ...quiet([2, 4]), id: 'other', kind: 'other', name }))
  }
  if (graph.unattributed !== null) {
    const name = withoutName(graph.dimension)
    lines.push(
      line(graph.unattributed, metric, { ...quiet([7, 4]), id: 'without', kind: 'unattributed', name }),
    )
  }
  return lines
}

function quiet(dash: readonly number[]): Pick<Line, 'share' | 'style'> {
  return { share: null, style: { colour: 'other', dash, width: 1.5 } }
}

type Sums = Pick<GraphAnswer['overall'], 'total' | 'points'>

function line(sums: Sums, metric: string, rest: Omit<Line, 'total' | 'points'>): Line {
  return { ...rest, total: sums.total[metric] ?? 0, points: sums.points[metric] ?? [] }
}
