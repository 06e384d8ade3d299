/**
 * The options of the plugin of 2011, and what they are today: values for an element, a query that counts, a query for totals.
 * Pure. As then, an option that is false, 0 or '' is as good as none.
 */
import { zoneOf } from '../embed/attributes.js'

/** A name, or a path of names. */
type Path = string | readonly string[]

/** Options of `add_graph`, `graph_tables` and `trigger_fake_hits`, under the names they had. */
export interface OriginalOptions {
  pk?: Path | false
  category?: Path | false
  dimension?: Path | false
  dimensions?: Path | Readonly<Record<string, unknown>> | false
  metric?: string | false
  /** A name, names, or an object: numbers to count, or how each is summed up (`avg`, `last`, `sum`) to draw. */
  metrics?: string | readonly string[] | Readonly<Record<string, unknown>> | false
  metric_two?: string | false
  period?: string
  /** 0: the dimension alone. 1 or more: its children too. */
  depth?: number
  /** True, or how areas were stacked: `zero`, `expand`, `wiggle`, `silhouette`. */
  area?: boolean | string
  title?: string
  /** False: asked once. */
  autoupdate?: boolean
  /** Milliseconds from one question to the next; without it, a graph that updates is live. */
  interval?: number
  /** Hours west of UTC, as `getTimezoneOffset() / 60` has them. */
  tzoffset?: number
  /** Of the dimension's own line, then of its children's. */
  colors?: readonly string[]
  /** Understood and not used: lines have one width. */
  width_factor?: number
  hide_legend?: boolean
  /** Pixels; default: as high as the target is. */
  height?: number | string
}

/** Faster than this nobody is asked. */
const LEAST_POLL_MS = 1000
/** Words with spaces between them: the name of one metric, which an expression writes in back-quotes. */
const WORDS = /^[\p{L}_][\p{L}\p{N}\p{M}_.]*(?: +[\p{L}\p{N}\p{M}_.]+)+$/u

/** The attributes of the graph that these options ask for. */
export function graphValues(options: OriginalOptions): Record<string, unknown> {
  return {
    ...whatIsAsked(options),
    period: options.period || null,
    tz: zoneWest(options.tzoffset),
    depth: options.depth ? 1 : 0,
    type: typeOf(options.area),
    caption: options.title || null,
    legend: options.hide_legend ? 'none' : null,
    ...(options.height && { height: Number.parseFloat(String(options.height)) }),
    poll: options.autoupdate ? pollMs(options) : 0,
  }
}

/** The colours as custom properties of the element, by name. */
export function colourProperties({ colors }: OriginalOptions): [name: string, colour: string][] {
  return (colors || []).map((colour, i) => [i === 0 ? '--hail-overall' : `--hail-line-${i - 1}`, colour])
}

/** Milliseconds from one question to the next; null where nothing was said. */
export function pollMs({ interval }: OriginalOptions): number | null {
  return interval ? Math.max(LEAST_POLL_MS, interval) : null
}

/** The query of `/count_now`. */
export function countQuery(options: OriginalOptions): URLSearchParams {
  return queryOf({
    key: options.pk || options.category,
    dimensions: options.dimensions || options.dimension,
    metrics: options.metrics || options.metric,
  })
}

/** The query of `/totals`; the zone is the reader's own unless said otherwise. */
export function totalsQuery(options: OriginalOptions): URLSearchParams {
  const { key, by, metrics } = whatIsAsked(options)
  const tz = zoneWest(options.tzoffset) ?? Intl.DateTimeFormat().resolvedOptions().timeZone
  return queryOf({
    ...{ key, dimensions: by, metrics },
    ...{ period: options.period, depth: options.depth, tz },
  })
}

function whatIsAsked(options: OriginalOptions): Record<'key' | 'by' | 'metrics', unknown> {
  const metrics = [...metricsOf(options.metrics || options.metric), ...metricsOf(options.metric_two)]
  return {
    key: options.pk || options.category || null,
    by: options.dimensions || options.dimension || null,
    metrics: [...new Set(metrics)].join(', ') || null,
  }
}

function metricsOf(metrics: OriginalOptions['metrics']): string[] {
  if (!metrics) return []
  if (typeof metrics === 'string') return [expressionOf(metrics)]
  if (Array.isArray(metrics)) return metrics.map(expressionOf)
  return Object.entries(metrics).map(([name, how]) => summedUp(expressionOf(name), String(how)))
}

function expressionOf(name: string): string {
  return WORDS.test(name) ? `\`${name}\`` : name
}

function summedUp(metric: string, how: string): string {
  if (how === 'avg' || how === 'average') return `${metric}/hits`
  return how === 'last' ? `level(${metric})` : metric
}

function typeOf(area: OriginalOptions['area']): string | null {
  if (!area) return null
  if (area === 'expand') return 'share'
  return area === true ? 'area' : 'stacked'
}

/** 0 was the reader's own zone, as nothing was. */
function zoneWest(hoursWest: number | undefined): string | null {
  return hoursWest ? zoneOf(-hoursWest) : null
}

function queryOf(fields: Readonly<Record<string, unknown>>): URLSearchParams {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(fields)) {
    if (!value) continue
    query.set(name, typeof value === 'object' ? JSON.stringify(value) : String(value))
  }
  return query
}
