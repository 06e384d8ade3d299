/** The scale of a graph's values: from where to where it goes, and which round values its ticks are at. Pure. */

/** A scale, and its ticks from the lowest to the highest. All ticks are within it. */
export interface ValueScale {
  readonly from: number
  readonly until: number
  readonly ticks: readonly number[]
}

const ROUND_STEPS = [1, 2, 2.5, 5, 10]
/** Smaller ones have fewer digits than a number usually has. */
const LEAST_STEP = 1e-300

/**
 * A scale that holds `min`, `max` and zero, with about `most` ticks, rarely one more. Its ends are on whole or half steps, so that it
 * stays as it is while the newest value grows a little. `wholeOnly`: no ticks between whole numbers, for what is counted in ones.
 */
export function valueScale(min: number, max: number, most: number, wholeOnly = false): ValueScale {
  const low = Math.min(0, min)
  const high = Math.max(0, max)
  if (low === high) return { from: 0, until: 1, ticks: [0, 1] }
  const step = roundStep(high / most - low / most, wholeOnly)
  const edge = wholeOnly && step === 1 ? 1 : step / 2
  const from = exact(Math.floor(exact(low / edge)) * edge)
  const until = exact(Math.ceil(exact(high / edge)) * edge)
  // So near to the ends of what a number can hold that its steps can't be counted.
  if (step < LEAST_STEP || !Number.isFinite(until - from)) return { from: low, until: high, ticks: [0] }
  const first = Math.ceil(exact(from / step))
  const last = Math.floor(exact(until / step))
  return {
    from,
    until,
    ticks: Array.from({ length: last - first + 1 }, (_, i) => exact((first + i) * step)),
  }
}

function roundStep(least: number, wholeOnly: boolean): number {
  const size = 10 ** Math.floor(Math.log10(least))
  const steps = ROUND_STEPS.map(step => exact(step * size))
  const fitting = steps.find(
    step => step >= least * (1 - 1e-9) && (!wholeOnly || step < 1 || Number.isInteger(step)),
  )
  return wholeOnly ? Math.max(1, fitting!) : fitting!
}

/** Without what the last bits of a double add: 0.30000000000000004 is 0.3. Never -0. */
function exact(value: number): number {
  return Number(value.toPrecision(12)) + 0
}
