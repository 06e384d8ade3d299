/**
 * Draws the answer of `/graph` with characters: the overall line (in colour also the series), the times below it, and a
 * legend with each series' own small line, total and share. Pure: the width and whether colours are wanted are passed in.
 */
import asciichart from 'asciichart'

/** What the drawing needs of a `/graph` answer. */
export interface DrawableGraph {
  readonly key: string | readonly string[]
  readonly from: number
  readonly to: number
  readonly interval: string
  readonly tz: string
  readonly metrics: readonly string[]
  readonly times: readonly number[]
  readonly overall: DrawableSums
  readonly series: readonly (DrawableSums & { readonly name: string; readonly share: number })[]
  readonly other: (DrawableSums & { readonly children: number }) | null
  readonly unattributed: DrawableSums | null
}

/** Sums of one line, by metric. */
export interface DrawableSums {
  readonly total: Readonly<Record<string, number>>
  readonly points: Readonly<Record<string, readonly number[]>>
}

/** How to draw. */
export interface DrawingOptions {
  /** Characters in a line. */
  readonly columns: number
  readonly colours: boolean
}

const HEIGHT = 12
const BARS = ' ▁▂▃▄▅▆▇█'
const COLOURS = [
  'blue',
  'yellow',
  'green',
  'magenta',
  'cyan',
  'red',
  'lightblue',
  'lightyellow',
  'lightgreen',
] as const

interface Line {
  readonly name: string
  readonly total: number
  readonly share: number | null
  readonly points: readonly number[]
  readonly colour: string | undefined
}

/** One drawing for each metric of the graph, no line longer than `columns`. */
export function drawGraph(graph: DrawableGraph, options: DrawingOptions): string {
  return graph.metrics.map(metric => drawMetric(graph, metric, options)).join('\n\n')
}

function drawMetric(graph: DrawableGraph, metric: string, options: DrawingOptions): string {
  const lines = linesOf(graph, metric, options)
  const key = typeof graph.key === 'string' ? graph.key : graph.key.join(' / ')
  const title = `${metric} of ${key}, a point is ${graph.interval} (${graph.tz})`
  const chart = drawChart(options.colours ? lines : lines.slice(0, 1), graph, options)
  return [cut(title, options.columns), '', chart, '', ...drawLegend(lines, options)].join('\n')
}

function linesOf(graph: DrawableGraph, metric: string, { colours }: DrawingOptions): Line[] {
  const line = (name: string, sums: DrawableSums, share: number | null, colour?: string): Line => ({
    name: printable(name),
    total: sums.total[metric] ?? 0,
    share,
    points: sums.points[metric] ?? [],
    colour: colours ? colour : undefined,
  })
  const colourOf = (i: number) => asciichart[COLOURS[i % COLOURS.length]!]
  const lines = graph.series.map((series, i) => line(series.name, series, series.share, colourOf(i)))
  lines.unshift(line('overall', graph.overall, null, asciichart.default))
  if (graph.other) lines.push(line(`${graph.other.children} others`, graph.other, null, asciichart.darkgray))
  if (graph.unattributed) lines.push(line('without', graph.unattributed, null, asciichart.darkgray))
  return lines
}

function drawChart(lines: readonly Line[], graph: DrawableGraph, { columns }: DrawingOptions): string {
  const all = lines.flatMap(line => line.points)
  const highest = Math.max(0, ...all)
  const lowest = Math.min(0, ...all)
  const ends = [lowest, highest].map(value => axisNumber(value).length)
  const labelWidth = Math.max(6, ...ends) + 1
  const width = Math.max(10, columns - labelWidth - 3)
  const drawn = asciichart.plot(
    [...lines].reverse().map(line => stretch(line.points, width)),
    {
      min: lowest,
      max: highest > lowest ? highest : lowest + 1,
      height: HEIGHT,
      offset: 2,
      colors: [...lines].reverse().map(line => line.colour),
      format: (value: number) => axisNumber(value).padStart(labelWidth),
    },
  )
  return `${drawn}\n${' '.repeat(labelWidth + 2)}${timeAxis(graph, width)}`
}

