/** A button with a few things to do below it. */
import { html, type TemplateResult } from 'lit'
import { icon } from '../parts/icons.js'
import { define } from '../parts/light.js'
import { Drop } from './drop.js'
import { moveFocus } from './rows.js'

/** Something to do; with `href` a link. */
export interface MenuItem {
  readonly name: string
  readonly run?: () => void
  readonly href?: string
  /** The file that a link is downloaded as. */
  readonly download?: string
}

/** `label` is what the button is called. */
export class Menu extends Drop {
  static override properties = { ...Drop.properties, items: { attribute: false } }
  declare items: readonly MenuItem[]

  constructor() {
    super()
    this.items = []
  }

  protected override renderValue(): TemplateResult {
    return icon('more')
  }

  protected override render(): TemplateResult {
    return html`<button type="button" class="round" aria-label=${this.label} title=${this.label} aria-expanded=${this.open} @click=${this.toggle}>
        ${this.renderValue()}
      </button>
      ${this.renderOpen()}`
  }

  protected override renderPanel(): TemplateResult {
    return html`<ul class="rows" @keydown=${(event: KeyboardEvent) => moveFocus(event, null) && event.preventDefault()}>
      ${this.items.map(item => html`<li>${this.#item(item)}</li>`)}
    </ul>`
  }

  #item({ name, run, href, download }: MenuItem): TemplateResult {
    if (href !== undefined && download !== undefined)
      return html`<a class="choice" href=${href} download=${download} @click=${() => this.close()}>${name}</a>`
    if (href !== undefined) return html`<a class="choice" href=${href}>${name}</a>`
    const take = () => {
      this.close()
      run?.()
    }
    return html`<button type="button" class="choice" @click=${take}>${name}</button>`
  }
}

define('hw-menu', Menu)
