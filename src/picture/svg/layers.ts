/** What is drawn of a graph's lines: lines, grounds, bars and dots, in their colours. Pure. */
import { cellsOf } from '../cells.js'
import type { Layer } from '../drawing.js'
import { DOT_SIZE, DOT_SPACE, SOFT_FAR, SOFT_NEAR } from '../measures.js'
import { coordinate, element, type Svg, together } from './element.js'
import type { Field } from './field.js'
import { areaPaths, barsPath, groundPath, linePath } from './shapes.js'
import { type Colour, fill, stopOf, stroke } from './sheet.js'
import type { View } from './view.js'

/** A layer, drawn. */
export function layerShapes(view: View, layer: Layer, field: Field): Svg {
  const { graph } = view.picture
  const { times, edges } = cellsOf(graph.times, graph.to)
  const { place } = field
  const layered = { from: layer.from ?? times.map(() => 0), to: layer.to }
  if (layer.shape === 'bars') return ground(layer, barsPath(edges, layered, place), field)
  if (layer.shape === 'area') {
    const { ground: within, edge } = areaPaths(times, layered, place)
    return together(ground(layer, within, field), outline(layer, edge))
  }
  return together(
    layer.fill === null ? together() : ground(layer, groundPath(times, layer.to, place), field),
    layer.stroke === null ? together() : outline(layer, linePath(times, layer.to, place)),
    dots(layer, times, field),
  )
}

function ground({ fill: ink, style, min, max }: Layer, d: string, { place }: Field): Svg {
  if (ink === null || ink === 'gap' || d === '') return together()
  if (ink === 'band') return element('path', { class: fill('band'), d })
  if (ink !== 'soft')
    return element('path', { class: fill(style.colour), 'fill-opacity': ink === 1 ? undefined : ink, d })
  const [top, bottom] = [place.y(max), place.y(min)]
  // Two of the same name are the same, also those of two pictures of one theme in a page.
  const id = `hw-g-${style.colour}-${Math.round(top)}-${Math.round(place.y(0))}-${Math.round(bottom)}`
  return together(
    element(
      'linearGradient',
      { id, gradientUnits: 'userSpaceOnUse', x1: 0, x2: 0, y1: top, y2: bottom },
      ...fading(style.colour, max / (max - min)),
    ),
    element('path', { fill: `url(#${id})`, d }),
  )
}

/** From strong at the highest and the lowest value to nearly nothing at zero, which is `zero` of the way down. */
function fading(colour: Colour, zero: number): Svg[] {
  const stop = (offset: number, strength: number) =>
    element('stop', { class: stopOf(colour), offset, 'stop-opacity': strength })
  return [
    ...(zero > 0 ? [stop(0, SOFT_FAR)] : []),
    stop(Number.isFinite(zero) ? zero : 1, SOFT_NEAR),
    ...(zero < 1 ? [stop(1, SOFT_FAR)] : []),
  ]
}

function outline({ stroke: ink, style, shape }: Layer, d: string): Svg {
  if (ink === 'gap') {
    const width = shape === 'line' ? style.width : undefined
    return element('path', { class: stroke('card'), fill: 'none', 'stroke-width': width, d })
  }
  if (typeof ink !== 'number') return together()
  const isSolid = style.dash.length === 0
  return element('path', {
    ...{ class: stroke(style.colour), fill: 'none', 'stroke-width': style.width, 'stroke-linejoin': 'round' },
    'stroke-linecap': isSolid ? 'round' : undefined,
    'stroke-dasharray': isSolid ? undefined : style.dash.join(' '),
    'stroke-opacity': ink === 1 ? undefined : ink,
    d,
  })
}

function dots(layer: Layer, times: readonly number[], { place, width }: Field): Svg {
  if (layer.stroke !== 1 || (times.length > 1 && width / (times.length - 1) < DOT_SPACE)) return together()
  const points = layer.to.map(
    (value, i) => `M${coordinate(place.x(times[i]!))} ${coordinate(place.y(value))}h0`,
  )
  return element('path', {
    ...{ class: stroke(layer.style.colour), 'stroke-width': DOT_SIZE, 'stroke-linecap': 'round' },
    d: points.join(''),
  })
}
