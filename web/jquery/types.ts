/**
 * What the plugin adds to jQuery's own types (`@types/jquery`), for those who write TypeScript:
 * `import type {} from 'hailwhale/jquery'`. There is nothing in it to run.
 */
import type { OriginalFactory, OriginalHailWhale } from './original.js'
import type { OriginalOptions } from './original-options.js'
import type { HailWhaleOptions } from './widget.js'

export type { HailWhaleOptions, OriginalFactory, OriginalHailWhale, OriginalOptions }

declare global {
  interface JQuery<TElement = HTMLElement> {
    /** Draws one of the elements in each matched element, or changes what was drawn before. */
    hailwhale(options?: HailWhaleOptions): this
    /** Takes away what was drawn. */
    hailwhale(method: 'destroy'): this
    /** The element that was drawn in the first match. */
    hailwhale(method: 'element'): HTMLElement | undefined
  }

  interface JQueryStatic {
    /** The interface of 2011. */
    readonly hailwhale: OriginalFactory
  }
}
