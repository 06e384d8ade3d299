/** An event, reduced to what a batch holds of it: leaves, a tick, a shape and values, and the guard of its id. */
import type { CountEvent } from '../model/event.js'
import { type BatchBuilder, tickOf } from '../rollup/batch.js'
import { eventGuardHash } from './guards.js'

/** Adds an event to a batch; `requestGuard` is the guard of its request, or −1. */
export function addEvent(builder: BatchBuilder, event: CountEvent, requestGuard: number): void {
  const { interner } = builder
  const keyNode = interner.key(event.key)
  if (event.paths.length === 0) builder.leaf(keyNode)
  else for (const path of event.paths) builder.leaf(interner.dimension(keyNode, path))
  for (const value of event.metrics.values()) builder.value(value)
  const shape = interner.shapes.intern([...event.metrics.keys()])
  const guard = event.id === undefined ? -1 : builder.guard(eventGuardHash(event.key, event.id))
  builder.entry(tickOf(event.atMs), shape, guard, requestGuard)
}
