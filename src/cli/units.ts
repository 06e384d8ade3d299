/**
 * How settings are written by people: durations (`24h`, `10s`), sizes (`256MiB`), switches, numbers. Each parser takes the
 * text and answers the value in one unit, or throws an Error whose message says what would be right.
 */

const DURATION_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
}

const SIZE_BYTES: Readonly<Record<string, number>> = {
  B: 1,
  kB: 1e3,
  MB: 1e6,
  GB: 1e9,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
}

/** `10s`, `1.5h`, `24h` → milliseconds, 0 or more. */
export function parseDurationMs(text: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*(ms|s|m|h|d|w)$/.exec(text.trim())
  if (match === null)
    throw new Error(`'${text}' is no duration: write a number and ms, s, m, h, d or w, as in 10s or 24h`)
  return Math.round(Number(match[1]) * DURATION_MS[match[2]!]!)
}

/** `256MiB`, `1GB`, `8192` → bytes, a whole number. Units are matched without regard to case. */
export function parseSizeBytes(text: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*([a-z]*)$/i.exec(text.trim())
  const wanted = (match?.[2] || 'B').toLowerCase()
  const unit = Object.keys(SIZE_BYTES).find(name => name.toLowerCase() === wanted)
  if (match === null || unit === undefined) {
    throw new Error(`'${text}' is no size: write a number and kB, MB, GB, KiB, MiB or GiB, as in 256MiB`)
  }
  return Math.round(Number(match[1]) * SIZE_BYTES[unit]!)
}

/** `true on yes 1` and `false off no 0`. */
export function parseSwitch(text: string): boolean {
  const word = text.trim().toLowerCase()
  if (['true', 'on', 'yes', '1'].includes(word)) return true
  if (['false', 'off', 'no', '0'].includes(word)) return false
  throw new Error(`'${text}' is neither true nor false`)
}

/** A whole number of `min` to `max`, both included. */
export function parseWhole(text: string, min: number, max: number): number {
  const value = /^\d+$/.test(text.trim()) ? Number(text) : Number.NaN
  if (!(value >= min && value <= max)) throw new Error(`'${text}' is no whole number from ${min} to ${max}`)
  return value
}

/** Bytes for people: `12.3 MiB`. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB']
  let value = bytes
  let unit = 0
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024
    unit++
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit]}`
}
