/**
 * Compares what a command printed with what a page says it prints. Few things may differ:
 * - In JSON the text `…` is any value, as an entry of an array any number of entries, as a name of an object any further fields. A text
 *   that holds `…` among other signs has anything there.
 * - Times in epoch milliseconds of recent years may differ, all of one answer by the same amount: what is counted now lies in the same place of
 *   its graph. Texts that are ISO 8601 times to the millisecond match any such time.
 * - In plain text `…` is any part of a line, and a line of it alone any number of lines.
 */

const ANY = '…'
const EPOCH_FROM_MS = Date.UTC(2024, 0, 1)
const EPOCH_UNTIL_MS = Date.UTC(2100, 0, 1)
const ISO = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/

/** Where and how the answer differs, or null. `exactTimes`: epoch times must be the same. */
export function compareJson(expected: string, actual: string, exactTimes = false): string | null {
  const found = parsed(actual)
  if (found === undefined) return `is not JSON: ${actual.slice(0, 500)}`
  return compareValue(JSON.parse(withAnyAsText(expected)), found, 'the answer', exactTimes ? { byMs: 0 } : {})
}

/** Where and how the text differs, or null. Blank space at the ends of lines and of the text is not looked at. */
export function compareText(expected: string, actual: string): string | null {
  const lines = linesOf(expected)
  const pattern = lines.map(line => (line === ANY ? '(?:.*\n)*?' : `${linePattern(line)}\n`)).join('')
  const text = `${linesOf(actual).join('\n')}\n`
  return new RegExp(`^${pattern}$`).test(text) ? null : `printed:\n${text}\ninstead of:\n${expected}`
}

interface Shift {
  byMs?: number
}

/** A bare `…` in an array or an object is written without quotes in the pages. */
function withAnyAsText(json: string): string {
  return json.replace(/"…": …/g, '"…": 0').replace(/(?<=[[,:]\s*)…(?=\s*[\],}])/g, '"…"')
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function compareValue(expected: unknown, actual: unknown, at: string, shift: Shift): string | null {
  if (expected === ANY) return null
  if (Array.isArray(expected)) return compareArray(expected, actual, at, shift)
  if (typeof expected === 'object' && expected !== null) {
    return compareObject(expected as Record<string, unknown>, actual, at, shift)
  }
  if (isEpoch(expected) && isEpoch(actual)) return compareEpoch(expected, actual, at, shift)
  if (typeof expected === 'string' && typeof actual === 'string') {
    if (ISO.test(expected) && ISO.test(actual)) return null
    if (new RegExp(`^${linePattern(expected)}$`, 's').test(actual)) return null
  }
  return Object.is(expected, actual) ? null : differs(expected, actual, at)
}

function compareArray(
  expected: readonly unknown[],
  actual: unknown,
  at: string,
  shift: Shift,
): string | null {
  if (!Array.isArray(actual)) return differs(expected, actual, at)
  const gap = expected.indexOf(ANY)
  const tail = gap < 0 ? 0 : expected.length - gap - 1
  const least = gap < 0 ? expected.length : expected.length - 1
  if (gap < 0 ? actual.length !== least : actual.length < least) {
    return `${at} has ${actual.length} entries instead of ${expected.length}: ${JSON.stringify(actual)}`
  }
  const head = gap < 0 ? expected.length : gap
  for (let i = 0; i < head; i++) {
    const difference = compareValue(expected[i], actual[i], `${at}[${i}]`, shift)
    if (difference !== null) return difference
  }
  for (let i = 1; i <= tail; i++) {
    const difference = compareValue(expected.at(-i), actual.at(-i), `${at}[${actual.length - i}]`, shift)
    if (difference !== null) return difference
  }
  return null
}

function compareObject(
  expected: Readonly<Record<string, unknown>>,
  actual: unknown,
  at: string,
  shift: Shift,
): string | null {
  if (typeof actual !== 'object' || actual === null || Array.isArray(actual))
    return differs(expected, actual, at)
  const more = ANY in expected
  const names = Object.keys(expected).filter(name => name !== ANY)
  const extra = Object.keys(actual).filter(name => !names.includes(name))
  if (extra.length > 0 && !more) return `${at} has ${extra.join(', ')} too`
  for (const name of names) {
    if (!Object.hasOwn(actual, name)) return `${at} has no ${name}`
    const value = (actual as Record<string, unknown>)[name]
    const difference = compareValue(expected[name], value, `${at}.${name}`, shift)
    if (difference !== null) return difference
  }
  return null
}

function isEpoch(value: unknown): value is number {
  return typeof value === 'number' && value >= EPOCH_FROM_MS && value < EPOCH_UNTIL_MS
}

function compareEpoch(expected: number, actual: number, at: string, shift: Shift): string | null {
  shift.byMs ??= actual - expected
  return actual - expected === shift.byMs ? null : differs(expected, actual, `${at} (a time)`)
}

function differs(expected: unknown, actual: unknown, at: string): string {
  return `${at} is ${JSON.stringify(actual)} instead of ${JSON.stringify(expected)}`
}

function linesOf(text: string): string[] {
  return text
    .trimEnd()
    .split('\n')
    .map(line => line.trimEnd())
}

function linePattern(line: string): string {
  return line.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll(ANY, '.*')
}
