/** Paths of keys and dimensions for people. How they are written in addresses is the elements' business, too. Pure. */
import { parsePath } from '../../elements/base/paths.js'

export { parsePath, pathText } from '../../elements/base/paths.js'

/** A path for people: `sales › p1`. */
export function pathName(path: readonly string[]): string {
  return path.map(shownName).join(' › ')
}

/** A key for people, as an address has it. */
export function keyName(text: string): string {
  const path = parsePath(text)
  return path.length === 0 || (path.length === 1 && path[0] === '_') ? 'Default key' : pathName(path)
}

/** A name for people: an empty one is said. */
export function shownName(name: string): string {
  return name === '' ? '(empty name)' : name
}
