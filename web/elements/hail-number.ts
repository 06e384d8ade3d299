/**
 * `<hail-number>`: one number that can be read from afar: the total of a metric, overall or of the path that `by` names, its
 * change from the time before, and its course as a small line. It shows the first of `metrics` only.
 */
import {
  type CSSResultGroup,
  html,
  nothing,
  type PropertyDeclarations,
  type PropertyValues,
  type TemplateResult,
} from 'lit'
import { type Change, changeOf } from '../../src/picture/change.js'
import { isEmptyGraph } from '../../src/picture/nothing.js'
import { lengthWords } from '../../src/picture/periods.js'
import { partOver, totalUpToNow } from '../../src/picture/up-to-now.js'
import type { GraphAnswer } from '../../src/query/graph.js'
import type { GraphFields } from '../live/live.js'
import { metricList } from './base/metrics.js'
import { noticeView } from './base/notice.js'
import type { ElementOptions } from './base/options.js'
import { isolated, pathWords, whenWords } from './base/words.js'
import { Comparison } from './graph/comparison.js'
import { HailElement } from './hail-element.js'
import { type Good, verdictOf } from './number/change.js'
import { emsOf } from './number/fit.js'
import { sparklineStyles, sparklineView } from './number/sparkline-view.js'
import { numberStyles } from './number/styles.js'

/** What `<hail-number>` understands besides. */
export interface NumberOptions extends ElementOptions {
  /** Compare with the period before, or with so long ago (`1w`). */
  compare?: string | boolean | null
  /** `down`: less is better. */
  good?: Good | null
}

const ARROWS = { up: '▲', down: '▼', same: '▶' } as const

/** The element. */
export class HailNumber extends HailElement {
  static override properties: PropertyDeclarations = { ...HailElement.properties, compare: {}, good: {} }

  static override styles: CSSResultGroup = [HailElement.styles, sparklineStyles, numberStyles]

  declare compare: string | boolean | null
  declare good: Good | null

  readonly #comparison = new Comparison()

  protected override fields(): GraphFields | null {
    const asked = super.fields()
    if (asked === null) return null
    const [metric = 'hits'] = metricList(this.metricsText)
    return this.#comparison.asked({ ...asked, metrics: metric, limit: '0' }, this, Date.now())
  }

  /** What was before can't always be had: the number is asked for without. */
  protected override onRefused(refused: Error): void {
    if (this.#comparison.leaveOut(refused)) this.requestUpdate()
    else super.onRefused(refused)
  }

  protected override isEmpty(graph: GraphAnswer): boolean {
    return isEmptyGraph(graph)
  }

  protected override render(): TemplateResult {
    const { state, trouble } = this
    // Numbers that belong to another question than the one that was refused would mislead.
    const graph = state === 'refused' ? null : this.graph
    return html`<div part="card" class="card" role="group" aria-labelledby="caption" data-state=${state} aria-busy=${state === 'loading'}>
      <p part="caption" class="caption" id="caption">${this.#caption()}</p>
      ${
        graph === null && state !== 'loading'
          ? nothing
          : html`<div class=${state === 'stale' ? 'body faded' : 'body'}>${this.#body(graph)}</div>`
      }
      ${noticeView(state, trouble, {
        ...{ server: this.serverBase, locale: this.language, hasAnswered: graph !== null },
        written: field => this.getAttribute(field),
      })}
    </div>`
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed)
    const figure = this.renderRoot.querySelector<HTMLElement>('.figure')
    for (const kind of ['full', 'short'] as const) {
      const text = figure?.querySelector(`.${kind}`)?.textContent ?? ''
      figure?.style.setProperty(kind === 'full' ? '--_ems' : '--_short-ems', `${Math.max(1, emsOf(text))}`)
    }
  }

  #caption(): string {
    if (this.caption) return this.caption
    const [metric = 'hits'] = metricList(this.metricsText)
    const what = `${isolated(metric)}${whenWords(this.state === 'refused' ? null : this.answered, this.language)}`
    return this.byPath.length === 0 ? what : `${pathWords(this.byPath)}: ${what}`
  }

  #body(graph: GraphAnswer | null): TemplateResult {
    if (graph === null) return html`<p part="figure" class="figure"><span class="full">–</span></p>`
    const metric = graph.metrics[0] ?? ''
    const value = graph.overall.total[metric] ?? 0
    const [format] = this.formats(1)
    const full = format!.full(value)
    // Three digits, so that an axis would write it short.
    const short = format!.axis([Number(value.toPrecision(3))])[0]!
    const isOpen = graph.to > Date.now()
    return html`<p part="figure" class="figure" ?data-short=${short !== full}>
        <span class="full">${full}</span>${short === full ? nothing : html`<span class="short" aria-hidden="true">${short}</span>`}
      </p>
      ${this.state === 'empty' ? html`<p class="change"><span>Nothing counted yet</span></p>` : this.#change(graph, metric)}
      ${this.state === 'empty' ? nothing : html`<div class="spark">${sparklineView(graph.overall.points[metric] ?? [], isOpen)}</div>`}`
  }

  #change(graph: GraphAnswer, metric: string): TemplateResult | typeof nothing {
    const before = graph.metrics[1]
    if (before === undefined) return nothing
    const over = partOver(graph.times.at(-1) ?? graph.from, graph.to, Date.now())
    const change = changeOf(
      graph.overall.total[metric] ?? 0,
      totalUpToNow(graph.overall, before, over),
      this.language,
    )
    return change === null ? nothing : this.#changeView(change, before)
  }

  #changeView(change: Change, before: string): TemplateResult {
    const good: Good = this.good === 'down' ? 'down' : 'up'
    const verdict = verdictOf(change, good)
    const said = good === 'down' && verdict !== 'same' ? ` ${verdict}` : ''
    return html`<p part="change" class="change" data-verdict=${verdict}>
      <b><i aria-hidden="true">${ARROWS[change.way]}</i>${' '}${change.text}${said}</b>${' '}<span>${earlier(before)}</span>
    </p>`
  }
}

/** `previous(dollars, 1d)` → `vs a day earlier`. */
function earlier(before: string): string {
  const words = lengthWords(/, (\w+)\)$/.exec(before)?.[1] ?? '')
  const article = /^\d/.test(words) ? '' : words === 'hour' ? 'an ' : 'a '
  return `vs ${article}${words} earlier`
}
