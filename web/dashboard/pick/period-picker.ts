/** Picks the time: a named period, an interval and a length, or from and to. */
import { html, nothing, type TemplateResult } from 'lit'
import { icon } from '../parts/icons.js'
import { define } from '../parts/light.js'
import type { Changes, View } from '../place/view.js'
import { Drop } from './drop.js'
import { customParts, INTERVALS, localText, PERIODS, timeName, UNITS } from './periods.js'
import { moveFocus } from './rows.js'

/** `hw-pick` with the changes of the view. */
export class PeriodPicker extends Drop {
  static override properties = { ...Drop.properties, view: { attribute: false }, tz: {}, none: {} }
  /** Its `period`, `from`, `to` and `interval` are shown. */
  declare view: View
  /** The zone that times are in. */
  declare tz: string
  /** What no period is called, where there may be none; '' where there must be one. */
  declare none: string

  constructor() {
    super()
    this.view = {}
    this.tz = 'UTC'
    this.none = ''
  }

  protected override renderValue(): string {
    return this.view.period === undefined && this.view.from === undefined
      ? this.none
      : timeName(this.view, this.tz)
  }

  protected override renderPanel(): TemplateResult {
    return html`
      <ul class="rows" @keydown=${(event: KeyboardEvent) => moveFocus(event, null) && event.preventDefault()}>
        ${this.none === '' ? nothing : this.#choice('', this.none)}
        ${PERIODS.map(([period, name]) => this.#choice(period, name))}
      </ul>
      ${this.#custom()} ${this.#range()}
    `
  }

  #choice(period: string, name: string): TemplateResult {
    const isChosen = period === (this.view.period ?? '') && this.view.from === undefined
    const changes = period === '' ? { period: null, from: null, to: null, interval: null } : { period }
    return html`<li>
      <button type="button" class="choice" aria-current=${isChosen ? 'true' : nothing} @click=${() => this.#choose(changes)}>
        ${name}${isChosen ? icon('check') : nothing}
      </button>
    </li>`
  }

  #custom(): TemplateResult {
    const { interval, amount, unit } = customParts(this.view.period ?? '') ?? {
      interval: '15m',
      amount: '12',
      unit: 'h',
    }
    return html`<form class="custom" @submit=${this.#onCustom}>
      <p>Another length</p>
      <div class="line">
        <label><span>Last</span><input class="field" name="amount" type="number" min="1" max="100000" required .value=${amount} /></label>
        <label><span>Unit</span>${choiceOf('unit', UNITS, unit)}</label>
        <label><span>By</span>${choiceOf('interval', INTERVALS, interval)}</label>
        <button class="quiet">Show</button>
      </div>
    </form>`
  }

  #range(): TemplateResult {
    const { from = '', to = '', interval = '' } = this.view
    const local = (text: string) => localText(text, this.tz).slice(0, 16)
    return html`<form class="custom" @submit=${this.#onRange}>
      <p>From and to, in ${this.tz.replaceAll('_', ' ')}</p>
      <div class="line range">
        <label><span>From</span><input class="field" name="from" type="datetime-local" required .value=${local(from)} /></label>
        <label><span>To</span><input class="field" name="to" type="datetime-local" .value=${local(to)} /></label>
        <label><span>By</span>${choiceOf('interval', [['', 'what fits'], ...INTERVALS], interval)}</label>
        <button class="quiet">Show</button>
      </div>
    </form>`
  }

  #onCustom(event: SubmitEvent): void {
    const said = saidIn(event)
    this.#choose({ period: `${said('interval')}:${Number(said('amount'))}${said('unit')}` })
  }

  /** A local time means nothing without its zone: it goes into the address as well. */
  #onRange(event: SubmitEvent): void {
    const said = saidIn(event)
    const to = said('to')
    this.#choose({ from: said('from'), to: to || null, interval: said('interval') || null, tz: this.tz })
  }

  #choose(changes: Changes): void {
    this.close()
    this.tell('hw-pick', changes)
  }
}

function choiceOf(
  name: string,
  choices: readonly (readonly [value: string, name: string])[],
  chosen: string,
): TemplateResult {
  return html`<select class="field" name=${name}>
    ${choices.map(([value, shown]) => html`<option value=${value} ?selected=${value === chosen}>${shown}</option>`)}
  </select>`
}

function saidIn(event: SubmitEvent): (name: string) => string {
  event.preventDefault()
  const form = new FormData(event.currentTarget as HTMLFormElement)
  return name => String(form.get(name) ?? '')
}

define('hw-period', PeriodPicker)
