/**
 * A field that opens a panel below itself: what all pickers and menus have in common. Escape, a press elsewhere and leaving it with
 * the keyboard close it; what was opened by a press of its button gives the focus back to it.
 */
import { html, nothing, type PropertyValues, type TemplateResult } from 'lit'
import { icon } from '../parts/icons.js'
import { freshId, LightElement } from '../parts/light.js'

/** A picker or a menu. */
export abstract class Drop extends LightElement {
  static override properties = { label: {}, open: { state: true }, error: {} }
  declare label: string
  declare open: boolean
  /** What is wrong with what was chosen, in the server's words; '' for nothing. */
  declare error: string
  protected readonly uid = freshId()

  constructor() {
    super()
    this.label = ''
    this.open = false
    this.error = ''
  }

  override connectedCallback(): void {
    super.connectedCallback()
    this.classList.add('drop')
    this.addEventListener('keydown', this.#onKey)
    this.addEventListener('focusout', this.#onLeave)
    document.addEventListener('pointerdown', this.#onPress, true)
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    this.removeEventListener('keydown', this.#onKey)
    this.removeEventListener('focusout', this.#onLeave)
    document.removeEventListener('pointerdown', this.#onPress, true)
    this.open = false
  }

  /** What is chosen, as the closed field shows it. */
  protected abstract renderValue(): unknown
  /** What is below the field while it is open. */
  protected abstract renderPanel(): TemplateResult
  /** Called as it opens. */
  protected onOpen(): void {}

  protected override render(): TemplateResult {
    const { label, uid, error } = this
    return html`
      <span class="label" id="${uid}-label">${label}</span>
      <button
        type="button"
        class="field"
        aria-labelledby="${uid}-label ${uid}-value"
        aria-expanded=${this.open}
        aria-haspopup="dialog"
        aria-describedby=${error === '' ? nothing : `${uid}-error`}
        ?data-wrong=${error !== ''}
        @click=${this.toggle}
      >
        <span class="value" id="${uid}-value">${this.renderValue()}</span>${icon('down')}
      </button>
      ${this.renderOpen()} ${errorLine(error, `${uid}-error`)}
    `
  }

  protected renderOpen(): unknown {
    if (!this.open) return nothing
    return html`<div class="panel" role="dialog" aria-label=${this.label}>${this.renderPanel()}</div>`
  }

  protected override updated(changes: PropertyValues): void {
    if (changes.has('open') && this.open) this.#focusInside()
  }

  toggle(): void {
    if (this.open) this.close()
    else {
      this.open = true
      this.onOpen()
    }
  }

  /** Closes it; the focus goes back to the field. */
  close(): void {
    if (!this.open) return
    this.open = false
    this.querySelector<HTMLElement>('button')?.focus()
  }

  #focusInside(): void {
    const first =
      this.querySelector<HTMLElement>('.panel .search input') ??
      this.querySelector<HTMLElement>('.panel [aria-current], .panel button, .panel a')
    first?.focus({ preventScroll: true })
    const panel = this.querySelector('.panel')
    panel?.scrollIntoView({ block: 'nearest' })
  }

  readonly #onKey = (event: KeyboardEvent) => {
    if (event.key !== 'Escape' || !this.open) return
    event.preventDefault()
    event.stopPropagation()
    this.close()
  }

  readonly #onLeave = (event: FocusEvent) => {
    const next = event.relatedTarget
    if (this.open && next instanceof Node && !this.contains(next)) this.open = false
  }

  readonly #onPress = (event: Event) => {
    if (this.open && event.target instanceof Node && !this.contains(event.target)) this.open = false
  }
}

/** A line under a field that says what is wrong with it; nothing where nothing is. */
export function errorLine(error: string, id: string): unknown {
  return error === '' ? nothing : html`<p class="wrong" id=${id} role="alert">${error}</p>`
}
