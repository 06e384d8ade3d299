/**
 * Numbers for people, in their own language: plain, as percent, as money, in a unit. What `format` says of elements, and `number`
 * of pictures. Pure.
 *
 * A format is one of `number`, `percent` (of a ratio: 0.25 is 25 %), `compact` (12.5K), `bytes`, a currency (`EUR`) or a unit of
 * Intl (`unit:kilometer-per-hour`); a `:2` behind it says how many decimals there are. No number is ever written as -0, and what
 * is no number (NaN, ±Infinity) is a dash.
 */

import { bytesFormat } from './bytes.js'
import { guarded, LONG, type NumberFormat, writer } from './number-writer.js'

export type { NumberFormat } from './number-writer.js'

type Options = Intl.NumberFormatOptions

/** How the numbers of a format are written, whatever their size. */
interface Style {
  readonly options: Options
  /** What a value is multiplied by before it is written: 100 for percent. */
  readonly factor: number
  /** Decimals of a number that is not whole. */
  readonly decimals: number
  /** The decimals that were asked for. */
  readonly fixed: number | null
  /** Whether a number that is not whole always has all its decimals, as money does. */
  readonly even: boolean
}

/** Beyond this, integers are not exact any more; digits would only pretend. */
const HUGE = 1e15
/** Under this, three digits behind all those zeros are not read any more. */
const TINY = 1e-6

/** Reads a format; '' is `number`. `locale` undefined: the reader's own. Throws a RangeError that says what is understood. */
export function numberFormat(text: string, locale?: string): NumberFormat {
  const [, name = '', decimals] = /^(.*?)(?::(\d))?$/s.exec(text.trim()) ?? []
  const fixed = decimals === undefined ? null : Number(decimals)
  try {
    if (name === 'bytes') return bytesFormat(fixed, locale)
    if (name === 'compact') return compactFormat(fixed, locale)
    return plainFormat(styleOf(name, fixed), locale)
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause
    throw new RangeError(
      `"${text}" is no format of numbers: there are number, percent, compact, bytes, a currency like EUR, and unit:<unit>, each with decimals as in percent:1`,
      { cause },
    )
  }
}

/** The formats of several metrics: one for all of them, or one for each with commas between. */
export function numberFormats(text: string, metrics: number, locale?: string): NumberFormat[] {
  const formats = text.split(',').map(each => numberFormat(each, locale))
  if (formats.length === 1) return new Array<NumberFormat>(metrics).fill(formats[0]!)
  return Array.from({ length: metrics }, (_, i) => formats[i] ?? numberFormat('', locale))
}

/** 0.25 → `25%`; under a hundredth with a decimal. */
export function formatShare(share: number, locale?: string): string {
  const maximumFractionDigits = Math.abs(share) < 0.01 ? 1 : 0
  return guarded(writer(locale, { style: 'percent', maximumFractionDigits }).format)(share)
}

/** The style of a name. Throws a RangeError for one that there is none of. */
function styleOf(name: string, fixed: number | null): Style {
  const plain = { options: {}, factor: 1, decimals: 2, fixed, even: false }
  if (name === '' || name === 'number') return plain
  if (name === 'percent') return { ...plain, options: { style: 'percent' }, factor: 100, decimals: 1 }
  if (name.startsWith('unit:'))
    return { ...plain, options: { style: 'unit', unit: name.slice('unit:'.length) } }
  if (!/^[A-Z]{3}$/.test(name)) throw new RangeError(name)
  const options: Options = { style: 'currency', currency: name }
  const decimals = new Intl.NumberFormat('en', options).resolvedOptions().maximumFractionDigits ?? 2
  return { ...plain, options, decimals, even: true }
}

function plainFormat(style: Style, locale: string | undefined, longFrom = LONG): NumberFormat {
  const { options, fixed, factor, decimals, even } = style
  const exactly = exactWriters(options, locale)
  const full = guarded(fullWriter(style, exactly, locale))
  /** As many decimals as all of the values need; money has all of its own, or none. */
  const alike = (values: readonly number[], most: number) => {
    const digits = digitsOf(values, factor, most)
    return digits === null || !even || digits === 0 ? digits : Math.max(digits, decimals)
  }
  return {
    full,
    axis: values => {
      const isLong = values.some(value => Math.abs(value * factor) >= longFrom)
      if (isLong) return shortAxis(values, style, locale) ?? values.map(full)
      const digits = fixed === null ? alike(values, 6) : null
      return values.map(digits === null ? full : guarded(exactly(digits).format))
    },
    column: values => {
      if (fixed !== null) return full
      const shown = exactly(alike(values, decimals) ?? decimals).format
      return guarded(value => (isOrdinary(value, style) || value === 0 ? shown(value) : full(value)))
    },
  }
}

