/**
 * A path: the names from the outside in, `['sales', 'p1']`. Keys are paths of at least one name; a dimension may
 * be the root, the empty path, which is written `_`. Names are compared byte for byte after NFC.
 */
export type Path = readonly string[]

/** The root dimension: overall. */
export const ROOT: Path = []

/** The name that stands for the root dimension, and for the default key, on the wire. */
export const ROOT_NAME = '_'

/** The key of events and questions that name none. */
export const DEFAULT_KEY: Path = [ROOT_NAME]

/** How the overflow child is shown. */
export const OVERFLOW_NAME = '…'

/**
 * How a dimension is called in answers: `_` for the root, the bare name one level down, a JSON array for deeper paths, and a
 * JSON array too for a bare name that is `_`, is empty or starts with `[`. Different paths have different labels.
 */
export function pathLabel(path: Path): string {
  if (path.length === 0) return ROOT_NAME
  const name = path[0]!
  const bare = path.length === 1 && name !== '' && name !== ROOT_NAME && name.charCodeAt(0) !== 0x5b
  return bare ? name : JSON.stringify(path)
}

/** A path for people to read, in messages and logs: `sales › p1`; the root is `_`. Not to be parsed. */
export function pathText(path: Path): string {
  return path.length === 0 ? ROOT_NAME : path.join(' › ')
}

/** Whether `path` is `prefix` or goes on below it. */
export function isPrefix(prefix: Path, path: Path): boolean {
  if (prefix.length > path.length) return false
  // From the end: paths of one event differ there most often.
  for (let i = prefix.length - 1; i >= 0; i--) if (prefix[i] !== path[i]) return false
  return true
}

/** The prefixes of a path, shortest first: the root, …, the path itself. */
export function prefixesOf(path: Path): Path[] {
  const prefixes: Path[] = []
  for (let length = 0; length <= path.length; length++) prefixes.push(path.slice(0, length))
  return prefixes
}

/**
 * Compares two well-formed texts by the bytes of their UTF-8 (which is the order of their code points): negative, 0 or positive.
 * UTF-16 has another order only where a surrogate meets U+E000–U+FFFF, so those two ranges are swapped before comparing.
 */
export function compareUtf8(a: string, b: string): number {
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i++) {
    const unitOfA = a.charCodeAt(i)
    const unitOfB = b.charCodeAt(i)
    if (unitOfA !== unitOfB) return codePointRank(unitOfA) - codePointRank(unitOfB)
  }
  return a.length - b.length
}

/** Compares two paths name by name in the byte order of their UTF-8; a prefix comes before what is below it. */
export function comparePaths(a: Path, b: Path): number {
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i++) {
    const order = compareUtf8(a[i]!, b[i]!)
    if (order !== 0) return order
  }
  return a.length - b.length
}

function codePointRank(unit: number): number {
  if (unit < 0xd800) return unit
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800
}
