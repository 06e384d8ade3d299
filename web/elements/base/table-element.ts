/**
 * What `<hail-table>` and `<hail-rank>` have in common: a card with a caption, the way back, a table that shows so many rows and
 * more when asked, and drilling down by a click on a name. What is in the table is theirs.
 */
import {
  type CSSResultGroup,
  html,
  nothing,
  type PropertyDeclarations,
  type PropertyValues,
  type TemplateResult,
} from 'lit'
import { keyName } from '../../../src/picture/names.js'
import { isEmptyGraph } from '../../../src/picture/nothing.js'
import type { GraphAnswer } from '../../../src/query/graph.js'
import type { GraphFields } from '../../live/live.js'
import { HailElement } from '../hail-element.js'
import { crumbsStyles, crumbsView } from './crumbs.js'
import { noticeView } from './notice.js'
import { numberTableStyles } from './number-table-styles.js'
import { seenName, whenWords } from './words.js'

/** Rows, unless `limit` says otherwise. */
const ROWS = 10

/** The base of the two. */
export abstract class TableElement extends HailElement {
  static override properties: PropertyDeclarations = {
    ...HailElement.properties,
    limit: {},
    pages: { state: true },
  }

  static override styles: CSSResultGroup = [HailElement.styles, crumbsStyles, numberTableStyles]

  declare limit: number | string | null
  /** How often `limit` rows are shown. */
  declare protected pages: number

  #drilled = false

  constructor() {
    super()
    this.pages = 1
  }

  /** What it shows, in words. */
  protected abstract words(): string

  /** The table and what belongs to it; nothing where that isn't known yet. */
  protected abstract tableOf(graph: GraphAnswer, fields: GraphFields): TemplateResult | typeof nothing

  /** Rows that each page has. */
  protected get rowsEach(): number {
    const limit = Number(this.limit ?? ROWS)
    return Number.isInteger(limit) && limit >= 1 ? limit : ROWS
  }

  /** How many to ask for: `rows`, or a limit that is none, as it was written, for the server to refuse. */
  protected limitText(rows: number): string {
    return Number(this.limit ?? ROWS) === this.rowsEach ? `${rows}` : `${this.limit}`
  }

  /** When it is of, to end a caption with. */
  protected get when(): string {
    return whenWords(this.state === 'refused' ? null : this.answered, this.language)
  }

  protected override isEmpty(graph: GraphAnswer): boolean {
    return isEmptyGraph(graph)
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (['by', 'key', 'metrics', 'limit'].some(name => changed.has(name))) this.pages = 1
    super.willUpdate(changed)
  }

  /** Rows change places while one of them has the focus: it keeps it. */
  protected override update(changed: PropertyValues): void {
    const focused = this.shadowRoot?.activeElement
    super.update(changed)
    if (!(focused instanceof HTMLElement) || focused === this.shadowRoot?.activeElement) return
    if (focused.isConnected) focused.focus({ preventScroll: true })
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed)
    if (!this.#drilled) return
    this.#drilled = false
    this.renderRoot
      .querySelector<HTMLElement>('.crumbs [aria-current], thead button')
      ?.focus({ preventScroll: true })
  }

  protected override render(): TemplateResult {
    const { state, trouble, answered } = this
    const words = this.caption || this.words()
    // Numbers that belong to another question than the one that was refused would mislead.
    const isShown = answered !== null && state !== 'refused'
    const table = isShown ? this.#body(answered.answer, answered.fields) : nothing
    const isBusy = state === 'loading' || (state === 'live' && table === nothing)
    return html`<section part="card" class="card" data-state=${state} aria-busy=${isBusy} aria-label=${words}>
      <div class="head">
        <p part="caption" class="caption" aria-hidden="true">${words}</p>
        ${crumbsView(keyName(this.keyPath), this.byPath, path => this.open(path))}
      </div>
      ${table === nothing ? nothing : html`<div class=${state === 'stale' ? 'body faded' : 'body'}>${table}</div>`}
      ${noticeView(state, trouble, {
        ...{ server: this.serverBase, locale: this.language, hasAnswered: answered !== null },
        written: field => this.getAttribute(field),
      })}
    </section>`
  }

  /** Looks below a path, unless the page forbids it. */
  protected open(path: readonly string[]): void {
    if (!this.offer('hail-drill', { by: [...path] })) return
    this.by = path
    this.#drilled = true
  }

  /** A button for more rows. */
  protected moreView(text: string): TemplateResult {
    return html`<button type="button" class="quiet" @click=${() => this.pages++}>${text}</button>`
  }

  /** Said of a path that has no children. */
  protected leafView(graph: GraphAnswer): TemplateResult {
    return html`<p class="note">Nothing is told apart below${' '}<bdi>${seenName(graph.dimension.at(-1) ?? keyName(graph.key))}</bdi>.</p>`
  }

  #body(graph: GraphAnswer, fields: GraphFields): TemplateResult | typeof nothing {
    if (this.state === 'empty') return html`<p class="note">Nothing counted yet</p>`
    return this.tableOf(graph, fields)
  }
}
