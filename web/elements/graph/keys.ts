/** What keys do in a graph. Pure. */

/** What the keys move. */
export interface KeyTarget {
  /** How many buckets there are. */
  readonly points: number
  readonly cursor: number | null
  readonly isZoomed: boolean
  readonly isBelowHome: boolean
}

/** What is to be done. */
export type KeyAction =
  | { readonly kind: 'point'; readonly index: number | null }
  | { readonly kind: 'zoomIn' | 'zoomOut' | 'up' }

/** How many buckets PageUp and PageDown move by, of all of them. */
const PAGE = 1 / 10

/** What a key does while the chart has the focus; null: nothing, the page has it. */
export function chartKey(key: string, target: KeyTarget): KeyAction | null {
  const { points, cursor, isZoomed } = target
  const last = points - 1
  if (last < 0) return null
  const page = Math.max(1, Math.round(points * PAGE))
  const to = (index: number): KeyAction => ({ kind: 'point', index: Math.min(last, Math.max(0, index)) })
  switch (key) {
    case 'ArrowLeft':
    case 'ArrowDown':
      return to(cursor === null ? last : cursor - 1)
    case 'ArrowRight':
    case 'ArrowUp':
      return to(cursor === null ? last : cursor + 1)
    case 'PageUp':
      return to((cursor ?? last) + page)
    case 'PageDown':
      return to((cursor ?? last) - page)
    case 'Home':
      return to(0)
    case 'End':
      return to(last)
    case '+':
    case '=':
      return { kind: 'zoomIn' }
    case '-':
    case '_':
      return isZoomed ? { kind: 'zoomOut' } : null
    default:
      return null
  }
}

/** What a key does anywhere in the graph: Escape undoes the nearest of cursor, zoom and drill; Backspace goes one level up. */
export function cardKey(key: string, { cursor, isZoomed, isBelowHome }: KeyTarget): KeyAction | null {
  if (key === 'Escape' && cursor !== null) return { kind: 'point', index: null }
  if (key === 'Escape' && isZoomed) return { kind: 'zoomOut' }
  const isBack = key === 'Escape' || key === 'Backspace'
  return isBack && isBelowHome ? { kind: 'up' } : null
}
