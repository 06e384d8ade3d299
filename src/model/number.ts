/** Numbers as they are summed and printed: without the noise that binary fractions bring. */

/** A sum this close (relative) to a decimal of two or four places is that decimal: a thousandth of what sums of decimals are promised to. */
const DUST = 2 ** -45
/** Only where that is less than a thousandth of the last place: three digits of zeros or nines must follow it. */
const MOST_PLACES = 2 ** 35

/**
 * The decimal of two or four places that a sum of such decimals stands for, or the value itself: adding 0.1 a thousand times gives
 * 99.9999999999986, which is 100.
 */
export function withoutDust(value: number): number {
  return nearDecimal(value, 100) ?? nearDecimal(value, 10_000) ?? value
}

function nearDecimal(value: number, power: number): number | undefined {
  const places = Math.round(value * power)
  if (places >= MOST_PLACES || places <= -MOST_PLACES) return undefined
  const decimal = places / power
  return Math.abs(decimal - value) <= DUST * Math.abs(value) ? decimal : undefined
}

/**
 * A number as it goes out: integers exactly, others without dust and to 15 significant digits, `-0` and anything that is
 * not finite as 0.
 * Integers, and decimals of up to 6 places below 10⁹, are recognised without printing them.
 */
export function tidy(value: number): number {
  if (Number.isInteger(value)) return value + 0
  if (!Number.isFinite(value)) return 0
  // The double nearest to a decimal of at most 15 digits is what rounding to 15 digits gives back.
  if (value < 1e9 && value > -1e9 && Math.round(value * 1e6) / 1e6 === value) return value
  const clean = withoutDust(value)
  return clean === value ? Number(value.toPrecision(15)) : clean
}

/** The value, or 0 where it is not finite: what every step of an expression ends with. */
export function finite(value: number): number {
  return Number.isFinite(value) ? value : 0
}

/**
 * The sum of all values, with Neumaier's compensation (1974): a thousand times 0.1 is 100. 0 where it is not finite.
 * With `running`, entry i of it becomes the sum of the values up to i; it may be `values` itself. `from` and `until` (half-open) tell
 * which values, all by default.
 */
export function sum(values: Float64Array, running?: Float64Array, from = 0, until = values.length): number {
  let total = 0
  let lost = 0
  for (let i = from; i < until; i++) {
    const value = values[i]!
    // Of many children most points are empty.
    if (value === 0 && !running) continue
    const next = total + value
    lost += Math.abs(total) >= Math.abs(value) ? total - next + value : value - next + total
    total = next
    if (running) running[i] = finite(total + lost)
  }
  return finite(total + lost)
}
