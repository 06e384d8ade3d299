/** What runs in a page with elements, in whichever browser: functions that stand alone, as they are passed to the page as text. */
import type { GraphAnswer } from '../../src/query/graph.js'

/** An element of ours, as a page's script sees it. */
export interface PageElement extends HTMLElement {
  readonly state: string
  readonly graph: GraphAnswer | null
}

/** How many elements of a selector are in a state. */
export function inState(selector: string, state: string): number {
  return Array.from(document.querySelectorAll<PageElement>(selector)).filter(each => each.state === state)
    .length
}

/** What a part of the first element of a selector has in it, as text; null where it isn't there. */
export function partText(selector: string, part: string): string | null {
  const text = document.querySelector(selector)?.shadowRoot?.querySelector(part)?.textContent
  return text?.replace(/\s+/g, ' ').trim() ?? null
}

/** How many of the graphs in a page have a curve in their canvas: more than one colour that isn't see-through. */
export function drawnGraphs(): number {
  const isDrawn = (canvas: HTMLCanvasElement | null | undefined) => {
    if (!canvas || canvas.width === 0) return false
    const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height)
    const colours = new Set<number>()
    for (const pixel of new Uint32Array(data.buffer)) if (pixel >>> 24 > 0) colours.add(pixel)
    return colours.size > 1
  }
  return Array.from(document.querySelectorAll('hail-graph')).filter(graph =>
    isDrawn(graph.shadowRoot?.querySelector('canvas')),
  ).length
}

/** Every sum of a metric in an answer that must be the same: the total, that of the points, that of the parts, and of their points. */
export function sums(selector: string, metric: string): number[] | null {
  const graph = document.querySelector<PageElement>(selector)?.graph
  if (!graph) return null
  const sum = (values: readonly (number | null)[]) =>
    values.reduce<number>((all, each) => all + (each ?? 0), 0)
  const { overall, series } = graph
  return [
    overall.total[metric] ?? 0,
    sum(overall.points[metric] ?? []),
    sum(series.map(({ total }) => total[metric] ?? 0)),
    sum(series.flatMap(({ points }) => points[metric] ?? [])),
  ]
}
