/** The numbers of the chart as a table: for those who would rather read than look. */
import { html, type TemplateResult } from 'lit'
import { bucketFormat } from '../../../src/picture/times.js'
import { bucketMs, type Shown } from './shown.js'

/** A row for each bucket, a column for each line that is drawn. */
export function pointTable(
  shown: Shown,
  off: ReadonlySet<string>,
  locale: string | undefined,
): TemplateResult {
  const { graph, metric, when, format } = shown
  const lines = shown.lines.filter(line => !off.has(line.id))
  const write = bucketFormat(graph.tz, bucketMs(graph), locale)
  const columns = lines.map(({ points }) => points.map(format.column(points)))
  return html`<div class="points" tabindex="0" role="region" aria-label=${`Table of ${metric} ${when}`}>
    <table>
      <thead>
        <tr>
          <th scope="col">Time</th>
          ${lines.map(line => html`<th scope="col"><bdi class="clamp">${line.name}</bdi></th>`)}
        </tr>
      </thead>
      <tbody>
        ${graph.times.map(
          (ms, index) =>
            html`<tr>
              <th scope="row">${write(ms)}</th>
              ${columns.map(column => html`<td>${column[index]}</td>`)}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`
}
