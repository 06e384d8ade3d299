/** The plain fields of a question: how it is drawn, what it is compared with, how numbers are written, how much is shown. */
import { html, nothing, type TemplateResult } from 'lit'
import { CHART_TYPES, type ChartType } from '../../../src/picture/chart-type.js'
import { icon } from '../parts/icons.js'
import type { Changes, View } from '../place/view.js'
import { errorLine } from './drop.js'

/** What a field needs: ids that are its own, what is shown, and who is told of a choice. */
export interface FieldOf {
  readonly id: string
  readonly view: View
  /** What is wrong with it, in the server's words; '' for nothing. */
  readonly error: string
  readonly change: (event: Event, changes: Changes) => void
}

const TYPE_NAMES: Readonly<Record<ChartType, string>> = {
  line: 'Lines',
  area: 'Areas',
  stacked: 'Stacked',
  share: 'Shares, 100 %',
  bars: 'Bars',
}

const COMPARED: readonly (readonly [value: string, name: string])[] = [
  ['none', 'Compare: nothing'],
  ['', 'The period before'],
  ['1d', 'A day before'],
  ['1w', 'A week before'],
  ['1mo', 'A month before'],
  ['1y', 'A year before'],
]

const FORMATS = [
  ...['number', 'percent', 'percent:1', 'compact', 'bytes'],
  ...['EUR', 'USD', 'GBP', 'unit:second', 'number:2'],
]

/** The ways to draw, as pictures. */
export function typeField({ id, view, change }: FieldOf): TemplateResult {
  return html`<fieldset class="segments">
    <legend class="unseen">Drawn as</legend>
    ${CHART_TYPES.map(
      type => html`<label title=${TYPE_NAMES[type]}>
        <input
          type="radio"
          class="unseen"
          name=${id}
          value=${type}
          .checked=${type === (view.type ?? 'line')}
          @change=${(event: Event) => change(event, { type: type === 'line' ? null : type })}
        />${icon(type)}<span class="unseen">${TYPE_NAMES[type]}</span>
      </label>`,
    )}
  </fieldset>`
}

/** What it is compared with. */
export function compareField({ view, change }: FieldOf): TemplateResult {
  const chosen = view.compare ?? 'none'
  const isListed = COMPARED.some(([value]) => value === chosen)
  const choices = isListed ? COMPARED : [...COMPARED, [chosen, `${chosen} before`] as const]
  const choose = (event: Event) => {
    const { value } = event.target as HTMLSelectElement
    change(event, { compare: value === 'none' ? null : value })
  }
  return html`<select class="quiet" name="compare" aria-label="Compare with" @change=${choose}>
    ${choices.map(([value, name]) => html`<option value=${value} .selected=${value === chosen}>${name}</option>`)}
  </select>`
}

/** How numbers are written. */
export function formatField({ id, view, error, change }: FieldOf): TemplateResult {
  const choose = (event: Event) => change(event, { format: textIn(event) || null })
  return html`<div class="drop">
    <label class="label" for=${id}>Numbers as</label>
    <input
      class="field"
      id=${id}
      name="format"
      list="${id}s"
      placeholder="Plain numbers"
      autocomplete="off"
      autocapitalize="off"
      spellcheck="false"
      ?data-wrong=${error !== ''}
      aria-describedby=${error === '' ? nothing : `${id}-error`}
      .value=${view.format ?? ''}
      @change=${choose}
    />
    <datalist id="${id}s">${FORMATS.map(format => html`<option value=${format}></option>`)}</datalist>
    ${errorLine(error, `${id}-error`)}
  </div>`
}

/** A field for a number. */
export interface NumberField extends FieldOf {
  readonly name: string
  readonly label: string
  /** What goes without saying. */
  readonly usual: number
  readonly max: number
  readonly step: number
}

/** A number from 0 on. */
export function numberField({ id, view, error, change, ...field }: NumberField): TemplateResult {
  const { name, label, usual, max, step } = field
  return html`<div class="drop">
    <label class="label" for=${id}>${label}</label>
    <input
      class="field"
      id=${id}
      name=${name}
      type="number"
      min="0"
      max=${max}
      step=${step}
      placeholder=${usual}
      ?data-wrong=${error !== ''}
      aria-describedby=${error === '' ? nothing : `${id}-error`}
      .value=${view[name] ?? ''}
      @change=${(event: Event) => change(event, { [name]: textIn(event) || null })}
    />
    ${errorLine(error, `${id}-error`)}
  </div>`
}

function textIn(event: Event): string {
  return (event.target as HTMLInputElement).value.trim()
}
