/** How much generated tests do: `PROPERTY_RUNS` multiplies it, `PROPERTY_SEED` replays a failure. */
import type { Parameters } from 'fast-check'

/** The parameters of a property that runs so many times by default. A failure is told as it was found: a run is slow to shrink. */
export function runs<T>(count: number, endOnFailure = true): Parameters<T> {
  const { PROPERTY_RUNS = '1', PROPERTY_SEED } = process.env
  return {
    numRuns: Math.max(1, Math.round(count * Number(PROPERTY_RUNS))),
    endOnFailure,
    ...(PROPERTY_SEED && { seed: Number(PROPERTY_SEED) }),
  }
}
