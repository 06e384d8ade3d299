/**
 * The metrics of an event: absent or empty, only hits; a name or an array of names, 1 each; an object, finite numbers.
 * A metric has a name that isn't empty, and is named once: of two that are the same after NFC, neither is right.
 */

import { fieldError } from '../model/errors.js'
import { HITS } from '../model/event.js'
import type { Limits } from '../model/limits.js'
import { normalizeName, quoted } from '../model/name.js'
import { kindOf, numberOf } from './value.js'

/** The metrics of an event, `hits: 1` added where it isn't named. Throws about `field`. */
export function parseEventMetrics(value: unknown, limits: Limits, field = 'metrics'): Map<string, number> {
  const metrics = parseMetrics(value, limits, field)
  if (metrics.has(HITS)) return metrics
  if (metrics.size >= limits.metricsPerEvent) throw tooMany(limits, field)
  return metrics.set(HITS, 1)
}

/** The metrics as they are named, without an added `hits`. Throws about `field`. */
export function parseMetrics(value: unknown, limits: Limits, field = 'metrics'): Map<string, number> {
  const metrics = new Map<string, number>()
  if (value === undefined || value === null) return metrics
  if (typeof value === 'string') {
    addMetric(metrics, value, 1, limits, field)
  } else if (Array.isArray(value)) {
    for (const name of value) {
      if (typeof name !== 'string')
        throw fieldError(field, `an array names metrics, with strings, not ${kindOf(name)}`)
      addMetric(metrics, name, 1, limits, field)
    }
  } else if (typeof value === 'object' && numberOf(value) === undefined) {
    const values = value as Readonly<Record<string, unknown>>
    for (const name in values) addMetric(metrics, name, amount(name, values[name], field), limits, field)
  } else {
    throw fieldError(
      field,
      `metrics are a name, an array of names or an object of numbers, not ${kindOf(value)}`,
    )
  }
  return metrics
}

function addMetric(
  metrics: Map<string, number>,
  text: string,
  value: number,
  limits: Limits,
  field: string,
): void {
  if (text === '') throw fieldError(field, 'a metric has an empty name')
  const name = normalizeName(text, limits, field)
  if (metrics.has(name)) throw fieldError(field, `${quoted(name)} is named twice`)
  if (metrics.size >= limits.metricsPerEvent) throw tooMany(limits, field)
  metrics.set(name, value)
}

function amount(name: string, value: unknown, field: string): number {
  const number = numberOf(value)
  if (number !== undefined && Number.isFinite(number)) return number
  const wrong = fieldOf(field, name)
  if (number !== undefined) throw fieldError(wrong, 'a number is too large: it must be finite')
  const hint =
    typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value))
      ? ' (leave the quotes out)'
      : ''
  throw fieldError(wrong, `must be a finite number, not ${kindOf(value)}${hint}`)
}

function fieldOf(field: string, name: string): string {
  return `${field}.${name.length <= 40 ? name : `${name.slice(0, 40)}…`}`
}

function tooMany(limits: Limits, field: string): Error {
  return fieldError(field, `more than ${limits.metricsPerEvent} metrics in one event (hits included)`)
}
