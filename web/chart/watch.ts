/** Watches whether an element can be seen, and how large it is. */

/** What is told: whenever the element comes into sight or changes its size, and whether it may be drawn at all. */
export interface Watch {
  /** It is in sight (or near it), in a tab that is in front, or is about to be printed. */
  readonly inSight: boolean
  readonly stop: () => void
}

/** So far below or above what is on the screen a chart is drawn already, so that it is there when it is scrolled to. */
const NEAR = '200px'

/** Calls `changed` when the element comes into sight, changes its size, or comes onto a screen with other pixels. */
export function watch(element: HTMLElement, changed: () => void): Watch {
  const abort = new AbortController()
  let near = false
  let printing = false
  const inSight = () => printing || (near && document.visibilityState === 'visible')
  const look = () => inSight() && changed()
  const sight = new IntersectionObserver(
    entries => {
      near = entries.at(-1)!.isIntersecting
      look()
    },
    { rootMargin: NEAR },
  )
  const size = new ResizeObserver(look)
  sight.observe(element)
  size.observe(element)
  const { signal } = abort
  document.addEventListener('visibilitychange', look, { signal })
  // uPlot's own signal that the pixels are of another size.
  addEventListener('dppxchange', look, { signal })
  addEventListener(
    'beforeprint',
    () => {
      printing = true
      changed()
    },
    { signal },
  )
  addEventListener(
    'afterprint',
    () => {
      printing = false
    },
    { signal },
  )
  return {
    get inSight() {
      return inSight()
    },
    stop: () => {
      abort.abort()
      sight.disconnect()
      size.disconnect()
    },
  }
}
