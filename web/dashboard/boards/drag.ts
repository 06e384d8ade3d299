/** Moves a panel by its handle: pulled with a pointer, or by the arrow keys. Tells which panel is to go before which place. */

/** What is told. */
export interface DragEvents {
  /** The pointer is over another place: shown, not yet done. */
  over(from: number, to: number): void
  /** It was let go; `from === to`: nothing changed. */
  drop(from: number, to: number): void
}

/** Follows the pointer from a press on the handle of the panel at `from`. Panels are found by `data-place`. */
export function dragPanel(start: PointerEvent, from: number, events: DragEvents): void {
  if (start.button !== 0) return
  start.preventDefault()
  const handle = start.currentTarget as HTMLElement
  handle.focus()
  const ended = new AbortController()
  const { signal } = ended
  let to = from
  const move = (event: PointerEvent) => {
    const place = placeAt(event.clientX, event.clientY)
    if (place === null || place === to) return
    to = place
    events.over(from, to)
  }
  const end = (event: PointerEvent) => {
    ended.abort()
    events.drop(from, event.type === 'pointerup' ? to : from)
  }
  document.addEventListener('pointermove', move, { signal })
  document.addEventListener('pointerup', end, { signal })
  document.addEventListener('pointercancel', end, { signal })
}

/** How far an arrow key moves a panel; 0 for another key. */
export function stepOf(key: string): -1 | 0 | 1 {
  if (key === 'ArrowLeft' || key === 'ArrowUp') return -1
  return key === 'ArrowRight' || key === 'ArrowDown' ? 1 : 0
}

function placeAt(x: number, y: number): number | null {
  const panel = document.elementFromPoint(x, y)?.closest<HTMLElement>('[data-place]')
  return panel === null || panel === undefined ? null : Number(panel.dataset.place)
}
