/** Sizes: bytes, and a thousand of them, and so on. Pure. */
import { guarded, LONG, type NumberFormat, writer } from './number-writer.js'

const BYTE_UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte', 'petabyte'] as const

/** Writes sizes with one decimal, or exactly so many. */
export function bytesFormat(fixed: number | null, locale: string | undefined): NumberFormat {
  const full = bytesWriter(fixed ?? 1, fixed ?? 0, locale)
  const exact = bytesWriter(3, 0, locale)
  return { full, axis: values => values.map(fixed === null ? exact : full), column: () => full }
}

function bytesWriter(most: number, least: number, locale: string | undefined): (value: number) => string {
  const decimals = { minimumFractionDigits: least, maximumFractionDigits: most }
  const writers = BYTE_UNITS.map((unit, step) =>
    writer(locale, {
      ...{ style: 'unit', unit },
      ...(step === 0
        ? { unitDisplay: 'long', maximumFractionDigits: most }
        : { unitDisplay: 'short', ...decimals }),
    }),
  )
  const huge = writer(locale, {
    ...{ style: 'unit', unit: BYTE_UNITS.at(-1)!, unitDisplay: 'short' },
    ...{ notation: 'scientific', maximumSignificantDigits: 3 },
  })
  return guarded(value => {
    const step = byteStep(Math.abs(value), most)
    const inUnits = value / 1000 ** step
    return (Math.abs(inUnits) >= LONG ? huge : writers[step]!).format(inUnits)
  })
}

/** The unit in which a size is under a thousand, also once it is rounded. */
function byteStep(size: number, decimals: number): number {
  const rounded = (step: number) => Math.round((size / 1000 ** step) * 10 ** decimals) / 10 ** decimals
  const step = BYTE_UNITS.findIndex((_, i) => rounded(i) < 1000)
  return step < 0 ? BYTE_UNITS.length - 1 : step
}
