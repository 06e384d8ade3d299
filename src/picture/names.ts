/** What the parts of a graph are called. Pure. */

/** A key for people to read: its names, or what the default key is called. */
export function keyName(key: readonly string[]): string {
  return key.length === 0 || (key.length === 1 && key[0] === '_') ? 'Default key' : key.join(' / ')
}

/** What the children that are not told apart are called. */
export function othersName(children: number): string {
  return `${children} ${children === 1 ? 'other' : 'others'}`
}

/** What is called that has none of the children of a path. */
export function withoutName(path: readonly string[]): string {
  return path.length === 0 ? 'without any dimension' : `without ${path.at(-1)}`
}
