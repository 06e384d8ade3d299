/**
 * `<hail-table>`: the children of a path, ranked: any metrics and ratios as columns, sorted by each of them or by name, with a
 * bar for the first metric and, where asked for, its course. A child's name leads to its own children. Live.
 *
 * It follows the same answers as a graph. Where there are more children than are shown, and another order is wanted than the
 * one that a graph chooses by, it asks which ones come first (`table/ranked.ts`).
 */
import {
  type CSSResultGroup,
  html,
  nothing,
  type PropertyDeclarations,
  type PropertyValues,
  type TemplateResult,
} from 'lit'
import type { GraphAnswer } from '../../src/query/graph.js'
import type { GraphFields } from '../live/live.js'
import { Asked } from './base/asked.js'
import { metricList } from './base/metrics.js'
import type { ElementOptions } from './base/options.js'
import { TableElement } from './base/table-element.js'
import { isolated, pathWords } from './base/words.js'
import { sparklineStyles } from './number/sparkline-view.js'
import { askRanked, csvAddress, type RankedAnswer } from './table/ranked.js'
import {
  DEFAULT_SORT,
  isChosenBy,
  rowsOf,
  rowsWith,
  sortAfter,
  sortOf,
  sortText,
  type TableRows,
  type TableSort,
} from './table/rows.js'
import { tableStyles } from './table/styles.js'
import { tableView } from './table/view.js'

/** What `<hail-table>` understands besides. */
export interface TableOptions extends ElementOptions {
  /** Rows, before more are asked for; 10 unless said otherwise. */
  limit?: number | string | null
  /** One of the metrics or `name`; with a minus the largest first. */
  sort?: string | null
  /** With the course of the first metric beside each name. */
  sparkline?: boolean
}

/** As many children as a graph answers. */
const MOST_ROWS = 1000
/** Between two questions which children come first. */
const RANKED_MS = 1000

/** The element. */
export class HailTable extends TableElement {
  static override properties: PropertyDeclarations = {
    ...TableElement.properties,
    sort: {},
    sparkline: { type: Boolean },
    chosen: { state: true },
  }

  static override styles: CSSResultGroup = [TableElement.styles, sparklineStyles, tableStyles]

  declare sort: string | null
  declare sparkline: boolean
  /** The order that was clicked; null: that of `sort`. */
  declare protected chosen: TableSort | null

  readonly #ranked = new Asked<RankedAnswer>(RANKED_MS, () => this.requestUpdate())

  constructor() {
    super()
    this.sparkline = false
    this.chosen = null
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    this.#ranked.stop()
  }

  protected override fields(): GraphFields | null {
    const fields = super.fields()
    if (fields === null) return null
    // The server says so where the order or the number of rows is none.
    return {
      ...fields,
      threshold: '0',
      limit: this.limitText(this.#limit),
      ...(this.sort && { sort: this.sort }),
    }
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has('metrics') || changed.has('sort')) this.chosen = null
    super.willUpdate(changed)
  }

  protected override words(): string {
    const [metric = 'hits'] = metricList(this.metricsText)
    const by = this.byPath
    const parts = by.length === 0 ? '' : ` ${by.length === 1 ? 'by' : 'below'} ${pathWords(by)}`
    return `${isolated(metric)}${parts}${this.when}`
  }

  protected override tableOf(graph: GraphAnswer, fields: GraphFields): TemplateResult {
    const sort = this.chosen ?? sortOf(this.sort ?? '', graph.metrics) ?? DEFAULT_SORT
    const rows = this.#rows(graph, fields, sort)
    const { length } = graph.dimension
    const view = {
      ...{ rows, sort, metrics: graph.metrics, formats: this.formats(graph.metrics.length) },
      ...{ caption: this.caption || this.words(), courses: this.sparkline, isOpen: graph.to > Date.now() },
      heading: length === 1 ? graph.dimension[0]! : length === 0 ? 'dimension' : 'name',
    }
    const choose = (by: TableSort['by']) => {
      this.chosen = sortAfter(sort, by)
    }
    return html`<div class="scroll">${tableView(view, { sort: choose, open: path => this.open(path) })}</div>
      ${rows.children.length === 0 ? this.leafView(graph) : this.#footView(fields, sortText(sort, graph.metrics), rows.hidden)}`
  }

  get #limit(): number {
    return Math.min(MOST_ROWS, this.rowsEach * this.pages)
  }

  #rows(graph: GraphAnswer, fields: GraphFields, sort: TableSort): TableRows {
    if (isChosenBy(graph, sort) || !this.isConnected) {
      this.#ranked.stop()
      return rowsOf(graph, sort)
    }
    const { live } = this
    const question = { fields, metrics: graph.metrics, sort, limit: this.#limit, course: this.sparkline }
    const ranked = this.#ranked.newest(JSON.stringify([live.server, question]), graph, signal =>
      askRanked(live, question, signal),
    )
    return ranked === null ? rowsOf(graph, sort) : rowsWith(graph, ranked.totals, ranked.points)
  }

  #footView(fields: GraphFields, sort: string, hidden: number): TemplateResult {
    const more = Math.min(hidden, this.rowsEach, MOST_ROWS - this.#limit)
    return html`<div class="foot">
      ${more > 0 ? this.moreView(`Show ${more} more`) : nothing}
      <a part="csv" href=${csvAddress(this.serverBase, fields, sort)} download>CSV<span class="unseen"> of this table</span></a>
    </div>`
  }
}
