/**
 * What happens to a request that counts, whichever way it came in: read, counted, remembered for `/recent` and `/metrics`.
 * Knows no Fastify, so that a raw handler can use it as well. All or nothing, unless the caller asked for `partial`.
 */
import type { IncomingHttpHeaders } from 'node:http'
import type { Grant } from '../access/grant.js'
import { decodeBody, eventsFromBody, wrongEventsError } from '../intake/body.js'
import { parseId } from '../intake/event.js'
import { bodyFormat } from '../intake/media-type.js'
import { eventFromQuery, type ParameterSpec, queryOf, readParameters } from '../intake/parameters.js'
import { type FieldError, fieldError } from '../model/errors.js'
import type { CountEvent } from '../model/event.js'
import type { Limits } from '../model/limits.js'
import { allowedEvents } from './allowed-events.js'
import type { Meter } from './meter.js'
import type { Recent } from './recent.js'
import type { CountOutcome, Service } from './service.js'
import { requireKey } from './token-guard.js'

/** What counting needs. */
export interface CountingParts {
  readonly service: Pick<Service, 'count' | 'countLines'>
  readonly recent: Recent
  readonly meter: Meter
  readonly limits: Limits
  readonly now: () => number
}

/** What became of a POST: the outcome, and with `partial` what was wrong with the events that were left out. */
export interface BodyOutcome extends CountOutcome {
  readonly errors?: readonly FieldError[]
  /** How many events were wrong, named in `errors` or not. */
  readonly wrong?: number
}

/** The parameters of a POST's URL: its events are in the body. */
const BODY_PARAMETERS: readonly ParameterSpec[] = [{ name: 'partial' }]

/** Counts the events of requests. */
export class Counting {
  readonly #parts: CountingParts

  constructor(parts: CountingParts) {
    this.#parts = parts
  }

  /** Counts the event that the query of a URL spells, if the request may. */
  async fromUrl(url: string, headers: IncomingHttpHeaders, grant: Grant): Promise<CountOutcome> {
    const nowMs = this.#parts.now()
    const event = eventFromQuery(queryOf(url), { nowMs, limits: this.#parts.limits })
    requireKey(grant, event.key)
    return this.#count([event], headers, nowMs)
  }

  /** Counts the events of a body, if the request may; a body of no bytes stands for the event that the URL spells. */
  async fromBody(
    url: string,
    headers: IncomingHttpHeaders,
    bytes: Uint8Array | undefined,
    grant: Grant,
  ): Promise<BodyOutcome> {
    if (bytes === undefined || bytes.length === 0) return this.fromUrl(url, headers, grant)
    const { limits } = this.#parts
    const partial = isPartial(readParameters(queryOf(url), BODY_PARAMETERS))
    const nowMs = this.#parts.now()
    const body = await decodeBody(bytes, headers['content-encoding'], limits)
    if (!partial && headers['idempotency-key'] === undefined && grant.prefixes === null) {
      const outcome = await this.#countLines(body, headers['content-type'], nowMs)
      if (outcome) return outcome
    }
    const all = eventsFromBody(body, headers['content-type'], { nowMs, limits })
    const found = allowedEvents(all, grant, limits, partial)
    if (found.wrong > 0 && !partial) throw wrongEventsError(found)
    const outcome = await this.#count(found.events, headers, nowMs)
    return partial ? { ...outcome, errors: found.errors, wrong: found.wrong } : outcome
  }

  /** NDJSON of the common shape, on the fast road; undefined where it must be parsed. */
  async #countLines(
    body: Buffer,
    contentType: string | undefined,
    nowMs: number,
  ): Promise<CountOutcome | undefined> {
    const { service, recent, meter, limits } = this.#parts
    if (!service.countLines || bodyFormat(contentType) !== 'ndjson') return undefined
    const context = { nowMs, limits }
    const outcome = await service.countLines(body, context)
    if (!outcome) return undefined
    meter.counted(outcome)
    recent.countedLines(body, nowMs, lines => eventsFromBody(lines, contentType, context).events)
    return outcome
  }

  async #count(
    events: readonly CountEvent[],
    headers: IncomingHttpHeaders,
    nowMs: number,
  ): Promise<CountOutcome> {
    const { service, recent, meter, limits } = this.#parts
    const header = headers['idempotency-key']
    const options = header === undefined ? undefined : { idempotencyKey: idempotencyKey(header, limits) }
    if (events.length === 0) return { counted: 0, duplicates: 0, overflowed: 0 }
    const outcome = await service.count(events, options)
    meter.counted(outcome)
    recent.counted(events, nowMs)
    return outcome
  }
}

/** The header's text; throws where it is none or longer than an id may be. */
function idempotencyKey(header: string | string[], limits: Limits): string {
  return parseId(Array.isArray(header) ? header.join(', ') : header, limits, 'Idempotency-Key')
}

function isPartial(parameters: ReadonlyMap<string, string>): boolean {
  const text = parameters.get('partial')
  if (text === undefined || text === 'false' || text === '0') return false
  if (text === '' || text === 'true' || text === '1') return true
  throw fieldError('partial', 'is true or false')
}
