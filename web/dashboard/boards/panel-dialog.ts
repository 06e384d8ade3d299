/** The form of a panel: what it shows, chosen with the same pickers as on the explore page, and how it stands on its board. */
import { html, type TemplateResult } from 'lit'
import { PANEL_ELEMENTS, type Panel, type PanelElement } from '../../../src/boards/panel.js'
import { metricList } from '../../elements/base/metrics.js'
import { errorsIn } from '../explore/field-errors.js'
import { define, LightElement } from '../parts/light.js'
import { closeModal, modal } from '../parts/modal.js'
import type { FieldErrors } from '../pick/question-form.js'
import '../pick/question-form.js'
import { attributesFor, type Changes, changed, filled, type View } from '../place/view.js'
import { COLUMNS } from './board.js'
import { panelElement } from './panel-element.js'
import { ELEMENT_NAMES } from './panel-title.js'

/** A panel that is being made or changed. */
export interface PanelEdit {
  readonly title: string
  readonly panel: Panel
  readonly done: (panel: Panel) => void
  readonly closed: () => void
}

/** The dialog. */
export function panelDialog({ title, panel, done, closed }: PanelEdit): TemplateResult {
  const content = html`<hw-panel-form .panel=${panel} @hw-done=${(event: CustomEvent<Panel>) => done(event.detail)}></hw-panel-form>`
  return modal({ title, content, closed, isWide: true })
}

/** The form in it; `hw-done` with the panel when it is to be kept. */
export class PanelForm extends LightElement {
  static override properties = {
    panel: { attribute: false },
    element: { state: true },
    view: { state: true },
    width: { state: true },
    errors: { state: true },
  }
  declare panel: Panel | null
  declare protected element: PanelElement
  declare protected view: View
  declare protected width: number
  declare protected errors: FieldErrors

  constructor() {
    super()
    this.panel = null
    this.element = 'graph'
    this.view = {}
    this.width = 2
    this.errors = {}
  }

  override connectedCallback(): void {
    super.connectedCallback()
    const { element = 'graph', attributes = {}, width = 2 } = this.panel ?? {}
    this.element = element
    this.view = attributes
    this.width = width
  }

  /** The panel as the form says it. A number and a ranking are of one metric. */
  get #made(): Panel {
    const { element, width } = this
    const view = filled(this.view)
    const [metric = 'hits'] = metricList(view.metrics ?? '')
    const isOne = element === 'number' || element === 'rank'
    return { element, attributes: attributesFor(element, isOne ? { ...view, metrics: metric } : view), width }
  }

  protected override render(): TemplateResult {
    const change = (event: CustomEvent<Changes>) => {
      event.stopPropagation()
      this.view = changed(this.view, event.detail)
    }
    return html`
      <div class="pickers">${this.#elements()} ${this.#caption()} ${this.#widths()}</div>
      <hw-question unfolded .view=${filled(this.view)} element=${this.element} .errors=${this.errors} @hw-change=${change}></hw-question>
      <div class="preview" aria-label="Preview" role="group" @hail-state=${this.#onState}>${panelElement(this.#made)}</div>
      <div class="actions">
        <button type="button" class="quiet" @click=${closeModal}>Cancel</button>
        <button type="button" class="solid" @click=${this.#done}>Keep it</button>
      </div>
    `
  }

  #elements(): TemplateResult {
    const change = (event: Event) => {
      this.element = (event.target as HTMLSelectElement).value as PanelElement
      this.errors = {}
    }
    return html`<label class="drop">
      <span class="label">Shown as</span>
      <select class="field" name="element" @change=${change}>
        ${PANEL_ELEMENTS.map(element => html`<option value=${element} .selected=${element === this.element}>${ELEMENT_NAMES[element]}</option>`)}
      </select>
    </label>`
  }

  #caption(): TemplateResult {
    const change = (event: Event) => {
      this.view = changed(this.view, { caption: (event.target as HTMLInputElement).value.trim() || null })
    }
    return html`<label class="drop wide-field">
      <span class="label">Caption</span>
      <input class="field" name="caption" maxlength="200" autocomplete="off" placeholder="Made from what is shown" .value=${this.view.caption ?? ''} @change=${change} />
    </label>`
  }

  #widths(): TemplateResult {
    const change = (event: Event) => {
      this.width = Number((event.target as HTMLSelectElement).value)
    }
    return html`<label class="drop">
      <span class="label">Width</span>
      <select class="field" name="width" @change=${change}>
        ${Array.from({ length: COLUMNS }, (_, i) => i + 1).map(
          width =>
            html`<option value=${width} .selected=${width === this.width}>${width === 1 ? '1 column' : `${width} columns`}</option>`,
        )}
      </select>
    </label>`
  }

  #onState(event: CustomEvent<{ state: string; detail: string | null }>): void {
    const { state, detail } = event.detail
    this.errors = state === 'refused' ? errorsIn(detail ?? '') : {}
  }

  #done(event: Event): void {
    this.tell('hw-done', this.#made)
    closeModal(event)
  }
}

define('hw-panel-form', PanelForm)
