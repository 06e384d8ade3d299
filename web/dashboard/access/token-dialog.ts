/** The dialog about the token: asks for one, or says which is kept and how to be rid of it. */
import { html, nothing, type TemplateResult } from 'lit'
import { define, freshId, LightElement } from '../parts/light.js'
import { modal } from '../parts/modal.js'
import { wordsOf } from '../parts/polled.js'
import { forgetToken, keepToken, keptToken, whyNot } from './token.js'

/** The dialog. `wanted`: the server's words where it wants one. `kept` is called with a new one in place, `closed` when it is closed. */
export function tokenDialog(wanted: string | null, kept: () => void, closed: () => void): TemplateResult {
  const title = wanted === null ? 'The token of this browser' : 'This server wants a token'
  const content = html`<hw-token .wanted=${wanted} @token-kept=${kept}></hw-token>`
  return modal({ title, content, closed })
}

/** The form in it. */
export class TokenForm extends LightElement {
  static override properties = {
    wanted: { attribute: false },
    wrong: { state: true },
    isAsking: { state: true },
  }
  declare wanted: string | null
  declare protected wrong: string | null
  declare protected isAsking: boolean
  readonly #id = freshId()

  constructor() {
    super()
    this.wanted = null
    this.wrong = null
    this.isAsking = false
  }

  protected override render(): TemplateResult {
    const kept = keptToken()
    const { wrong, isAsking } = this
    const wrongId = wrong === null ? nothing : `${this.#id}-wrong`
    return html`<form class="form" @submit=${this.#onSubmit}>
      <p>${this.#words(kept)}</p>
      <label>
        <span class="label">${kept === null ? 'Token' : 'Another token'}</span>
        <input class="field code-field" name="token" type="password" required autocomplete="off" autocapitalize="off" spellcheck="false"
          placeholder="hw_…" ?data-wrong=${wrong !== null} aria-invalid=${wrong !== null ? 'true' : nothing} aria-describedby=${wrongId}
          @input=${this.#onInput} />
      </label>
      ${wrong === null ? nothing : html`<p class="wrong" id=${wrongId} role="alert">${wrong}</p>`}
      <p class="quiet">It stays in this browser. It needs the scope <code>read</code>; with <code>admin</code> boards can be changed too.</p>
      <div class="actions">
        ${kept === null ? nothing : html`<button type="button" class="quiet" @click=${forgetToken}>Forget the token</button>`}
        <button class="solid" ?disabled=${isAsking}>${kept === null ? 'Open' : 'Use this one'}</button>
      </div>
    </form>`
  }

  protected override firstUpdated(): void {
    // After the dialog has been shown, which puts the focus on its heading.
    requestAnimationFrame(() => this.querySelector('input')?.focus())
  }

  #words(kept: string | null): string {
    if (kept === null) return this.wanted || 'Whoever runs the server has one for you.'
    if (this.wanted) return this.wanted
    return `The server is asked with ${shown(kept)}.`
  }

  readonly #onInput = () => {
    this.wrong = null
  }

  readonly #onSubmit = async (event: SubmitEvent) => {
    event.preventDefault()
    const form = event.currentTarget as HTMLFormElement
    const token = String(new FormData(form).get('token')).trim()
    this.isAsking = true
    try {
      this.wrong = await whyNot(token)
    } catch (error) {
      this.wrong = wordsOf(error)
    }
    this.isAsking = false
    if (this.wrong !== null) {
      this.querySelector('input')?.focus()
      return
    }
    keepToken(token)
    this.tell('token-kept')
    form.closest('dialog')?.close()
  }
}

/** So much of a token that one can tell it from others, and not use it. */
function shown(token: string): string {
  return /^hw_[0-9a-f]{10}/.exec(token)?.[0] ?? 'a token'
}

define('hw-token', TokenForm)
