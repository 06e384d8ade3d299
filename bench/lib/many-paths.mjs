/**
 * Many distinct paths: `parents` × `children`, one event each, in an order in which neighbours are far apart (a step that has no
 * common divisor with their number), so that neither parents nor names come sorted.
 */

/** The key they are counted under. */
export const PATHS_KEY = 'paths'
const STEP = 999_983
const SPREAD_S = 6 * 3600

export function parentName(parent) {
  return `parent-${String(parent).padStart(2, '0')}`
}

export function childName(child) {
  return `name-${String(child).padStart(6, '0')}`
}

/** What event number i counts: its path, and a value that tells it from the others. */
export function pathEvent(i, { parents, children, startS }) {
  const total = parents * children
  const place = (i * STEP) % total
  const parent = place % parents
  const child = (place - parent) / parents
  return { parent, child, cents: 1 + (place % 9973), atS: startS + Math.floor((i * SPREAD_S) / total) }
}

/** Event number i as a line of NDJSON. */
export function pathLine(i, shape) {
  const { parent, child, cents, atS } = pathEvent(i, shape)
  return (
    `{"at":${atS},"key":"${PATHS_KEY}","dimensions":["${parentName(parent)}","${childName(child)}"],` +
    `"metrics":{"hits":1,"dollars":${cents / 100}}}`
  )
}
