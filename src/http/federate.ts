/**
 * `/federate`: counts as Prometheus text, so that a Prometheus can scrape them. Each is the sum over all time that is kept.
 * `hits` only grow and are a counter; other metrics may go down (refunds) and are gauges: use `delta`, not `rate`.
 */
import {
  type ParameterSpec,
  parseKeyParameter,
  parseMetricsParameter,
  parsePathParameter,
} from '../intake/parameters.js'
import { HailWhaleError } from '../model/errors.js'
import { bucketStartMs, KEPT_INTERVAL_MS } from '../model/interval.js'
import type { Limits } from '../model/limits.js'
import { normalizeName } from '../model/name.js'
import { tidy } from '../model/number.js'
import { OVERFLOW_NAME, type Path, pathLabel, ROOT, ROOT_NAME } from '../model/path.js'
import { readableFromMs } from '../model/retention.js'
import { sumsAt } from '../query/children.js'
import type { RollupReader, Sums, TimePlan } from '../query/reader.js'

/** The parameters of `/federate`. */
export const FEDERATE_PARAMETERS: readonly ParameterSpec[] = [
  { name: 'key', aliases: ['pk', 'category'] },
  { name: 'metrics', aliases: ['metric'] },
  { name: 'by' },
]

/** The content type of the answer. */
export const FEDERATE_TYPE = 'text/plain; version=0.0.4; charset=utf-8'

/** What is asked for. */
export interface FederateQuestion {
  readonly key: Path
  /** null: all. */
  readonly metrics: readonly string[] | null
  /** The children of this path; absent: the root alone. */
  readonly by?: Path
}

/** Reads the question. Throws `invalid_parameter`. */
export function federateQuestion(fields: ReadonlyMap<string, string>, limits: Limits): FederateQuestion {
  const names = parseMetricsParameter(fields.get('metrics') ?? '')
  const by = fields.get('by')
  return {
    key: parseKeyParameter(fields.get('key') ?? '', limits),
    metrics: names.length === 0 ? null : names.map(name => normalizeName(name, limits, 'metrics')),
    ...(by !== undefined && { by: parsePathParameter(by, limits, 'by') }),
  }
}

/** The answer's text. Throws `too_many_points`. */
export async function federate(
  reader: RollupReader,
  question: FederateQuestion,
  limits: Limits,
): Promise<string> {
  const series = await readTotals(reader, question, limits)
  const lines = new Map<string, string[]>()
  let samples = 0
  for (const { path, sums } of series) {
    for (const [metric, { values }] of sums.columns) {
      if (++samples > limits.pointsPerAnswer) throw tooMany(limits)
      const family = familyOf(metric)
      const line = `${family}${labelsOf(question.key, path, metric)} ${tidy(values[0]!)}`
      const known = lines.get(family)
      if (known) known.push(line)
      else lines.set(family, [...headOf(metric, family), line])
    }
  }
  return `${[...lines.values()].flat().join('\n')}\n`
}

async function readTotals(
  reader: RollupReader,
  { key, metrics, by }: FederateQuestion,
  limits: Limits,
): Promise<{ path: Path; sums: Sums }[]> {
  const plan = wholeTime(reader, key, limits)
  if (by === undefined) return [{ path: ROOT, sums: await reader.series(key, ROOT, plan, metrics) }]
  const children = await reader.children(key, by, plan, metrics)
  return Array.from(children.found, place => {
    const { name, overflow } = children.child(place)
    return { path: [...by, overflow ? OVERFLOW_NAME : name], sums: sumsAt(children, place) }
  })
}

/** One point over all time that the widest kept interval holds, events ahead of the clock included. */
function wholeTime(reader: RollupReader, key: Path, limits: Limits): TimePlan {
  const rule = reader.retention(key).at(-1)!
  const now = reader.now()
  const fromMs = Math.max(0, readableFromMs(rule, now))
  const untilMs = bucketStartMs(rule.interval, now + limits.aheadMs) + KEPT_INTERVAL_MS[rule.interval]
  return {
    edgesMs: Float64Array.of(fromMs, untilMs),
    segments: [{ interval: rule.interval, fromMs, untilMs }],
  }
}

function familyOf(metric: string): string {
  return metric === 'hits' ? 'hailwhale_hits_total' : `hailwhale_${metric.replace(/[^a-zA-Z0-9_]/g, '_')}`
}

function headOf(metric: string, family: string): string[] {
  const type = metric === 'hits' ? 'counter' : 'gauge'
  return [`# HELP ${family} Counted by HailWhale, over all time that is kept.`, `# TYPE ${family} ${type}`]
}

/** Different metrics may have the same family name: then the label tells them apart. */
function labelsOf(key: Path, path: Path, metric: string): string {
  const named = /^[a-zA-Z0-9_]+$/.test(metric) ? '' : `,metric="${escaped(metric)}"`
  return `{key="${escaped(keyLabel(key))}",dimension="${escaped(pathLabel(path))}"${named}}`
}

/** Keys have no root that `_` could be taken for. */
function keyLabel(key: Path): string {
  return key.length === 1 && key[0] === ROOT_NAME ? ROOT_NAME : pathLabel(key)
}

function escaped(text: string): string {
  return text.replace(/\\/g, '\\\\').replace(/"/g, '\\"').replace(/\n/g, '\\n')
}

function tooMany(limits: Limits): HailWhaleError {
  return new HailWhaleError(
    'too_many_points',
    `More than ${limits.pointsPerAnswer} values: name fewer metrics.`,
  )
}
