/** Paths as attributes write them: a bare name, or a JSON array. Pure. */

/** A path as it is set: `channel`, `["channel","search"]`, or the names themselves. */
export type PathText = string | readonly string[]

/** A path as text: a bare name where that is read as the same path again, else a JSON array. The root is `_`. */
export function pathText(path: readonly string[]): string {
  const [name = ''] = path
  if (path.length === 0) return '_'
  const isBare =
    path.length === 1 && name !== '' && name !== '_' && name === name.trim() && !/^[[{"]/.test(name)
  return isBare ? name : JSON.stringify(path)
}

/** The other way round. `_`, nothing and `[]` are the root; text that is no JSON array is one name. */
export function parsePath(text: PathText | null | undefined): readonly string[] {
  if (text === null || text === undefined || text === '' || text === '_') return []
  if (typeof text !== 'string') return text.map(String)
  if (!/^[["]/.test(text)) return [text]
  try {
    const names: unknown = JSON.parse(text)
    return Array.isArray(names) ? names.map(String) : [String(names)]
  } catch {
    return [text]
  }
}

/** Whether two paths are the same. */
export function samePath(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((name, index) => name === b[index])
}
