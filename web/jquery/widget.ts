/** `$('#x').hailwhale({…})`: one of the elements in each matched element. */

import { serverAddress } from '../elements/base/server-address.js'
import { canonical, ELEMENTS, isElementName } from '../embed/attributes.js'
import type { Drawings } from './drawings.js'
import type { JQueryCollection } from './jquery.js'

/** The options: the attributes of the elements. A path or a list may be an array; null takes an attribute away again. */
export interface HailWhaleOptions {
  /** Which element is drawn; `graph` unless said otherwise. */
  element?: 'graph' | 'number' | 'table' | 'rank'
  /** Base address of the server; default: the one that the plugin came from. */
  server?: string
  /** What a server with tokens wants of who asks. */
  token?: string | null
  key?: string | readonly string[]
  by?: string | readonly string[] | null
  metrics?: string | readonly string[]
  period?: string | null
  from?: string | number | null
  to?: string | number | null
  interval?: string | null
  tz?: string | null
  format?: string | readonly string[] | null
  locale?: string | null
  theme?: 'auto' | 'light' | 'dark'
  caption?: string | null
  /** Milliseconds: ask again and again instead of the stream. */
  poll?: number | null
  type?: 'line' | 'area' | 'stacked' | 'share' | 'bars'
  threshold?: number | null
  limit?: number | null
  sort?: string | null
  /** True: the period before; or how long before, as `1w`. */
  compare?: boolean | string
  depth?: number | null
  legend?: 'below' | 'none'
  /** Pixels; or `fill`: what is left of the height that the page gives the element. */
  height?: number | 'fill' | null
  /** Of a number: `down` where less is better. */
  good?: 'up' | 'down' | null
  /** Of a table: with the course of the first metric in each row. */
  sparkline?: boolean
}

/** The function that becomes `$.fn.hailwhale`. */
export interface HailWhaleWidget {
  /** Draws, or changes what was drawn before: only the options that are named. */
  (this: JQueryCollection, options?: HailWhaleOptions): JQueryCollection
  /** Takes away what was drawn. */
  (this: JQueryCollection, method: 'destroy'): JQueryCollection
  /** The element that was drawn in the first matched one; undefined where there is none. */
  (this: JQueryCollection, method: 'element'): HTMLElement | undefined
}

/** Makes `$.fn.hailwhale`. It throws an Error for a method or an element that there is not. */
export function widgetOf(drawings: Drawings): HailWhaleWidget {
  function hailwhale(this: JQueryCollection, argument: HailWhaleOptions | 'destroy' | 'element' = {}) {
    if (argument === 'element') return this[0] && drawings.in(this[0])
    if (argument === 'destroy') return this.each((_, target) => drawings.remove(target))
    if (typeof argument !== 'object') {
      throw new Error(`hailwhale: there is no method '${argument}'; there are destroy and element`)
    }
    const { element: name, ...values } = valuesOf(argument)
    if (name !== undefined && !isElementName(name)) {
      throw new Error(`hailwhale: there is no element '${name}'; there are ${ELEMENTS.join(', ')}`)
    }
    return this.each((_, target) => {
      drawings.draw(target, name, values)
    })
  }
  return hailwhale as HailWhaleWidget
}

function valuesOf(options: HailWhaleOptions): Record<string, unknown> {
  const { server, format, ...rest } = options
  return {
    ...canonical(rest),
    ...(server !== undefined && { server: serverAddress(server) }),
    ...(format !== undefined && { format: Array.isArray(format) ? format.join(',') : format }),
  }
}
