/** Picks a key or a dimension: walks down paths level by level, searches by the start of a name, loads names as they are scrolled to. */
import { html, nothing, type TemplateResult } from 'lit'
import { repeat } from 'lit/directives/repeat.js'
import type { ListedName } from '../../../src/query/listing.js'
import { samePath } from '../../elements/base/paths.js'
import { icon } from '../parts/icons.js'
import { define } from '../parts/light.js'
import { whenSeen } from '../parts/when-seen.js'
import { keyName, parsePath, pathName, pathText, shownName } from '../place/path.js'
import { Drop } from './drop.js'
import type { NameSource } from './listing.js'
import { moveFocus } from './rows.js'

/** `hw-pick` with the path's text when one is chosen. */
export class PathPicker extends Drop {
  static override properties = {
    ...Drop.properties,
    value: {},
    source: { attribute: false },
    rootName: {},
    noun: {},
    at: { state: true },
    names: { state: true },
    next: { state: true },
    trouble: { state: true },
  }
  /** The chosen path as text; `_` is the root, or the default key. */
  declare value: string
  declare source: NameSource | null
  /** How the root is called where it can be chosen; '' where it can't. */
  declare rootName: string
  /** What is picked: `key`, `dimension`. */
  declare noun: string
  /** The path whose children are listed. */
  declare protected at: readonly string[]
  declare protected names: readonly ListedName[] | null
  declare protected next: string | null
  declare protected trouble: string
  #prefix = ''
  #asked = new AbortController()
  #loading: Promise<void> = Promise.resolve()

  constructor() {
    super()
    this.value = ''
    this.source = null
    this.rootName = ''
    this.noun = 'name'
    this.at = []
    this.names = null
    this.next = null
    this.trouble = ''
  }

  protected override renderValue(): string {
    const path = parsePath(this.value)
    if (this.rootName === '') return keyName(this.value)
    return path.length === 0 ? this.rootName : pathName(path)
  }

  protected override onOpen(): void {
    this.#walk(parsePath(this.value).slice(0, -1))
  }

  protected override renderPanel(): TemplateResult {
    return html`
      <div class="search">
        ${this.at.length === 0 ? nothing : this.#back()}
        <input
          type="search"
          placeholder="Starts with…"
          aria-label=${`Search: start of a ${this.noun}`}
          autocomplete="off"
          autocapitalize="off"
          spellcheck="false"
          .value=${this.#prefix}
          @input=${this.#onSearch}
          @keydown=${this.#onSearchKey}
        />
      </div>
      <ul class="rows" @keydown=${this.#onRowKey}>
        ${this.#prefix === '' ? this.#itself() : nothing}
        ${repeat(
          this.names ?? [],
          ({ name, overflow }) => `${overflow ?? ''}${name}`,
          each => this.#row(each),
        )}
        ${this.#end()}
      </ul>
    `
  }

  #back(): TemplateResult {
    const up = this.at.slice(0, -1)
    return html`<button type="button" class="walk" aria-label="Back to ${up.length === 0 ? 'the top' : pathName(up)}" @click=${() => this.#walk(up)}>
        ${icon('left')}</button
      ><span class="where">${pathName(this.at)}</span>`
  }

  /** The path that is listed can be chosen itself. */
  #itself(): unknown {
    const { at } = this
    if (at.length === 0 && this.rootName === '') return nothing
    const name = at.length === 0 ? this.rootName : `All of ${shownName(at.at(-1)!)}`
    return html`<li>${this.#choice(pathText(at), name)}</li>`
  }

  #row({ name, path }: ListedName): TemplateResult {
    const open = `Look below ${shownName(name)}`
    return html`<li>
      ${this.#choice(pathText(path), path.length === 0 ? 'Default key' : shownName(name))}
      <button type="button" class="walk" aria-label=${open} title=${open} @click=${() => this.#walk([...this.at, name])}>
        ${icon('right')}
      </button>
    </li>`
  }

  #choice(text: string, name: string): TemplateResult {
    const isChosen = samePath(parsePath(text), parsePath(this.value))
    return html`<button type="button" class="choice" aria-current=${isChosen ? 'true' : nothing} @click=${() => this.#choose(text)}>
      <span dir="auto">${name}</span>${isChosen ? icon('check') : nothing}
    </button>`
  }

  /** What stands below the names: that there are more, none, or that they can't be had. */
  #end(): unknown {
    if (this.trouble !== '') return html`<li class="quiet">${this.trouble}</li>`
    if (this.names === null) return html`<li class="quiet">Loading…</li>`
    if (this.next !== null) {
      const more = () => void this.#load(this.next)
      return html`<li><button type="button" class="choice more" ${whenSeen(more)} @click=${more}>More…</button></li>`
    }
    if (this.names.length > 0) return nothing
    const typed = pathText([...this.at, this.#prefix])
    return html`<li class="quiet">${this.#prefix === '' ? `No ${this.noun} here.` : `No ${this.noun} starts with that.`}</li>
      ${this.#prefix === '' ? nothing : html`<li>${this.#choice(typed, `Take “${this.#prefix}” all the same`)}</li>`}`
  }

  #choose(text: string): void {
    this.close()
    if (text !== this.value) this.tell('hw-pick', text)
  }

  #walk(path: readonly string[]): void {
    this.at = path
    this.#prefix = ''
    this.#restart()
    this.querySelector<HTMLElement>('.search input')?.focus()
  }

  #restart(): void {
    this.names = null
    this.next = null
    this.#loading = this.#load(null)
  }

  async #load(after: string | null): Promise<void> {
    this.#asked.abort()
    const asked = new AbortController()
    this.#asked = asked
    this.trouble = ''
    try {
      const page = await this.source!({ path: this.at, prefix: this.#prefix, after }, asked.signal)
      if (asked.signal.aborted) return
      this.names = after === null ? page.names : [...(this.names ?? []), ...page.names]
      this.next = page.next
    } catch (error) {
      if (!asked.signal.aborted) this.trouble = (error as Error).message
    }
  }

  #onSearch(event: InputEvent): void {
    this.#prefix = (event.target as HTMLInputElement).value
    this.#restart()
  }

  #onSearchKey(event: KeyboardEvent): void {
    if (event.key === 'Enter') {
      event.preventDefault()
      void this.#takeFirst()
    } else if (event.key === 'ArrowDown') {
      event.preventDefault()
      this.querySelector<HTMLElement>('.rows .choice')?.focus()
    } else if (event.key === 'Backspace' && this.#prefix === '' && this.at.length > 0) {
      event.preventDefault()
      this.#walk(this.at.slice(0, -1))
    }
  }

  /** The first name, once those that were typed for are there. */
  async #takeFirst(): Promise<void> {
    await this.#loading
    await this.updateComplete
    this.querySelector<HTMLElement>('.rows .choice')?.click()
  }

  #onRowKey(event: KeyboardEvent): void {
    if (event.key === 'ArrowLeft' && this.at.length > 0) this.#walk(this.at.slice(0, -1))
    else if (event.key === 'ArrowRight') {
      ;(event.target as HTMLElement).closest('li')?.querySelector<HTMLElement>('.walk')?.click()
    } else if (!moveFocus(event, this.querySelector('.search input'))) return
    event.preventDefault()
  }
}

define('hw-path', PathPicker)
