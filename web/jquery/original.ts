/**
 * `$.hailwhale(host)`: the plugin's interface of 2011, so that a page of then works as it is. Drawn by the elements of today.
 */
import { serverAddress } from '../elements/base/server-address.js'
import type { Drawings } from './drawings.js'
import { fakeHits } from './fake-hits.js'
import type { JQueryLike } from './jquery.js'
import {
  colourProperties,
  countQuery,
  graphValues,
  type OriginalOptions,
  pollMs,
  totalsQuery,
} from './original-options.js'
import { type Asked, showTotals } from './totals.js'

/** A graph's place: an id with or without `#` (or a selector that begins with one, or with a class), an element, a jQuery object. */
export type Target = unknown

/** What `$.hailwhale(host)` makes. Its methods answer it again. */
export interface OriginalHailWhale {
  /** As it was given. */
  readonly host: string
  readonly opts: unknown
  /** The graphs that were added, by the id of their place, or by their number where it has none. */
  readonly charts: Record<string, HTMLElement>
  /** Draws a graph in place of whatever stands in the target; once more changes it. */
  add_graph(target: Target, extra?: OriginalOptions): OriginalHailWhale
  /** Shows totals in the target: a table for each metric. */
  graph_tables(target: Target, extra?: OriginalOptions): OriginalHailWhale
  /** Counts 25 made-up events within a few seconds. */
  trigger_fake_hits(extra?: OriginalOptions): OriginalHailWhale
}

/** `$.hailwhale`; it may be called with `new` too. */
export type OriginalFactory = (host?: string, opts?: unknown) => OriginalHailWhale

/** Late versions of the original drew a page's own table; putting totals into one would destroy what stands in it. */
const NO_PAGE_TABLES =
  'HailWhale: graph_tables shows totals now; the numbers of a table with data-hw-target are drawn no more, add_graph draws those of the server'

/** Makes `$.hailwhale`. Without a host it is the server that the plugin came from: `ownServer`, or the page's own. */
export function originalOf($: JQueryLike, drawings: Drawings, ownServer: string | null): OriginalFactory {
  return function hailwhale(host = '', opts) {
    const token = tokenIn(opts)
    const server = host === '' && ownServer !== null ? ownServer : serverAddress(host || '/')
    const whale: OriginalHailWhale = {
      ...{ host, opts, charts: {} },
      add_graph(target, extra = {}) {
        findPlace($, target, place => {
          const graph = addGraph(drawings, place, { server, token }, extra)
          whale.charts[place.id || String(Object.keys(whale.charts).length)] = graph
        })
        return whale
      },
      graph_tables(target, extra = {}) {
        findPlace($, target, place => {
          if (place.dataset.hwTarget !== undefined) return console.error(NO_PAGE_TABLES)
          const box = document.createElement('div')
          place.replaceChildren(box)
          const everyMs = extra.autoupdate ? (pollMs(extra) ?? 5000) : null
          void showTotals(box, { server, token }, totalsQuery(extra), everyMs)
        })
        return whale
      },
      trigger_fake_hits(extra = {}) {
        fakeHits(`${server}count_now?${countQuery(extra)}`, token)
        return whale
      },
    }
    return whale
  }
}

/** The one option of today: `{token: 'hw_…'}`, for a server that wants one. */
function tokenIn(opts: unknown): string | null {
  const token = (opts as { readonly token?: unknown } | null | undefined)?.token
  return typeof token === 'string' ? token : null
}

function addGraph(
  drawings: Drawings,
  place: HTMLElement,
  { server, token }: Asked,
  extra: OriginalOptions,
): HTMLElement {
  const values = { server, token, ...graphValues(extra) }
  const isFirst = drawings.in(place) === undefined
  const height = isFirst ? roomIn(place) : undefined
  const graph = drawings.draw(place, 'graph', height ? { height, ...values } : values)
  for (const [name, colour] of colourProperties(extra)) graph.style.setProperty(name, colour)
  return graph
}

/**
 * Empties a place, and answers how high it is, in pixels: that becomes the height of the chart. The place may then grow by what
 * stands around the chart, which the original drew inside it.
 */
function roomIn(place: HTMLElement): number {
  place.replaceChildren()
  const { clientHeight } = place
  if (clientHeight > 0) {
    place.style.minHeight = `${clientHeight}px`
    place.style.height = 'auto'
  }
  return clientHeight
}

/** Hands over the target, now or when the page has been read; where there is none, the console says so. */
function findPlace($: JQueryLike, target: Target, draw: (place: HTMLElement) => void): void {
  const selector = typeof target === 'string' && !/^[#.[]/.test(target) ? `#${target}` : target
  const drawOrSay = () => {
    const place = $(selector)[0]
    if (place !== undefined) draw(place)
    else console.error(`HailWhale: there is nothing to draw in: ${String(target)}`)
  }
  if ($(selector).length === 0 && document.readyState === 'loading') $(drawOrSay)
  else drawOrSay()
}
