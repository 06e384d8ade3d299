/** Where a box stands beside a point without leaving the box around both. Pure. */

const GAP = 14

interface Size {
  readonly width: number
  readonly height: number
}

/** Right of the point, left of it where there is no room; as high as the point, but within. In whole pixels. */
export function placeBeside(
  at: { readonly left: number; readonly top: number },
  size: Size,
  around: Size,
): { left: number; top: number } {
  const right = at.left + GAP
  const left = at.left - GAP - size.width
  const fitsRight = right + size.width <= around.width
  // Where it fits on neither side, on the side that has more room, over the point.
  const wanted = fitsRight || (left < 0 && at.left < around.width / 2) ? right : left
  return {
    left: within(wanted, around.width - size.width),
    top: within(at.top - size.height / 2, around.height - size.height),
  }
}

function within(wanted: number, most: number): number {
  return Math.max(0, Math.floor(Math.min(wanted, most)))
}
