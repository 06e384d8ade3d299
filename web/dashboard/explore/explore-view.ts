/** The explore page: the pickers, the graph they describe, and what can be done with it. All of its state is in the address. */
import { html, nothing, type PropertyValues, type TemplateResult } from 'lit'
import type { PanelElement } from '../../../src/boards/panel.js'
import { metricList } from '../../elements/base/metrics.js'
import { addDialog } from '../boards/add-dialog.js'
import { attributes } from '../parts/attributes.js'
import { icon } from '../parts/icons.js'
import { define, LightElement } from '../parts/light.js'
import { Polled } from '../parts/polled.js'
import { keyNames } from '../pick/listing.js'
import { timeName } from '../pick/periods.js'
import type { FieldErrors } from '../pick/question-form.js'
import '../pick/question-form.js'
import { go, serverAddress } from '../place/navigate.js'
import { pathText } from '../place/path.js'
import type { Companion, RouteOf } from '../place/route.js'
import { attributesFor, type Changes, changed, DEMO_VIEW, filled, type View } from '../place/view.js'
import { embedDialog } from './embed-dialog.js'
import { errorsIn } from './field-errors.js'

/** How often it is looked whether there is a key by now, milliseconds. */
const LOOK_MS = 2000

const COMPANIONS: readonly (readonly [show: Companion, name: string])[] = [
  ['table', 'All children'],
  ['rank', 'What stands out'],
]

