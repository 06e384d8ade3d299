/** What the tooltip says about a bucket. Pure but for the colours. */

import { widthOf } from '../../src/picture/cells.js'
import { formatShare } from '../../src/picture/numbers.js'
import { sharesOf, stackedLines } from '../../src/picture/stack.js'
import { bucketFormat } from '../../src/picture/times.js'
import { type Colours, colourName } from './colours.js'
import type { TooltipText } from './tooltip.js'
import type { ChartView } from './view.js'

/** The time and every line's value at a bucket, in the order of the legend. */
export function readingAt(view: ChartView, index: number, colours: Colours): TooltipText {
  const { times, endMs, lines, format, tz, locale, before } = view
  const values = lines.map(line => numberAt(line.points, index))
  const written = format.column(values)
  const shares = view.type === 'share' ? sharesAt(view, index) : null
  return {
    time: bucketFormat(tz, widthOf(times, endMs, index), locale)(times[index]!),
    rows: lines.map((line, i) => {
      const share = shares?.get(line.id)
      const earlier = before.get(line.id)
      const beside =
        share !== undefined
          ? formatShare(share, locale)
          : earlier !== undefined
            ? written(numberAt(earlier, index))
            : ''
      const { name, style } = line
      return {
        colour: colours(colourName(style)),
        dash: style.dash,
        name,
        value: written(values[i]!),
        beside,
      }
    }),
  }
}

function sharesAt({ lines }: ChartView, index: number): Map<string, number> {
  const parts = stackedLines(lines)
  const shares = sharesOf(parts.map(line => [numberAt(line.points, index)]))
  return new Map(parts.map((line, i) => [line.id, shares[i]![0]!]))
}

function numberAt(points: readonly number[], index: number): number {
  const value = points[index]
  return value !== undefined && Number.isFinite(value) ? value : 0
}
