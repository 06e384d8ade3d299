/** Whether the change of a number is good news. Pure. */
import type { Change } from '../../../src/picture/change.js'

/** Which way is better: `down` for what one wants little of, like errors. */
export type Good = 'up' | 'down'

/** Whether a change is good news. */
export function verdictOf({ way }: Change, good: Good): 'better' | 'worse' | 'same' {
  if (way === 'same') return 'same'
  return way === good ? 'better' : 'worse'
}