/** The page; `route` is where the reader is. */
export class ExploreView extends LightElement {
  static override properties = {
    route: { attribute: false },
    key: { state: true },
    errors: { state: true },
    dialog: { state: true },
    isEmpty: { state: true },
  }
  declare route: RouteOf<'explore'>
  /** The key that was chosen where the address names none; null: not yet. */
  declare protected key: string | null
  declare protected errors: FieldErrors
  declare protected dialog: 'embed' | 'add' | null
  /** Whether the graph has nothing in it. */
  declare protected isEmpty: boolean
  /** Looks for a key where the address names none, until there is one. Its answer: that it was looked. */
  readonly #keys = new Polled(this, LOOK_MS, async signal => {
    if (this.#hasKey) this.#keys.pause()
    else {
      const { names } = await keyNames({ path: [], prefix: '', after: null }, signal)
      this.#choose(names.map(({ path }) => pathText(path)))
    }
    return true
  })

  constructor() {
    super()
    this.key = null
    this.errors = {}
    this.dialog = null
    this.isEmpty = false
  }

  /** The default key, or the first that there is. The demo shop has a view of its own. */
  #choose(keys: readonly string[]): void {
    const [first] = keys
    if (first === undefined) return
    const key = keys.includes('_') ? '_' : first
    this.key = key
    const { view } = this.route
    const isDemo = key === 'demo' && Object.keys(view).length === 0
    if (key !== '_') go({ ...this.route, view: isDemo ? DEMO_VIEW : { ...view, key } }, { replace: true })
  }

  get #hasKey(): boolean {
    return this.route.view.key !== undefined || this.key !== null
  }

  get #view(): View {
    return filled(this.route.view)
  }

  protected override updated(changes: PropertyValues<this>): void {
    if (changes.get('route') !== undefined && !this.#hasKey) this.#keys.again()
  }

  protected override render(): TemplateResult {
    const view = this.#view
    // Before it is known which keys there are, there is nothing to ask about. With none at all the default key gets the first event.
    const isKnown = this.#hasKey || this.#keys.answer !== null || this.#keys.trouble !== ''
    return html`
      <h1 class="unseen" tabindex="-1">Explore</h1>
      <hw-question
        .view=${view}
        .errors=${this.errors}
        .extras=${this.#tools()}
        @hw-change=${(event: CustomEvent<Changes>) => this.#change(event.detail)}
      ></hw-question>
      <section class="stage" aria-label="Graph">
        ${isKnown ? this.#graph(view) : nothing}
      </section>
      ${this.isEmpty ? nothing : [this.#companions(), this.#companion(view)]} ${this.#dialog(view)}
    `
  }

  #graph(view: View): TemplateResult {
    return html`<hail-graph
      server=${serverAddress()}
      ${attributes(attributesFor('graph', view))}
      @hail-drill=${this.#onDrill}
      @hail-zoom=${this.#onZoom}
      @hail-choose=${this.#onChoose}
      @hail-state=${this.#onState}
    ></hail-graph>`
  }

  /** What can be done with the graph. Zoomed into, there is a way back to the period. */
  #tools(): TemplateResult {
    const { period, from } = this.#zoomed
    const back = () => this.#change({ from: null, to: null, interval: null })
    return html`${from === undefined ? nothing : html`<button type="button" class="quiet" @click=${back}>${icon('left')}${timeName({ period }, '')}</button>`}
      <div class="group end">
        <button type="button" class="quiet" @click=${() => (this.dialog = 'add')}>${icon('plus')}Add to a board</button>
        <button type="button" class="quiet" @click=${() => (this.dialog = 'embed')}>${icon('code')}Copy embed code</button>
      </div>`
  }

  get #zoomed(): { period: string; from: string | undefined } {
    const { from, period = '1m:1h' } = this.route.view
    return { period, from }
  }

  #companions(): TemplateResult {
    const { show } = this.route
    const press = (pressed: Companion) => go({ ...this.route, show: pressed === show ? 'none' : pressed })
    return html`<div class="group tools" role="group" aria-label="Below the graph">
      ${COMPANIONS.map(
        ([each, name]) =>
          html`<button type="button" class="quiet" aria-pressed=${each === show} @click=${() => press(each)}>${name}</button>`,
      )}
    </div>`
  }

  #companion(view: View): unknown {
    const { show } = this.route
    if (show === 'none') return nothing
    const [metric = 'hits'] = metricList(view.metrics ?? '')
    const shown = attributesFor(show, show === 'rank' ? { ...view, metrics: metric } : view)
    const content =
      show === 'table'
        ? html`<hail-table server=${serverAddress()} ${attributes({ ...shown, limit: '1000' })} @hail-drill=${this.#onDrill}></hail-table>`
        : html`<hail-rank server=${serverAddress()} ${attributes(shown)} @hail-drill=${this.#onDrill}></hail-rank>`
    return html`<section class="stage" aria-label=${show === 'table' ? 'All children' : 'What stands out'}>${content}</section>`
  }

  #dialog(view: View): unknown {
    const closed = () => {
      this.dialog = null
    }
    if (this.dialog === 'embed') return embedDialog(this.#shown('graph', view), closed)
    if (this.dialog === 'add') return addDialog(view, closed)
    return nothing
  }

  #shown(element: PanelElement, view: View) {
    return { element, attributes: attributesFor(element, view) }
  }

  #change(changes: Changes): void {
    go({ ...this.route, view: changed(this.route.view, changes) })
  }

  /** The page keeps where the reader is in its address: the elements only ask. */
  #onDrill(event: CustomEvent<{ by: readonly string[] }>): void {
    event.preventDefault()
    const { by } = event.detail
    this.#change({ by: by.length === 0 ? null : pathText(by) })
  }

  #onZoom(event: CustomEvent<{ from: number; to: number } | null>): void {
    event.preventDefault()
    const range = event.detail
    if (range === null) this.#change({ from: null, to: null, interval: null })
    else this.#change({ from: instantText(range.from), to: instantText(range.to), interval: null })
  }

  #onChoose(event: CustomEvent<{ metrics?: string; period?: string; by?: readonly string[] }>): void {
    event.preventDefault()
    const { by, ...rest } = event.detail
    this.#change({ ...rest, ...(by !== undefined && { by: pathText(by) }) })
  }

  #onState(event: CustomEvent<{ state: string; detail: string | null }>): void {
    const { state, detail } = event.detail
    this.errors = state === 'refused' ? errorsIn(detail ?? '') : {}
    this.isEmpty = state === 'empty'
  }
}

/** `2026-03-01T12:00Z`; seconds only where there are some. */
function instantText(ms: number): string {
  return new Date(ms)
    .toISOString()
    .replace(/(:\d\d)\.\d+Z$/, '$1Z')
    .replace(/:00Z$/, 'Z')
}

define('hw-explore', ExploreView)
