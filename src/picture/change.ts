/** How much more or less something is than it was before. Pure. */

/** A change in words, and which way it goes. */
export interface Change {
  readonly text: string
  readonly way: 'up' | 'down' | 'same'
}

/** From here on a change is told as a multiple. */
const MANY_TIMES = 10

/**
 * The change from before to now; null where there is nothing in either. Where there was nothing before it is `new`. A fall is a
 * fall below zero as well: from -100 to -150 is -50 %.
 */
export function changeOf(now: number, before: number, locale?: string): Change | null {
  if (!Number.isFinite(now) || !Number.isFinite(before)) return null
  if (before === 0) return now === 0 ? null : { text: 'new', way: now > 0 ? 'up' : 'down' }
  const ratio = (now - before) / Math.abs(before)
  const text = now / before >= MANY_TIMES ? times(now / before, locale) : percent(ratio, locale)
  const shown = Math.round(ratio * 1000)
  return { text, way: shown === 0 ? 'same' : shown > 0 ? 'up' : 'down' }
}

function percent(ratio: number, locale: string | undefined): string {
  const digits = Math.abs(ratio) < 0.0995 ? 1 : 0
  return new Intl.NumberFormat(locale, {
    style: 'percent',
    signDisplay: 'exceptZero',
    maximumFractionDigits: digits,
    ...(Math.abs(ratio) >= 100 && { notation: 'compact' }),
  }).format(ratio)
}

function times(factor: number, locale: string | undefined): string {
  return `×${new Intl.NumberFormat(locale, { notation: 'compact', maximumFractionDigits: 0 }).format(factor)}`
}
