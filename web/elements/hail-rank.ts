/**
 * `<hail-rank>`: what moves a ratio, or makes up a sum: the parts of a path on all levels, those with the largest effect first.
 * It follows the path's own total, which tells when something has changed, and then asks `/rank` again, at most every five
 * seconds: a ranking reads all levels, so it costs more than a graph.
 */
import {
  type CSSResultGroup,
  html,
  nothing,
  type PropertyDeclarations,
  type PropertyValues,
  type TemplateResult,
} from 'lit'
import { formatShare, numberFormat } from '../../src/picture/numbers.js'
import type { GraphAnswer } from '../../src/query/graph.js'
import type { RankEntry } from '../../src/query/rank.js'
import type { GraphFields } from '../live/live.js'
import { Asked } from './base/asked.js'
import { metricList } from './base/metrics.js'
import type { ElementOptions } from './base/options.js'
import { TableElement } from './base/table-element.js'
import { isolated, pathWords } from './base/words.js'
import { divisionOf } from './rank/reading.js'
import { rankStyles } from './rank/styles.js'
import { type RankView, rankTable } from './rank/view.js'

/** What `<hail-rank>` understands besides. It ranks by the first of `metrics`. */
export interface RankOptions extends ElementOptions {
  /** Levels below the path; all unless said otherwise. */
  depth?: number | string | null
  /** Rows, before more are asked for; 10 unless said otherwise. */
  limit?: number | string | null
}

/** Between two questions. */
const RANK_MS = 5000

/** The element. */
export class HailRank extends TableElement {
  static override properties: PropertyDeclarations = { ...TableElement.properties, depth: {} }

  static override styles: CSSResultGroup = [TableElement.styles, rankStyles]

  declare depth: number | string | null

  readonly #ranking = new Asked<readonly RankEntry[]>(RANK_MS, () => this.#onRanking())

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    this.#ranking.stop()
  }

  protected override fields(): GraphFields | null {
    const fields = super.fields()
    if (fields === null) return null
    const [metric = 'hits'] = metricList(this.metricsText)
    const count = countOf(metric)
    const metrics = count === null || count === metric ? [metric] : [metric, count]
    return { ...fields, metrics: JSON.stringify(metrics), limit: '0' }
  }

  protected override willUpdate(changed: PropertyValues): void {
    // What is followed knows no depth and no limit: after a refusal of one its answer still stands.
    if (['depth', 'limit'].some(name => changed.has(name)) && this.#ranking.refused !== null) {
      this.#ranking.stop()
      if (this.answered !== null) this.onAnswer(this.answered.answer, this.answered.fields)
    }
    super.willUpdate(changed)
  }

  protected override onAnswer(graph: GraphAnswer, fields: GraphFields): void {
    // A refusal of the question before says nothing of this one.
    if (JSON.stringify(fields) !== JSON.stringify(this.answered?.fields)) this.#ranking.stop()
    super.onAnswer(graph, fields)
    if (this.#ranking.refused !== null) this.onRefused(this.#ranking.refused)
  }

  protected override words(): string {
    const [metric = 'hits'] = metricList(this.metricsText)
    const what = divisionOf(metric) === null ? 'What makes up' : 'What moves'
    const where = this.byPath.length === 0 ? '' : ` of ${pathWords(this.byPath)}`
    return `${what} ${isolated(metric)}${where}${this.when}`
  }

  protected override tableOf(graph: GraphAnswer, fields: GraphFields): TemplateResult | typeof nothing {
    const entries = this.#entries(graph, fields)
    if (entries === null) return nothing
    if (entries.length === 0) return this.leafView(graph)
    const view = this.#view(graph, entries.slice(0, this.rowsEach * this.pages))
    const isMore = entries.length > view.entries.length
    const stands = view.entries.some(({ important }) => important)
    return html`<div class="scroll">${rankTable(view, path => this.open(path))}</div>
      <p class="note">${stands ? emphasisWords(view.isRatio) : 'Nothing here stands out.'}</p>
      ${isMore ? html`<div class="foot">${this.moreView('Show more')}</div>` : nothing}`
  }

  /** The ranking, with one entry more than is shown: it says that there are more. */
  #entries(graph: GraphAnswer, { limit: _, ...fields }: GraphFields): readonly RankEntry[] | null {
    if (!this.isConnected) return null
    const { live } = this
    const question = {
      ...{ ...fields, metrics: JSON.stringify(graph.metrics.slice(0, 1)) },
      limit: this.limitText(this.rowsEach * this.pages + 1),
      ...(this.depth !== null && this.depth !== undefined && { depth: `${this.depth}` }),
    }
    return this.#ranking.newest(JSON.stringify([live.server, question]), graph, signal =>
      live.ask<readonly RankEntry[]>('rank', question, signal),
    )
  }

  #onRanking(): void {
    if (this.#ranking.refused !== null) this.onRefused(this.#ranking.refused)
    this.requestUpdate()
  }

  #view(graph: GraphAnswer, entries: readonly RankEntry[]): RankView {
    const [metric = '', count] = graph.metrics
    const { total } = graph.overall
    const locale = this.language
    // Of a sum, the effect is the score; of a ratio it is so by chance only.
    const isRatio = entries.some(({ effect, score }) => effect !== score)
    const [format] = this.formats(1)
    return {
      ...{ caption: this.caption || this.words(), entries, depth: graph.dimension.length, isRatio },
      whole: { score: total[metric] ?? 0, count: count === undefined ? null : (total[count] ?? null) },
      wording: {
        ...{ metric, division: divisionOf(metric), score: format!.full, move: this.#moveFormat() },
        count: numberFormat('', locale).full,
        part: value => formatShare(value, locale),
      },
      score: format!.column(entries.map(({ score }) => score)),
      effect: this.#effectFormat(entries, isRatio),
      difference: differenceFormat(isRatio, locale),
    }
  }

  /** A percentage is moved by points: 2 % less could mean something else. */
  #moveFormat(): (value: number) => string {
    if (!this.#isPercent) return this.formats(1)[0]!.full
    const { full } = numberFormat('', this.language)
    return value => `${full(value * 100)} percentage points`
  }

  get #isPercent(): boolean {
    return /^\s*percent/.test(`${this.format ?? ''}`)
  }

  /** Effects are in the unit of what is divided: of a percentage that is a number. */
  #effectFormat(entries: readonly RankEntry[], isRatio: boolean): (value: number) => string {
    const format = isRatio && this.#isPercent ? numberFormat('', this.language) : this.formats(1)[0]!
    const effects = entries.map(({ effect }) => effect)
    const round = Math.max(...effects.map(Math.abs)) >= 100 ? Math.round : (value: number) => value
    const write = format.column(effects.map(round))
    return value => `${isRatio && round(value) > 0 ? '+' : ''}${write(round(value))}`
  }
}

/** What a ratio is divided by, where that is a metric. */
function countOf(metric: string): string | null {
  const count = divisionOf(metric)?.count ?? ''
  return count === '' || /^[\d.]/.test(count) ? null : count
}

/** What the bold ones have in common: the rule of `/rank`. */
function emphasisWords(isRatio: boolean): string {
  return isRatio
    ? 'Bold: more than 10% away from the whole, and more than 5 to divide by.'
    : 'Bold: more than 10% of the whole that its own parts don’t explain.'
}

function differenceFormat(isSigned: boolean, locale: string | undefined): (value: number) => string {
  const format = new Intl.NumberFormat(locale, {
    style: 'percent',
    maximumFractionDigits: 0,
    ...(isSigned && { signDisplay: 'exceptZero' }),
  })
  return value => format.format(value)
}
