/** What `<hail-graph>` understands beside what all elements do, and what it tells its page: types alone. */
import type { ChartType } from '../../../src/picture/chart-type.js'
import type { ElementOptions } from '../base/options.js'
import type { Stretch } from './place.js'

/** Its options. */
export interface GraphOptions extends ElementOptions {
  type?: ChartType | null
  /** Children with a smaller share are not drawn, 0 to 1; default 0.1. */
  threshold?: number | string | null
  /** At most so many children. */
  limit?: number | string | null
  /** A metric or `name`, with a minus for the largest first. */
  sort?: string | null
  /** Present: the period before is drawn beside; or how long before, as `1w`. */
  compare?: string | boolean | null
  legend?: 'below' | 'none' | null
  /** Of the chart, in pixels; or `fill`: what is left of the height that the page gives the element. */
  height?: number | string | null
  /** 0: overall alone, without children. */
  depth?: number | string | null
}

declare global {
  interface HTMLElementEventMap {
    /** The reader zoomed, or with null out again; what is forbidden is not done. */
    'hail-zoom': CustomEvent<Stretch | null>
    /** An empty graph offered something else, and it was taken. */
    'hail-choose': CustomEvent<{
      readonly metrics?: string
      readonly period?: string
      readonly by?: readonly string[]
    }>
  }
}
