/** As much of jQuery as the plugin uses, the same in 1.12, 3 and 4. Its own types are not needed to build the plugin. */

/** What `$('…')` answers. */
export interface JQueryCollection {
  readonly length: number
  readonly [index: number]: HTMLElement
  each(visit: (index: number, element: HTMLElement) => void): this
}

/** `$` itself. */
export interface JQueryLike {
  (target: unknown): JQueryCollection
  readonly fn: Record<string, unknown> & { readonly jquery: string }
  hailwhale?: unknown
}

/** The page's jQuery, undefined where there is none before the plugin. */
export function pageJQuery(): JQueryLike | undefined {
  return (globalThis as { readonly jQuery?: JQueryLike }).jQuery
}
