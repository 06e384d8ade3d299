/** The field for metrics: names and expressions, completed from what is counted under the key; the server's objections below it. */
import { html, nothing, type TemplateResult } from 'lit'
import { define, freshId, LightElement } from '../parts/light.js'
import { completed, type Offer, offersFor, type Word, wordAt } from './completion.js'
import { errorLine } from './drop.js'
import { metricNames } from './listing.js'

/** `hw-pick` with the text, when it is entered or left. */
export class MetricsInput extends LightElement {
  static override properties = {
    value: {},
    keyText: {},
    error: {},
    offers: { state: true },
    active: { state: true },
  }
  declare value: string
  /** The key whose metrics are offered. */
  declare keyText: string
  declare error: string
  declare protected offers: readonly Offer[]
  /** The offer that Enter takes; -1: none. */
  declare protected active: number
  readonly #uid = freshId()
  #word: Word | null = null
  #asked = new AbortController()

  constructor() {
    super()
    this.value = ''
    this.keyText = '_'
    this.error = ''
    this.offers = []
    this.active = -1
  }

  protected override render(): TemplateResult {
    const id = this.#uid
    const isOpen = this.offers.length > 0
    return html`
      <label class="label" for=${id}>Metrics</label>
      <input
        id=${id}
        class="field"
        name="metrics"
        role="combobox"
        aria-autocomplete="list"
        aria-expanded=${isOpen}
        aria-controls="${id}-list"
        aria-activedescendant=${this.active < 0 ? nothing : `${id}-${this.active}`}
        aria-invalid=${this.error === '' ? nothing : 'true'}
        aria-describedby=${this.error === '' ? nothing : `${id}-error`}
        ?data-wrong=${this.error !== ''}
        autocomplete="off"
        autocapitalize="off"
        spellcheck="false"
        enterkeyhint="go"
        .value=${this.value}
        @input=${this.#offer}
        @click=${this.#offer}
        @keydown=${this.#onKey}
        @blur=${this.#onLeave}
      />
      <ul class="panel rows offers" id="${id}-list" role="listbox" aria-label="Completions" ?hidden=${!isOpen}>
        ${this.offers.map((offer, place) => this.#option(offer, place))}
      </ul>
      ${errorLine(this.error, `${id}-error`)}
    `
  }

  #option(offer: Offer, place: number): TemplateResult {
    const take = (event: Event) => {
      event.preventDefault()
      this.#take(offer)
    }
    return html`<li
      role="option"
      id="${this.#uid}-${place}"
      class="choice"
      aria-selected=${place === this.active}
      @pointerdown=${take}
    >
      <span dir="auto">${offer.label}</span><small>${offer.about}</small>
    </li>`
  }

  get #input(): HTMLInputElement {
    return this.querySelector('input')!
  }

  async #offer(): Promise<void> {
    const { value, selectionStart, selectionEnd } = this.#input
    const word = selectionStart === selectionEnd ? wordAt(value, selectionStart ?? value.length) : null
    this.#word = word
    this.#asked.abort()
    if (word === null) return this.#closeOffers()
    this.#asked = new AbortController()
    const { signal } = this.#asked
    const names = await metricNames(this.keyText, word.typed, signal).catch(() => [])
    if (signal.aborted || document.activeElement !== this.#input) return
    this.offers = offersFor(word, names)
    this.active = -1
  }

  #take(offer: Offer): void {
    const { text, caret } = completed(this.#input.value, this.#word!, offer)
    this.#input.value = text
    this.#input.setSelectionRange(caret, caret)
    this.#input.focus()
    this.#closeOffers()
  }

  #closeOffers(): void {
    this.#asked.abort()
    this.offers = []
    this.active = -1
  }

  #onKey(event: KeyboardEvent): void {
    const { key } = event
    const count = this.offers.length
    if (count > 0 && (key === 'ArrowDown' || key === 'ArrowUp')) {
      const step = key === 'ArrowDown' ? 1 : -1
      this.active = this.active < 0 && step < 0 ? count - 1 : (this.active + step + count) % count
    } else if (count === 0 && key === 'ArrowDown') void this.#offer()
    else if (count > 0 && key === 'Escape') {
      event.stopPropagation()
      this.#closeOffers()
    } else if (this.active >= 0 && (key === 'Enter' || key === 'Tab')) this.#take(this.offers[this.active]!)
    else if (key === 'Enter') this.#enter()
    else return
    if (key !== 'Tab' || event.defaultPrevented) event.preventDefault()
  }

  #onLeave(): void {
    this.#closeOffers()
    this.#enter()
  }

  #enter(): void {
    this.#closeOffers()
    const text = this.#input.value.trim() || 'hits'
    if (text === this.value) this.#input.value = text
    else this.tell('hw-pick', text)
  }
}

define('hw-metrics', MetricsInput)
