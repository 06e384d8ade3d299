/** Of the events of a body those that the request may count. */
import { allowsKey, type Grant } from '../access/grant.js'
import type { BodyEvents } from '../intake/body.js'
import type { FieldError } from '../model/errors.js'
import type { CountEvent } from '../model/event.js'
import type { Limits } from '../model/limits.js'
import { keyMessage, wrongKeys } from './token-guard.js'

/** The same events, where all are allowed. Those that aren't become errors where `partial`, else it throws `forbidden`. */
export function allowedEvents(found: BodyEvents, grant: Grant, limits: Limits, partial: boolean): BodyEvents {
  if (grant.prefixes === null) return found
  const events: CountEvent[] = []
  const indexes: number[] = []
  const refused: FieldError[] = []
  for (const [i, event] of found.events.entries()) {
    const index = found.indexes[i]!
    if (allowsKey(grant, event.key)) {
      events.push(event)
      indexes.push(index)
    } else refused.push({ field: 'key', index, message: keyMessage(event.key) })
  }
  if (refused.length === 0) return found
  if (!partial) throw wrongKeys(grant, refused.slice(0, limits.errorsNamed))
  const errors = [...found.errors, ...refused]
    .sort((a, b) => a.index! - b.index!)
    .slice(0, limits.errorsNamed)
  return { events, indexes, errors, wrong: found.wrong + refused.length, total: found.total }
}
