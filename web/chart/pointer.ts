/** What a pointer does over a chart: it points, drags over a part, clicks twice. Mouse, pen and finger. */

/** Where a pointer is, in pixels of the page. */
export interface PointerPlace {
  readonly clientX: number
  readonly clientY: number
}

/** What is told. */
export interface Gestures {
  /** Points there, or (null) nowhere. */
  point(place: PointerPlace | null): void
  /** Drags from one place to another; null: it was given up. */
  drag(span: { readonly fromX: number; readonly toX: number } | null): void
  /** Let go where it was dragged to last. */
  drop(): void
  /** Clicked or tapped twice. */
  twice(): void
}

/** Pixels and milliseconds. */
const DRAG_FROM = 5
const TAP_NEAR = 24
const TAP_SOON_MS = 350

/**
 * Listens to an element until `signal` aborts. A finger points as it moves to the left or right (up and down it scrolls the page),
 * and what it pointed at stays until it taps elsewhere; a mouse zooms by dragging.
 */
export function followPointer(element: HTMLElement, gestures: Gestures, signal: AbortSignal): void {
  let start: PointerEvent | null = null
  let dragging = false
  let lastTap: PointerEvent | null = null
  let isFinger = false

  const giveUp = () => {
    if (dragging) gestures.drag(null)
    start = null
    dragging = false
  }
  const on = <Name extends keyof HTMLElementEventMap>(
    name: Name,
    does: (event: HTMLElementEventMap[Name]) => void,
  ) => element.addEventListener(name, does, { signal })

  on('pointerdown', event => {
    isFinger = event.pointerType === 'touch'
    if (!isFinger && event.button === 0) start = event
    gestures.point(event)
  })
  on('pointermove', event => {
    if (event.pointerType === 'touch' && event.buttons === 0) return
    if (start !== null && event.buttons === 0) giveUp()
    gestures.point(event)
    if (start === null) return
    if (!dragging && Math.abs(event.clientX - start.clientX) >= DRAG_FROM) {
      dragging = true
      element.setPointerCapture(event.pointerId)
    }
    if (dragging) gestures.drag({ fromX: start.clientX, toX: event.clientX })
  })
  on('pointerup', event => {
    if (event.pointerType === 'touch') {
      const twice = lastTap !== null && isSecondTap(lastTap, event)
      lastTap = twice ? null : event
      if (twice) gestures.twice()
      return
    }
    if (dragging) gestures.drop()
    start = null
    dragging = false
  })
  on('pointercancel', () => {
    giveUp()
    gestures.point(null)
  })
  on('pointerleave', event => {
    if (event.pointerType !== 'touch' && !dragging) gestures.point(null)
  })
  // A finger's two taps are told apart above: not every browser calls them a double click.
  on('dblclick', () => {
    if (!isFinger) gestures.twice()
  })
  const elsewhere = (event: PointerEvent) => {
    if (event.pointerType === 'touch' && !event.composedPath().includes(element)) gestures.point(null)
  }
  document.addEventListener('pointerdown', elsewhere, { signal, capture: true })
  const onKey = (event: KeyboardEvent) => {
    if (event.key !== 'Escape') return
    giveUp()
    gestures.point(null)
  }
  document.addEventListener('keydown', onKey, { signal, capture: true })
}

function isSecondTap(first: PointerEvent, second: PointerEvent): boolean {
  const near = Math.hypot(first.clientX - second.clientX, first.clientY - second.clientY) <= TAP_NEAR
  return near && second.timeStamp - first.timeStamp <= TAP_SOON_MS
}
