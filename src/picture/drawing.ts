/** What is drawn of a graph: which lines, areas and bars, from which value to which, in which order. Pure. */
import { type ChartType, isStacked } from './chart-type.js'
import type { Line, LineStyle } from './lines.js'
import { areasOf, layersOf, layersRange, stackedLines } from './stack.js'

/** What of a graph is drawn. */
export interface Drawn {
  /** Starts of the buckets, epoch milliseconds, ascending. */
  readonly times: readonly number[]
  /** In the order of the legend. */
  readonly lines: readonly Line[]
  /** By a line's id: the same buckets of the period before. Empty where nothing is compared. */
  readonly before: ReadonlyMap<string, readonly number[]>
  readonly type: ChartType
}

/** One thing that is drawn. */
export interface Layer {
  /** Of the line it belongs to. */
  readonly id: string
  /** `line`: from point to point, its ground reaching to zero · `area`: between `from` and `to` · `bars`: the same, bucket by bucket. */
  readonly shape: 'line' | 'area' | 'bars'
  readonly style: LineStyle
  /** What the line, or an area's outer edge, is drawn with. */
  readonly stroke: Ink
  readonly fill: Ink
  readonly to: readonly number[]
  /** Where an area or a bar begins; null for a line. */
  readonly from: readonly number[] | null
  /** The least and the greatest of `to`, or 0. */
  readonly min: number
  readonly max: number
}

/**
 * What something is drawn with: so much (0 to 1) of its line's own colour; `soft`, which is that colour fading towards zero; the
 * quiet `band`; the card's colour as a `gap` between two layers; or nothing.
 */
export type Ink = number | 'soft' | 'band' | 'gap' | null

/** Layers in the order they are drawn, and where each line's dot is. */
export interface Drawing {
  readonly layers: readonly Layer[]
  /** By a line's id: where it is at each bucket, for the dots at the cursor. Lines that are not drawn have none. */
  readonly dots: ReadonlyMap<string, readonly number[]>
  readonly min: number
  readonly max: number
  /** All values are whole numbers. */
  readonly whole: boolean
}

type Parts = Pick<Drawing, 'layers' | 'dots'>
type StackedType = 'stacked' | 'share' | 'bars'

/** How strong the ground of a stacked part is, by its dash: colours repeat after six, then with a weaker ground. */
const GROUNDS = new Map<number | undefined, number>([
  [undefined, 0.85],
  [7, 0.5],
  [2, 0.28],
])
/** Of overall alone as bars: ink from edge to edge would be the heaviest thing on a page. */
const LONE_GROUND = 0.7
/** Pixels: of the gap on both sides of a line that runs over coloured ground. */
const HALO = 5

/**
 * The layers of a graph. Values that are no numbers are drawn as 0: there are no gaps. Stacked types show the period before of
 * overall alone, since a part's own would be measured from another height than the part; shares show none.
 */
export function drawingOf({ lines, before, type, times }: Drawn): Drawing {
  const clean = lines.map(line => ({ ...line, points: numbersOf(line.points, times.length) }))
  const { layers, dots } = isStacked(type) ? stacked(type, clean) : plain(type, clean)
  const compared = clean.filter(({ id, kind }) => {
    return before.has(id) && type !== 'share' && (kind === 'overall' || !isStacked(type))
  })
  const earlier = compared.map(line => beforeLine(line, numbersOf(before.get(line.id)!, times.length)))
  const grounds = layers.filter(layer => layer.stroke === null || layer.shape !== 'line')
  const strokes = layers.filter(layer => !grounds.includes(layer))
  const all = [...grounds, ...earlier.reverse(), ...strokes]
  return {
    layers: all,
    dots,
    min: Math.min(0, ...all.map(layer => layer.min)),
    max: Math.max(0, ...all.map(layer => layer.max)),
    whole: all.every(layer => layer.to.every(Number.isInteger)),
  }
}

/** Each line by itself. Grounds lie below all lines; overall, which is first in the legend, goes on top. */
function plain(type: ChartType, lines: readonly Line[]): Parts {
  const grounds = lines.flatMap((line): Layer[] => {
    const soft = type === 'area' && (line.kind !== 'overall' || lines.length === 1)
    if (!soft && line.kind !== 'overall') return []
    return [layerOf(line, 'line', { stroke: null, fill: soft ? 'soft' : 'band', to: line.points })]
  })
  const strokes = lines.map(line => layerOf(line, 'line', { stroke: 1, fill: null, to: line.points }))
  return {
    layers: [...grounds, ...strokes.reverse()],
    dots: new Map(lines.map(line => [line.id, line.points])),
  }
}

/** The parts on one another; over them overall, where some are above and some below zero: the piles don't show what they come to. */
function stacked(type: StackedType, lines: readonly Line[]): Parts {
  const parts = stackedLines(lines)
  const points = parts.map(line => line.points)
  const sums = layersOf(type, points)
  const isAlone = parts.length === 1
  const oneBucket = points[0]?.length === 1
  if (isAlone && type !== 'bars' && !oneBucket) return plain('area', [{ ...parts[0]!, points: sums[0]!.to }])
  // An area of one bucket would have no width.
  const asBars = type === 'bars' || oneBucket
  const drawn = asBars ? sums.map((sum, part) => ({ ...sum, part })) : areasOf(type, points)
  const layers = drawn.map(({ from, to, part }) => {
    const line = parts[part]!
    const fill = line.kind === 'overall' ? LONE_GROUND : (GROUNDS.get(line.style.dash[0]) ?? 1)
    if (asBars) return layerOf(line, 'bars', { stroke: null, fill, to, from })
    return layerOf(line, 'area', { stroke: 'gap', fill, to, from })
  })
  const dots = new Map(parts.map((line, part) => [line.id, sums[part]!.to]))
  const net = lines.find(line => line.kind === 'overall')
  if (type === 'share' || isAlone || net === undefined || layersRange(sums).min === 0) return { layers, dots }
  const halo = { ...net, style: { ...net.style, width: HALO } }
  layers.push(layerOf(halo, 'line', { stroke: 'gap', fill: null, to: net.points }))
  layers.push(layerOf(net, 'line', { stroke: 1, fill: null, to: net.points }))
  return { layers, dots: dots.set(net.id, net.points) }
}

function beforeLine(line: Line, points: readonly number[]): Layer {
  const style = { colour: line.style.colour, dash: [3, 3], width: 1 }
  return layerOf({ id: `${line.id} before`, style }, 'line', { stroke: 0.6, fill: null, to: points })
}

function layerOf(
  { id, style }: Pick<Line, 'id' | 'style'>,
  shape: Layer['shape'],
  rest: Pick<Layer, 'stroke' | 'fill' | 'to'> & { readonly from?: readonly number[] },
): Layer {
  let min = 0
  let max = 0
  for (const value of rest.to) {
    if (value < min) min = value
    if (value > max) max = value
  }
  return { ...{ id, shape, style, min, max, from: null }, ...rest }
}

/** Exactly `length` numbers: what is none, or isn't there, is 0. */
function numbersOf(points: readonly number[], length: number): readonly number[] {
  if (points.length === length && points.every(Number.isFinite)) return points
  return Array.from({ length }, (_, i) => (Number.isFinite(points[i]) ? points[i]! : 0))
}
