/** What `/recent` answers: the last events of a key and the last refused requests, as people read them. */
import { stringify } from 'csv-stringify/sync'
import { type Path, pathLabel } from '../model/path.js'
import type { Recent, RecentEvent, RefusedRequest } from './recent.js'

/** A counted event on the wire; times are ISO 8601. */
export interface RecentEventAnswer {
  readonly at: string
  readonly received: string
  readonly key: string | Path
  readonly dimensions: readonly Path[]
  readonly metrics: Readonly<Record<string, number>>
  readonly id?: string
}

/** A refused request on the wire. */
export interface RefusedAnswer {
  readonly at: string
  readonly method: string
  readonly url: string
  readonly status: number
  readonly code: string
  readonly detail: string
}

/** The whole answer, newest first. */
export interface RecentAnswer {
  readonly events: readonly RecentEventAnswer[]
  readonly refused: readonly RefusedAnswer[]
}

/** The answer for a key. */
export function recentAnswer(recent: Recent, key: Path): RecentAnswer {
  return { events: recent.events(key).map(eventAnswer), refused: recent.refused().map(refusedAnswer) }
}

/** The events alone, flat. */
export function recentRows({ events }: RecentAnswer): Record<string, string>[] {
  return events.map(({ at, received, key, dimensions, metrics, id = '' }) => ({
    at,
    received,
    key: typeof key === 'string' ? key : pathLabel(key),
    dimensions: JSON.stringify(dimensions),
    metrics: JSON.stringify(metrics),
    id,
  }))
}

/** The events alone, as CSV. What a spreadsheet would take for a formula gets an apostrophe in front. */
export function recentCsv(answer: RecentAnswer): string {
  const header = ['at', 'received', 'key', 'dimensions', 'metrics', 'id']
  const lines = recentRows(answer).map(row =>
    header.map(column => row[column]!.replace(/^[=+\-@\t\r\n]/, "'$&")),
  )
  return stringify([header, ...lines], { record_delimiter: 'windows' })
}

function eventAnswer({ event, receivedMs }: RecentEvent): RecentEventAnswer {
  return {
    at: iso(event.atMs),
    received: iso(receivedMs),
    key: event.key.length === 1 ? event.key[0]! : event.key,
    dimensions: event.paths,
    metrics: Object.fromEntries(event.metrics),
    ...(event.id !== undefined && { id: event.id }),
  }
}

function refusedAnswer({ atMs, ...request }: RefusedRequest): RefusedAnswer {
  return { at: iso(atMs), ...request }
}

function iso(ms: number): string {
  return new Date(ms).toISOString()
}