/** The points as `width` of them: means where there are too many, straight lines between where there are too few. */
function stretch(points: readonly number[], width: number): number[] {
  if (points.length === 0) return Array(width).fill(0)
  return Array.from({ length: width }, (_, x) => {
    if (points.length >= width) {
      const from = Math.floor((x * points.length) / width)
      const slice = points.slice(from, Math.max(from + 1, Math.floor(((x + 1) * points.length) / width)))
      return slice.reduce((sum, value) => sum + value, 0) / slice.length
    }
    const at = (x * (points.length - 1)) / Math.max(1, width - 1)
    const before = points[Math.floor(at)]!
    return before + (points[Math.ceil(at)]! - before) * (at - Math.floor(at))
  })
}

function timeAxis(graph: DrawableGraph, width: number): string {
  const first = graph.times[0] ?? graph.from
  const last = graph.times.at(-1) ?? graph.to
  const format = timeFormat(graph.tz, last - first)
  const [left, middle, right] = [first, (first + last) / 2, last].map(ms => format.format(ms)) as [
    string,
    string,
    string,
  ]
  const room = width - left.length - right.length
  if (room < middle.length + 4) return left + right.padStart(Math.max(right.length + 1, width - left.length))
  const gap = Math.floor((room - middle.length) / 2)
  return left + ' '.repeat(gap) + middle + right.padStart(width - left.length - gap - middle.length)
}

function timeFormat(tz: string, spanMs: number): Intl.DateTimeFormat {
  const day: Intl.DateTimeFormatOptions = { month: 'short', day: 'numeric' }
  const time: Intl.DateTimeFormatOptions = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }
  const shown =
    spanMs <= 86_400_000
      ? time
      : spanMs <= 14 * 86_400_000
        ? { ...day, ...time }
        : { ...day, year: 'numeric' as const }
  return new Intl.DateTimeFormat('en-GB', { ...shown, timeZone: tz })
}

function drawLegend(lines: readonly Line[], { columns, colours }: DrawingOptions): string[] {
  const totals = lines.map(line => formatNumber(line.total))
  const shares = lines.map(line => (line.share === null ? '' : `${(line.share * 100).toFixed(0)}%`))
  const totalWidth = Math.max(...totals.map(text => text.length))
  const nameWidth = Math.max(
    4,
    Math.min(24, Math.max(...lines.map(line => line.name.length)), columns - totalWidth - 12),
  )
  const barWidth = Math.max(0, Math.min(40, columns - nameWidth - totalWidth - 11))
  return lines.map((line, i) => {
    const mark = colours ? asciichart.colored('●', line.colour) : '·'
    const name = cut(line.name, nameWidth).padEnd(nameWidth)
    const bars = asciichart.colored(sparkline(line.points, barWidth), line.colour)
    return `${mark} ${name} ${totals[i]!.padStart(totalWidth)} ${shares[i]!.padStart(5)}  ${bars}`.trimEnd()
  })
}

/** A line of bars, each as high as its share of the highest point; below zero counts as its size. */
function sparkline(points: readonly number[], width: number): string {
  const sizes = stretch(points, width).map(Math.abs)
  const highest = Math.max(...sizes)
  const bar = (size: number) =>
    BARS[size === 0 ? 0 : Math.max(1, Math.round((size / highest) * (BARS.length - 1)))]
  return sizes.map(bar).join('')
}

/** A number beside the axis, never much longer than those at its ends. */
function axisNumber(value: number): string {
  return formatNumber(Math.abs(value) >= 100 ? Math.round(value) : Number(value.toPrecision(3)))
}

/** `1,234`, `12.5`, `1.2M`. */
function formatNumber(value: number): string {
  const large = Math.abs(value) >= 1e6
  const format = large
    ? new Intl.NumberFormat('en-US', { notation: 'compact', maximumFractionDigits: 2 })
    : new Intl.NumberFormat('en-US', { maximumSignificantDigits: Math.abs(value) < 100 ? 3 : 6 })
  return format.format(value)
}

/** The name without what a terminal could take for a command. */
function printable(name: string): string {
  return name.replace(/[\u0000-\u001f\u007f-\u009f]/g, '?')
}

function cut(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1))}…`
}
