/** The table itself. Names are text, each in its own direction. */
import { html, nothing, type TemplateResult } from 'lit'
import { repeat } from 'lit/directives/repeat.js'
import type { NumberFormat } from '../../../src/picture/numbers.js'
import { seenName } from '../base/words.js'
import { sparklineView } from '../number/sparkline-view.js'
import { barsOf, type TableRow, type TableRows, type TableSort } from './rows.js'

/** What is shown. */
export interface TableView {
  readonly caption: string
  /** What the children are, as the first column's head. */
  readonly heading: string
  readonly metrics: readonly string[]
  readonly formats: readonly NumberFormat[]
  readonly rows: TableRows
  readonly sort: TableSort
  /** With the courses of the first metric. */
  readonly courses: boolean
  /** The last bucket is still being counted. */
  readonly isOpen: boolean
}

/** What can be done. */
export interface TableActions {
  sort(by: TableSort['by']): void
  /** Looks below a child. */
  open(dimension: readonly string[]): void
}

/** Draws it. */
export function tableView(view: TableView, actions: TableActions): TemplateResult {
  const { rows, metrics, formats, courses } = view
  const all = [...rows.children, ...rows.foot]
  const write = metrics.map((_, i) => formats[i]!.column(all.flatMap(row => row.totals?.[i] ?? [])))
  const barOf = barsOf(rows)
  const digits = Math.max(...all.map(row => (row.totals === null ? 1 : write[0]!(row.totals[0]!).length)))
  const rowView = (row: TableRow) => html`<tr data-kind=${row.kind}>
    <th scope="row">${nameView(row, actions)}</th>
    ${courses ? html`<td class="course">${sparklineView(row.points, view.isOpen)}</td>` : nothing}
    ${metrics.map((_, i) => {
      const value = row.totals?.[i]
      const text = value === undefined ? '–' : write[i]!(value)
      return i === 0
        ? firstCell(row, text, barOf(row), (value ?? 0) < 0)
        : html`<td class="value">${text}</td>`
    })}
  </tr>`
  return html`<table part="table" ?data-many=${metrics.length > 2} .style=${`--_digits:${digits}ch`}>
    <caption class="unseen">${view.caption}</caption>
    <thead>
      <tr>
        ${headView(view, 'name', view.heading, actions)}
        ${courses ? html`<th scope="col" class="course"><span class="unseen">Course</span></th>` : nothing}
        ${metrics.map((metric, i) => headView(view, i, metric, actions))}
      </tr>
    </thead>
    <tbody>${repeat(rows.children, row => row.id, rowView)}</tbody>
    <tfoot>${repeat(rows.foot, row => row.id, rowView)}</tfoot>
  </table>`
}

function headView(view: TableView, by: TableSort['by'], text: string, actions: TableActions): TemplateResult {
  const { sort } = view
  const order = sort.by !== by ? 'none' : sort.descending ? 'descending' : 'ascending'
  const arrow = { none: '', ascending: '▲', descending: '▼' }[order]
  return html`<th scope="col" class=${by === 'name' ? '' : by === 0 ? 'value first' : 'value'} aria-sort=${order}>
    <button type="button" class="text" @click=${() => actions.sort(by)}><bdi>${text}</bdi><i aria-hidden="true">${arrow}</i></button>
  </th>`
}

function nameView({ kind, name, dimension }: TableRow, actions: TableActions): TemplateResult {
  if (kind !== 'child') return html`<bdi>${name}</bdi>`
  return html`<button type="button" class="text" title=${name} @click=${() => actions.open(dimension)}><bdi>${seenName(name)}</bdi></button>`
}

function firstCell(
  { kind, totals }: TableRow,
  text: string,
  bar: number,
  isNegative: boolean,
): TemplateResult {
  const track =
    kind === 'overall' || totals === null
      ? nothing
      : html`<i class="track"><b ?data-negative=${isNegative} .style=${`width:${bar * 100}%`}></b></i>`
  return html`<td class="value first"><div>${track}<span>${text}</span></div></td>`
}
