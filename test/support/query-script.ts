/**
 * The text scripts of `test/scripts/*.txt`: load events, ask, compare. README.md there describes the format. This file reads a
 * script; `script-run.ts` runs one.
 */

/** One statement and where it stands, for messages. */
export interface Statement {
  readonly line: number
  readonly word: string
  readonly rest: string
  /** The indented lines below it, without their indent. */
  readonly block: readonly string[]
}

/** Reads a script. Throws where a line is indented below nothing. */
export function readScript(text: string): Statement[] {
  const statements: { line: number; word: string; rest: string; block: string[] }[] = []
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '' || line.startsWith('#')) continue
    if (/^\s/.test(line)) {
      if (line.trim().startsWith('# ')) continue
      const above = statements.at(-1)
      if (!above) throw new Error(`line ${index + 1} is indented below nothing`)
      above.block.push(line.slice(2))
      continue
    }
    const [, word = '', rest = ''] = /^(\S+)\s*(.*)$/.exec(line)!
    statements.push({ line: index + 1, word, rest: rest.trim(), block: [] })
  }
  return statements
}

/** Numbers as scripts write them: `0*58 200 -1.5` → 60 numbers. */
export function runLength(text: string): number[] {
  return text
    .split(/\s+/)
    .filter(part => part !== '')
    .flatMap(part => {
      const [value, times = '1'] = part.split('*')
      return new Array<number>(Number(times)).fill(Number(value))
    })
}

/** The value at a place of an answer: `.series[0].total.dollars`, `["a.b"]`. */
export function valueAt(answer: unknown, place: string): unknown {
  let value = answer
  for (const [, dotted, bracketed] of place.matchAll(/\.([A-Za-z_][\w]*)|\[(\d+|"(?:[^"\\]|\\.)*")\]/g)) {
    const name = dotted ?? JSON.parse(bracketed!)
    if (value === null || typeof value !== 'object' || !Object.hasOwn(value, name)) return undefined
    value = (value as Record<string, unknown>)[name]
  }
  return value
}