/** Writers with so many decimals, made when they are needed. */
function exactWriters(options: Options, locale: string | undefined): (digits: number) => Intl.NumberFormat {
  const made = new Map<number, Intl.NumberFormat>()
  return digits => {
    const known = made.get(digits)
    if (known) return known
    const exact = { minimumFractionDigits: digits, maximumFractionDigits: digits }
    const fresh = writer(locale, { ...options, ...exact })
    made.set(digits, fresh)
    return fresh
  }
}

/** Whole numbers without decimals, others with the usual ones, small ones with three digits, and extremes with a power of ten. */
function fullWriter(
  style: Style,
  exactly: (digits: number) => Intl.NumberFormat,
  locale: string | undefined,
): (value: number) => string {
  const { options, factor, decimals, fixed, even } = style
  const extreme = writer(locale, { ...options, notation: 'scientific', maximumSignificantDigits: 3 })
  if (fixed !== null) return value => (isExtreme(value) ? extreme : exactly(fixed)).format(value)
  const some = even ? exactly(decimals) : writer(locale, { ...options, maximumFractionDigits: decimals })
  const small = writer(locale, { ...options, maximumSignificantDigits: 3 })
  return value => {
    if (isExtreme(value)) return extreme.format(value)
    if (Number.isInteger(value * factor)) return exactly(0).format(value)
    return (isOrdinary(value, style) ? some : small).format(value)
  }
}

function isExtreme(value: number): boolean {
  return value !== 0 && (Math.abs(value) >= HUGE || Math.abs(value) < TINY)
}

/** Whether the usual decimals show at least a digit of it that counts. */
function isOrdinary(value: number, { factor, decimals }: Style): boolean {
  const size = Math.abs(value * factor)
  return size >= (decimals === 0 ? 1 : 10 ** (1 - decimals)) && Math.abs(value) < HUGE
}

/** How many decimals write all of the values exactly; null where even `most` don't. */
function digitsOf(values: readonly number[], factor: number, most: number): number | null {
  for (let digits = 0; digits <= most; digits++) {
    const isExact = (value: number) => {
      const scaled = Math.abs(value) * factor * 10 ** digits
      return Math.abs(scaled - Math.round(scaled)) <= scaled * 1e-9
    }
    if (values.every(isExact)) return digits
  }
  return null
}

/** `12.5K`, `15K`: with the decimals that keep each value what it is; null where three are too few. */
function shortAxis(
  values: readonly number[],
  { options, factor }: Style,
  locale: string | undefined,
): string[] | null {
  const most = Math.max(...values.map(value => Math.abs(value * factor)))
  if (!(most < HUGE)) return null
  const thousand = 1000 ** Math.floor(Math.log10(most) / 3)
  const digits = digitsOf(values, factor / thousand, 3)
  if (digits === null) return null
  // Some languages count in ten thousands and hundred thousands: that takes up to two decimals more.
  const decimals = { minimumFractionDigits: 0, maximumFractionDigits: digits + 2 }
  return values.map(writer(locale, { ...options, notation: 'compact', ...decimals }).format)
}

function compactFormat(fixed: number | null, locale: string | undefined): NumberFormat {
  const decimals =
    fixed === null
      ? { maximumFractionDigits: 1 }
      : { minimumFractionDigits: fixed, maximumFractionDigits: fixed }
  const compact = writer(locale, { notation: 'compact', ...decimals })
  const small = writer(locale, { maximumSignificantDigits: 3 })
  const extreme = writer(locale, { notation: 'scientific', maximumSignificantDigits: 3 })
  const full = guarded(value => {
    if (isExtreme(value)) return extreme.format(value)
    return (fixed === null && value !== 0 && Math.abs(value) < 0.1 ? small : compact).format(value)
  })
  const { axis } = plainFormat(styleOf('', null), locale, 1000)
  return { full, axis: fixed === null ? axis : values => values.map(full), column: () => full }
}
