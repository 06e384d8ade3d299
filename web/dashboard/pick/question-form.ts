/** All pickers together: what a graph shows, chosen. The explore page and the form of a panel are made of it. */
import { html, nothing, type TemplateResult } from 'lit'
import { PANEL_ATTRIBUTES, type PanelElement } from '../../../src/boards/panel.js'
import { icon } from '../parts/icons.js'
import { define, freshId, LightElement } from '../parts/light.js'
import { ownZone } from '../place/navigate.js'
import type { Changes, View } from '../place/view.js'
import { dimensionNames, keyNames } from './listing.js'
import './metrics-input.js'
import './path-picker.js'
import './period-picker.js'
import { compareField, type FieldOf, formatField, numberField, typeField } from './question-fields.js'
import './zone-picker.js'

/** What is wrong with which parameter, in the server's words. */
export type FieldErrors = Readonly<Record<string, string>>

/** The fields that are folded away. */
const FOLDED = ['tz', 'format', 'threshold', 'limit']

/** `hw-change` with the changes of the view. */
export class QuestionForm extends LightElement {
  static override properties = {
    view: { attribute: false },
    element: {},
    errors: { attribute: false },
    unfolded: { type: Boolean },
    extras: { attribute: false },
  }
  /** Every default said. */
  declare view: View
  declare element: PanelElement
  declare errors: FieldErrors
  /** Whether the fields that are needed less often are shown. */
  declare unfolded: boolean
  /** What stands in the same row, at its end. */
  declare extras: unknown
  readonly #uid = freshId()

  constructor() {
    super()
    this.view = {}
    this.element = 'graph'
    this.errors = {}
    this.unfolded = false
    this.extras = nothing
  }

  protected override render(): TemplateResult {
    const isUnfolded = this.unfolded || FOLDED.some(name => this.errors[name] !== undefined)
    const id = `${this.#uid}-more`
    return html`
      <div class="pickers">${this.#key()} ${this.#by()} ${this.#metrics()} ${this.#period()}</div>
      <div class="options">
        ${this.#knows('type') ? typeField(this.#field('type')) : nothing}
        ${this.#knows('compare') ? compareField(this.#field('compare')) : nothing}
        <button type="button" class="quiet fold" aria-expanded=${isUnfolded} aria-controls=${id} @click=${this.#fold}>
          ${icon('sliders')}Options${this.#chosen()}
        </button>
        ${this.extras}
      </div>
      <div class="pickers more" id=${id} ?hidden=${!isUnfolded}>${isUnfolded ? this.#folded() : nothing}</div>
    `
  }

  #key(): TemplateResult {
    return html`<hw-path
      class="picker-key"
      label="Key"
      noun="key"
      .value=${this.view.key ?? '_'}
      .source=${keyNames}
      error=${this.errors.key ?? ''}
      @hw-pick=${this.#picked('key')}
    ></hw-path>`
  }

  #by(): TemplateResult {
    const pick = (event: CustomEvent<string>) =>
      this.#change(event, { by: event.detail === '_' ? null : event.detail })
    return html`<hw-path
      class="picker-by"
      label="Split by"
      noun="dimension"
      rootName="First level"
      .value=${this.view.by ?? '_'}
      .source=${dimensionNames(this.view.key ?? '_')}
      error=${this.errors.by ?? this.errors.dimensions ?? ''}
      @hw-pick=${pick}
    ></hw-path>`
  }

  #metrics(): TemplateResult {
    return html`<hw-metrics
      class="drop"
      .value=${this.view.metrics ?? 'hits'}
      .keyText=${this.view.key ?? '_'}
      error=${this.errors.metrics ?? ''}
      @hw-pick=${this.#picked('metrics')}
    ></hw-metrics>`
  }

  #period(): TemplateResult {
    const { period, from, to, interval } = this.errors
    return html`<hw-period
      label="Period"
      .view=${this.view}
      tz=${this.view.tz ?? ownZone()}
      error=${period ?? from ?? to ?? interval ?? ''}
      @hw-pick=${(event: CustomEvent<Changes>) => this.#change(event, event.detail)}
    ></hw-period>`
  }

  #folded(): unknown {
    const shares = { label: 'Children from a share of', usual: 0.1, max: 1, step: 0.01 }
    const most = { label: 'At most so many', usual: this.element === 'rank' ? 100 : 10, max: 1000, step: 1 }
    const number = (name: string, rest: typeof shares) =>
      this.#knows(name) ? numberField({ ...this.#field(name), name, ...rest }) : nothing
    return [
      this.#zone(),
      formatField(this.#field('format')),
      number('threshold', shares),
      number('limit', most),
    ]
  }

  #zone(): TemplateResult {
    return html`<hw-zone
      label="Time zone"
      .value=${this.view.tz ?? ''}
      error=${this.errors.tz ?? ''}
      @hw-pick=${(event: CustomEvent<string>) => this.#change(event, { tz: event.detail || null })}
    ></hw-zone>`
  }

  /** How many of the folded fields are not at their default. */
  #chosen(): unknown {
    const names = FOLDED.filter(name => this.view[name] !== undefined)
    return names.length === 0
      ? nothing
      : html`<span class="count">${names.length}<span class="unseen"> chosen</span></span>`
  }

  #knows(name: string): boolean {
    return PANEL_ATTRIBUTES[this.element].includes(name)
  }

  #field(name: string): FieldOf {
    const change = (event: Event, changes: Changes) => this.#change(event, changes)
    return { id: `${this.#uid}-${name}`, view: this.view, error: this.errors[name] ?? '', change }
  }

  #fold(): void {
    this.unfolded = !this.unfolded
  }

  #picked(name: string) {
    return (event: CustomEvent<string>) => this.#change(event, { [name]: event.detail })
  }

  #change(event: Event, changes: Changes): void {
    event.stopPropagation()
    this.tell('hw-change', changes)
  }
}

define('hw-question', QuestionForm)
