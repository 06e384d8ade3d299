/**
 * Reads what `--retain` and `--retain-key` say: which intervals are kept and for how long.
 */
import { KEPT_INTERVAL_MS, KEPT_INTERVALS, type KeptInterval } from '../model/interval.js'
import type { Path } from '../model/path.js'
import type { Retention, RetentionRule } from '../model/retention.js'
import { parseDurationMs } from './units.js'

/** What is kept of one key that is not kept like the others. */
export interface KeyRetention {
  readonly key: Path
  readonly retention: Retention
}

/** `10s:6h,1m:8d,1d:forever` → the rules, finest interval first. Throws where an interval can't be kept, or is there twice. */
export function parseRetention(text: string): Retention {
  const rules = text.split(',').map(parseRule)
  const sorted = KEPT_INTERVALS.flatMap(interval => rules.filter(rule => rule.interval === interval))
  const twice = sorted.find((rule, i) => rule.interval === sorted[i + 1]?.interval)
  if (twice) throw new Error(`'${text}' names ${twice.interval} twice`)
  return sorted
}

function parseRule(text: string): RetentionRule {
  const [interval = '', keep = ''] = text.split(':').map(part => part.trim())
  if (text.split(':').length !== 2) {
    throw new Error(`'${text}' is no interval and duration: write 1m:8d, or 1d:forever`)
  }
  if (!isKept(interval)) {
    const built = ['1w', '1mo', '1y'].includes(interval)
    const why = built ? ' (weeks, months and years are built from days when they are asked for)' : ''
    throw new Error(`'${interval}' can't be kept: only ${KEPT_INTERVALS.join(', ')} can${why}`)
  }
  const keepMs = keep === 'forever' ? Number.POSITIVE_INFINITY : parseDurationMs(keep)
  if (keepMs < KEPT_INTERVAL_MS[interval]) throw new Error(`'${text}' keeps less than one bucket`)
  return { interval, keepMs }
}

function isKept(text: string): text is KeptInterval {
  return (KEPT_INTERVALS as readonly string[]).includes(text)
}

/** `site=1m:8d,1d:forever` or `["site","blog"]=1d:forever` → the key and what is kept of it. */
export function parseKeyRetention(text: string): KeyRetention {
  const split = text.lastIndexOf('=')
  if (split <= 0) throw new Error(`'${text}' is no KEY=RETENTION: write site=1m:8d,1d:forever`)
  return { key: parseKey(text.slice(0, split).trim()), retention: parseRetention(text.slice(split + 1)) }
}

function parseKey(text: string): Path {
  if (!text.startsWith('[')) return [text.normalize('NFC')]
  const names: unknown = JSON.parse(text)
  if (!Array.isArray(names) || names.length === 0 || !names.every(name => typeof name === 'string')) {
    throw new Error(`'${text}' is no key: write a name, or a JSON array of names`)
  }
  return names.map(name => name.normalize('NFC'))
}
