/** Views made up for the tests, the bench and to look at: traffic of a shop, the same each time. Not part of what is shipped. */
import { type Line, Looks } from '../../../src/picture/lines.js'
import { numberFormat } from '../../../src/picture/numbers.js'
import type { ChartType, ChartView } from '../chart.js'

/** What a made-up view is like; all that can be said in JSON. */
export interface Sample {
  readonly type?: ChartType
  readonly series?: number
  readonly buckets?: number
  readonly intervalMs?: number
  /** Start of the first bucket. */
  readonly startMs?: number
  readonly other?: boolean
  readonly unattributed?: boolean
  /** Part (0 to 1) of the series that are below zero. */
  readonly negative?: number
  readonly compare?: boolean
  readonly live?: boolean
  readonly tz?: string
  readonly locale?: string
  readonly format?: string
  /** All values times this. */
  readonly scale?: number
  /** Instead of made-up ones: points by name, without overall. */
  readonly points?: Readonly<Record<string, readonly number[]>>
  /** Of overall, where it isn't the sum. */
  readonly overall?: readonly number[]
  readonly names?: readonly string[]
  /** Another number, other values. */
  readonly seed?: number
}

const NAMES = [
  'web',
  'app',
  'store',
  'marketplace',
  'telephone',
  'partners',
  'newsletter',
  'affiliates',
  'kiosk',
  'fax',
]
const START_MS = Date.UTC(2026, 10, 25, 9, 0)

/** Makes a view. */
export function sampleView(sample: Sample): ChartView {
  const { buckets = 60, intervalMs = 60_000, startMs = START_MS, type = 'line', locale = 'en' } = sample
  const parts = sample.points === undefined ? madeUp(sample, buckets) : [...Object.entries(sample.points)]
  const length = sample.points === undefined ? buckets : (parts[0]?.[1].length ?? sample.overall?.length ?? 0)
  const times = Array.from({ length }, (_, i) => startMs + i * intervalMs)
  const lines = linesOf(parts, length, sample)
  return {
    ...{ times, type, locale, endMs: startMs + length * intervalMs, tz: sample.tz ?? 'UTC' },
    format: numberFormat(sample.format ?? '', locale),
    live: sample.live ?? true,
    lines,
    before: new Map(
      sample.compare === true
        ? lines
            .slice(0, 3)
            .map(line => [line.id, line.points.map((value, i) => value * (0.8 + 0.15 * Math.sin(i / 9)))])
        : [],
    ),
  }
}

function madeUp(sample: Sample, buckets: number): [string, number[]][] {
  const { series = 4, negative = 0, scale = 1, seed = 1 } = sample
  const dice = diceOf(seed)
  return Array.from({ length: series }, (_, s) => {
    const size = 900 / (s + 1.4)
    const sign = s >= series * (1 - negative) ? -0.4 : 1
    let drift = 0
    const points = Array.from({ length: buckets }, (_, i) => {
      drift = drift * 0.92 + (dice() - 0.5) * 0.22
      const day = 1 + 0.45 * Math.sin((i / buckets) * 5 + s) + drift
      const begun = i === buckets - 1 && sample.live !== false ? 0.4 : 1
      return Math.round(size * Math.max(0.05, day) * begun) * sign * scale
    })
    return [sample.names?.[s] ?? NAMES[s] ?? `channel ${s + 1}`, points]
  })
}

function linesOf(parts: readonly [string, readonly number[]][], length: number, sample: Sample): Line[] {
  const looks = new Looks()
  looks.assign(parts.map(([name]) => name))
  const sum = (lists: readonly (readonly number[])[]) =>
    Array.from({ length }, (_, i) => lists.reduce((total, points) => total + points[i]!, 0))
  const made = (rest: Omit<Line, 'total' | 'share'>): Line => ({ ...rest, total: 0, share: null })
  const series = parts.map(([name, points]) =>
    made({ id: `series ${name}`, kind: 'series', name, points, style: looks.of(name) }),
  )
  const quiet = (dash: number[]) => ({ colour: 'other' as const, dash, width: 1.5 })
  const some = (part: number) => (parts[0]?.[1] ?? []).map(value => Math.round(value * part))
  if (sample.other === true)
    series.push(
      made({ id: 'other', kind: 'other', name: '14 others', points: some(0.2), style: quiet([2, 4]) }),
    )
  if (sample.unattributed === true)
    series.push(
      made({
        id: 'without',
        kind: 'unattributed',
        name: 'without channel',
        points: some(0.08),
        style: quiet([7, 4]),
      }),
    )
  const points = sample.overall ?? sum(series.map(line => line.points))
  const ink = { colour: 'ink' as const, dash: [], width: 2 }
  return [made({ id: 'overall', kind: 'overall', name: 'Overall', points, style: ink }), ...series]
}

/** Numbers from 0 to 1, the same for the same seed. */
function diceOf(seed: number): () => number {
  let state = seed * 2654435761
  return () => {
    state = (state * 1664525 + 1013904223) >>> 0
    return state / 2 ** 32
  }
}
