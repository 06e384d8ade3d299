/** Picks a time zone: the reader's own, UTC, or any that the browser knows, found by a part of its name. */
import { html, nothing, type TemplateResult } from 'lit'
import { icon } from '../parts/icons.js'
import { define } from '../parts/light.js'
import { ownZone } from '../place/navigate.js'
import { Drop } from './drop.js'
import { moveFocus } from './rows.js'
import { zonesWith } from './zones.js'

/** `hw-pick` with the zone; '' for the reader's own, or for none where `none` says what that means. */
export class ZonePicker extends Drop {
  static override properties = { ...Drop.properties, value: {}, none: {}, search: { state: true } }
  declare value: string
  /** What '' is called; default: the reader's own zone. */
  declare none: string
  declare protected search: string

  constructor() {
    super()
    this.value = ''
    this.none = ''
    this.search = ''
  }

  protected override renderValue(): string {
    return zoneName(this.value) || this.#noneName()
  }

  #noneName(): string {
    return this.none || `${zoneName(ownZone())} (yours)`
  }

  protected override onOpen(): void {
    this.search = ''
  }

  protected override renderPanel(): TemplateResult {
    const zones = zonesWith(this.search)
    return html`
      <div class="search">
        <input
          type="search"
          placeholder="City or region"
          aria-label="Search: a part of a zone's name"
          autocomplete="off"
          spellcheck="false"
          .value=${this.search}
          @input=${(event: InputEvent) => (this.search = (event.target as HTMLInputElement).value)}
          @keydown=${this.#onSearchKey}
        />
      </div>
      <ul class="rows" @keydown=${this.#onRowKey}>
        ${this.search === '' ? this.#choice('', this.#noneName()) : nothing}
        ${zones.map(zone => this.#choice(zone, zoneName(zone)))}
        ${zones.length === 0 ? html`<li class="quiet">No zone has that in its name.</li>` : nothing}
      </ul>
    `
  }

  #choice(zone: string, name: string): TemplateResult {
    const isChosen = zone === this.value
    const choose = () => {
      this.close()
      this.tell('hw-pick', zone)
    }
    return html`<li>
      <button type="button" class="choice" aria-current=${isChosen ? 'true' : nothing} @click=${choose}>
        ${name}${isChosen ? icon('check') : nothing}
      </button>
    </li>`
  }

  #onSearchKey(event: KeyboardEvent): void {
    if (event.key !== 'Enter' && event.key !== 'ArrowDown') return
    event.preventDefault()
    const first = this.querySelector<HTMLElement>('.rows .choice')
    if (event.key === 'Enter') first?.click()
    else first?.focus()
  }

  #onRowKey(event: KeyboardEvent): void {
    if (moveFocus(event, this.querySelector('.search input'))) event.preventDefault()
  }
}

function zoneName(zone: string): string {
  return zone.replaceAll('_', ' ')
}

define('hw-zone', ZonePicker)
