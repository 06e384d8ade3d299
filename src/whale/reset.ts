import type { Reset } from '../model/changes.js'
import type { Batch, BatchOutcome } from '../rollup/batch.js'
import type { Whale } from './whale.js'

export interface ResetContext {
  readonly whale: Whale
  readonly commit: (batch: Batch) => Promise<BatchOutcome>
  readonly nowMs: number
}

export async function reset(_request: Reset, _context: ResetContext): Promise<void> {
  throw new Error('not written yet')
}
