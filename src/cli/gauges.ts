/** The embedded server's own numbers, for `/metrics`. */
import type { GaugeReading } from '../http/meter.js'
import type { Embedded } from '../whale/embedded.js'

/** Reads the numbers each time it is called. */
export function gaugesOf({ whale }: Pick<Embedded, 'whale'>): () => readonly GaugeReading[] {
  return () => [
    reading('rollup_bytes', 'Memory held by names and by counts that wait for the store.', whale.bytes),
    reading('journal_sequence', 'The last journal record that is counted.', whale.through),
    reading('flushed_sequence', 'The last journal record that the store holds.', whale.flushedThrough),
  ]
}

function reading(name: string, help: string, value: number): GaugeReading {
  return { name: `hailwhale_${name}`, help, value }
}
