/** Medians, quantiles and how numbers are written. */

/**
 * The value below which `part` (0 to 1) of the values lie.
 * @param {ArrayLike<number>} values
 */
export function quantile(values, part) {
  const sorted = Float64Array.from(values).sort()
  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? Number.NaN
}

/** @param {number[]} values */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

/** A value of the units that results have, for people. */
export function formatValue(value, unit) {
  if (value === null || value === undefined || Number.isNaN(value)) return '–'
  return `${formatNumber(value)}${unit === '×' ? ' ×' : ` ${unit}`}`
}

/** A number with three digits that say something. */
export function formatNumber(value) {
  if (Math.abs(value) >= 1000) return Math.round(value).toLocaleString('en')
  if (Math.abs(value) >= 100) return value.toFixed(0)
  return value.toPrecision(Math.abs(value) < 0.1 ? 2 : 3)
}
