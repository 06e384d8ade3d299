/** What all formats of numbers have in common: what a format is, and how a writer of Intl is made one. Pure. */

/** Writes numbers. */
export interface NumberFormat {
  /** In full. */
  readonly full: (value: number) => string
  /** Short, for an axis: all of `values` alike, and none of them rounded to another one. */
  readonly axis: (values: readonly number[]) => string[]
  /** For numbers below one another: as many decimals for all as one of them needs. */
  readonly column: (values: readonly number[]) => (value: number) => string
}

/** From here on an axis is written short, and the largest unit of bytes with a power of ten. */
export const LONG = 10_000
const DASH = '–'

/** A format that writes no minus where everything it writes is zero. */
export function writer(locale: string | undefined, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  return new Intl.NumberFormat(locale, { signDisplay: 'negative', ...options } as Intl.NumberFormatOptions)
}

/** A dash for what is no number. */
export function guarded(write: (value: number) => string): (value: number) => string {
  return value => (Number.isFinite(value) ? write(value) : DASH)
}
