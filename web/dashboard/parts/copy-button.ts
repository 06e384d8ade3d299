/** A button that copies a text, and says so for a moment. */
import { html, type TemplateResult } from 'lit'
import { copyText } from './copy.js'
import { define, LightElement } from './light.js'

const SAID_MS = 2000

/** `text` is what it copies, `what` what that is called. */
export class CopyButton extends LightElement {
  static override properties = { text: {}, what: {}, said: { state: true } }
  declare text: string
  declare what: string
  declare protected said: string
  #timer = 0

  constructor() {
    super()
    this.text = ''
    this.what = ''
    this.said = ''
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    clearTimeout(this.#timer)
    this.said = ''
  }

  protected override render(): TemplateResult {
    return html`<button type="button" class="quiet" @click=${this.#copy}>
        ${this.said || 'Copy'}<span class="unseen"> ${this.what}</span></button
      ><span class="unseen" role="status">${this.said}</span>`
  }

  async #copy(): Promise<void> {
    this.said = (await copyText(this.text)) ? 'Copied' : 'Not copied'
    clearTimeout(this.#timer)
    this.#timer = window.setTimeout(() => {
      this.said = ''
    }, SAID_MS)
  }
}

define('hw-copy', CopyButton)
