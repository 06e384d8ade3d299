/** Short words at the foot of the page on what was done, with a way to undo it. */
import { html, nothing, type TemplateResult } from 'lit'
import { icon } from './icons.js'
import { define, LightElement } from './light.js'

/** What is said, and what can be done about it. */
export interface Toast {
  readonly text: string
  readonly action?: { readonly name: string; readonly run: () => void }
}

const SHOWN_MS = 8000
const TOAST = 'hw-toast'

/** Says something. The newest replaces what was said before. */
export function say(toast: Toast): void {
  dispatchEvent(new CustomEvent<Toast>(TOAST, { detail: toast }))
}

/** Where it is said. Stays as long as the pointer or the focus is on it. */
export class Toasts extends LightElement {
  static override properties = { toast: { state: true } }
  declare protected toast: Toast | null
  #timer = 0

  constructor() {
    super()
    this.toast = null
  }

  override connectedCallback(): void {
    super.connectedCallback()
    addEventListener(TOAST, this.#onToast)
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    removeEventListener(TOAST, this.#onToast)
    clearTimeout(this.#timer)
  }

  protected override render(): TemplateResult {
    const { toast } = this
    return html`<div role="status" class="toasts" @pointerenter=${this.#hold} @pointerleave=${this.#release} @focusin=${this.#hold} @focusout=${this.#release}>
      ${toast === null ? nothing : this.#shown(toast)}
    </div>`
  }

  #shown({ text, action }: Toast): TemplateResult {
    return html`<div class="toast">
      <span>${text}</span>
      ${action === undefined ? nothing : html`<button type="button" class="text" @click=${() => this.#act(action.run)}>${action.name}</button>`}
      <button type="button" class="round" aria-label="Dismiss" @click=${this.#dismiss}>${icon('close')}</button>
    </div>`
  }

  readonly #onToast = (event: Event) => {
    this.toast = (event as CustomEvent<Toast>).detail
    this.#release()
  }

  #act(run: () => void): void {
    this.#dismiss()
    run()
  }

  #dismiss(): void {
    this.#hold()
    this.toast = null
  }

  #hold(): void {
    clearTimeout(this.#timer)
  }

  #release(): void {
    clearTimeout(this.#timer)
    this.#timer = window.setTimeout(() => this.#dismiss(), SHOWN_MS)
  }
}

define('hw-toasts', Toasts)
