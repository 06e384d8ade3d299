/**
 * Numbers for people, in their own language: plain, as percent, as money, in a unit. What `format` says, for the elements and
 * for pictures. Pure.
 *
 * A format is one of `number`, `percent` (of a ratio: 0.25 is 25 %), `compact` (12.5K), `bytes`, a currency (`EUR`) or a unit of
 * Intl (`unit:kilometer-per-hour`); a `:2` behind it says how many decimals there are.
 */

/** Writes numbers. */
export interface NumberFormat {
  /** In full. */
  readonly full: (value: number) => string
  /** Short, for an axis: all of `values` alike. */
  readonly axis: (values: readonly number[]) => string[]
  /** For numbers below one another: as many decimals for all as one of them needs. */
  readonly column: (values: readonly number[]) => (value: number) => string
}

type Options = Intl.NumberFormatOptions

/** From here on an axis is written short. */
const LONG = 10_000
const BYTE_UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte', 'petabyte'] as const

/** Reads a format; '' is `number`. `locale` undefined: the reader's own. Throws a RangeError that says what is understood. */
export function numberFormat(text: string, locale?: string): NumberFormat {
  const [, name = '', decimals] = /^(.*?)(?::(\d))?$/.exec(text.trim()) ?? []
  if (name === 'bytes') return bytesFormat(locale)
  const options = optionsOf(name)
  if (options === null) throw wrong(text)
  try {
    return formatOf(options, decimals === undefined ? null : Number(decimals), locale)
  } catch (cause) {
    throw new RangeError(wrong(text).message, { cause })
  }
}

/** The formats of several metrics: one for all of them, or one for each with commas between. */
export function numberFormats(text: string, metrics: number, locale?: string): NumberFormat[] {
  const texts = text.split(',')
  const formats = texts.map(each => numberFormat(each, locale))
  return Array.from(
    { length: metrics },
    (_, i) => formats[texts.length === 1 ? 0 : i] ?? numberFormat('', locale),
  )
}

/** 0.25 → `25%`. */
export function formatShare(share: number, locale?: string): string {
  return new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 0 }).format(share)
}

function wrong(text: string): RangeError {
  return new RangeError(
    `format: "${text}" is none; there are number, percent, compact, bytes, a currency like EUR, and unit:<unit>, each with decimals as in percent:1`,
  )
}

function optionsOf(name: string): Options | null {
  if (name === '' || name === 'number') return {}
  if (name === 'percent') return { style: 'percent' }
  if (name === 'compact') return { notation: 'compact', maximumFractionDigits: 1 }
  if (/^[A-Z]{3}$/.test(name)) return { style: 'currency', currency: name }
  if (name.startsWith('unit:')) return { style: 'unit', unit: name.slice('unit:'.length) }
  return null
}

function formatOf(options: Options, decimals: number | null, locale: string | undefined): NumberFormat {
  const fixed = fixedTo(options, decimals)
  const whole = new Intl.NumberFormat(locale, {
    ...options,
    ...fixed,
    ...(decimals === null && {
      maximumFractionDigits: options.maximumFractionDigits ?? 0,
      minimumFractionDigits: 0,
    }),
  })
  const decimal = new Intl.NumberFormat(locale, { ...options, ...fixed })
  const even = new Intl.NumberFormat(locale, { ...options, ...(decimals === null ? evenly(options) : fixed) })
  const small =
    decimals === null ? new Intl.NumberFormat(locale, { ...options, maximumSignificantDigits: 3 }) : decimal
  const short = new Intl.NumberFormat(locale, {
    ...options,
    notation: 'compact',
    minimumFractionDigits: 0,
    maximumFractionDigits: 1,
  })
  const isWhole = (value: number) => Number.isInteger(options.style === 'percent' ? value * 100 : value)
  const isSmall = (value: number) =>
    value !== 0 && Math.abs(value) < (options.style === 'percent' ? 0.001 : 0.1)
  const full = (value: number) => (isWhole(value) ? whole : isSmall(value) ? small : decimal).format(value)
  return {
    full,
    axis: values =>
      values.map(values.some(value => Math.abs(value) >= LONG) ? value => short.format(value) : full),
    column: values => {
      if (values.every(isWhole)) return full
      return value => (isSmall(value) ? small : even).format(value)
    },
  }
}

/** Decimals that were asked for, or at most as many as a number of this kind usually has. */
function fixedTo(options: Options, decimals: number | null): Options {
  if (decimals !== null) return { minimumFractionDigits: decimals, maximumFractionDigits: decimals }
  if (options.style === 'currency') return {}
  return { maximumFractionDigits: options.maximumFractionDigits ?? (options.style === 'percent' ? 1 : 2) }
}

function evenly(options: Options): Options {
  if (options.style === 'currency') return {}
  const digits = options.maximumFractionDigits ?? (options.style === 'percent' ? 1 : 2)
  return { minimumFractionDigits: digits, maximumFractionDigits: digits }
}

function bytesFormat(locale: string | undefined): NumberFormat {
  const formats = BYTE_UNITS.map(
    unit =>
      new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'short', maximumFractionDigits: 1 }),
  )
  const full = (value: number) => {
    const size = Math.abs(value)
    const step = size < 1000 ? 0 : Math.min(formats.length - 1, Math.floor(Math.log10(size) / 3))
    return formats[step]!.format(value / 1000 ** step)
  }
  return { full, axis: values => values.map(full), column: () => full }
}
