/** The frame: the bar at the top, the view of the address below it, and what is said at the foot. */
import { html, nothing, type PropertyValues, type TemplateResult } from 'lit'
import { keyed } from 'lit/directives/keyed.js'
import { keptToken, onTokenWanted } from './access/token.js'
import { tokenDialog } from './access/token-dialog.js'
import './boards/board-view.js'
import './boards/boards-view.js'
import './explore/explore-view.js'
import './operate/room-view.js'
import './operate/server-view.js'
import { CONNECTION_WORDS, Connection, type ConnectionState } from './parts/connection.js'
import { icon } from './parts/icons.js'
import { define, LightElement } from './parts/light.js'
import './parts/toasts.js'
import { followLink, here, onStep } from './place/navigate.js'
import { pageTitle } from './place/page-title.js'
import type { Route } from './place/route.js'
import './recent/recent-view.js'

const LINKS: readonly (readonly [href: string, name: string, pages: readonly Route['page'][]])[] = [
  ['./', 'Explore', ['explore']],
  ['./?page=boards', 'Boards', ['boards', 'board']],
  ['./?page=recent', 'Recent', ['recent']],
  ['./?page=server', 'Server', ['server', 'room']],
]

/** How long a loss may last before it is told: a connection that is opened anew is none. */
const SETTLE_MS = 400

/** The page as a whole. */
export class App extends LightElement {
  static override properties = {
    route: { state: true },
    connection: { state: true },
    wanted: { state: true },
    asks: { state: true },
    visit: { state: true },
  }
  declare protected route: Route
  declare protected connection: ConnectionState
  /** What the server says that it wants a token for; null: it wants none, or has it. */
  declare protected wanted: string | null
  /** Whether the dialog about the token is open. */
  declare protected asks: boolean
  /** Another number for each token: all is asked anew then. */
  declare protected visit: number
  readonly #heard = new Connection()
  #settling = 0
  #stop: () => void = () => {}

  constructor() {
    super()
    this.route = here()
    this.connection = 'waiting'
    this.wanted = null
    this.asks = false
    this.visit = 0
  }

  override connectedCallback(): void {
    super.connectedCallback()
    const stopSteps = onStep(() => {
      this.route = here()
    })
    const stopWanted = onTokenWanted(this.#onWanted)
    this.#stop = () => {
      stopSteps()
      stopWanted()
    }
    this.addEventListener('click', followLink)
    this.addEventListener('hail-state', this.#onState)
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    this.#stop()
    clearTimeout(this.#settling)
  }

  protected override render(): TemplateResult {
    const isWall = this.route.page === 'board' && this.route.wall
    return html`
      ${isWall ? nothing : this.#bar()}
      <main id="main" tabindex="-1" data-page=${this.route.page} ?data-wall=${isWall}>${keyed(this.visit, this.#view())}</main>
      <hw-toasts></hw-toasts>
      ${this.asks ? tokenDialog(this.wanted, this.#onKept, this.#onClosed) : nothing}
    `
  }

  #bar(): TemplateResult {
    const { page } = this.route
    const state = this.wanted === null ? this.connection : 'idle'
    return html`
      <a class="skip" href="#main" @click=${this.#skip}>Skip to the content</a>
      <header class="bar">
        <a class="brand" href="./" aria-label="HailWhale, home">
          <svg class="mark" viewBox="0 0 32 32" aria-hidden="true">
            <path d="M3 17c0 6 5 10 12 10 8 0 13-5 13-12 0-1 0-2-.3-3 1.6-.5 2.8-1.9 3.3-4-2 .6-3.6.4-4.8-.5C25 6.6 23.4 6.4 21.5 7c.5 2.1 1.7 3.5 3.3 4-.3 3.3-2.3 5-5.3 5-2.5 0-4.3-1.5-7.5-1.5C7.5 14.5 3 14.5 3 17Z" />
            <path class="hail" d="M9 3v3M14 1.5v3M4.5 6.5v3" />
          </svg>
          <span>HailWhale</span>
        </a>
        <nav aria-label="Pages">
          ${LINKS.map(
            ([href, name, pages]) =>
              html`<a href=${href} aria-current=${pages.includes(page) ? 'page' : nothing}>${name}</a>`,
          )}
        </nav>
        <p class="status" role="status" data-state=${state}>${CONNECTION_WORDS[state]}</p>
        ${this.#tokenButton()}
      </header>
    `
  }

  /** Only where there is something to say about tokens: most servers have none. */
  #tokenButton(): TemplateResult | typeof nothing {
    if (this.wanted !== null)
      return html`<button type="button" class="quiet" @click=${this.#ask}>${icon('key')}Enter a token</button>`
    if (keptToken() === null) return nothing
    return html`<button type="button" class="round" aria-label="The token of this browser" @click=${this.#ask}>${icon('key')}</button>`
  }

  #view(): TemplateResult {
    const { route } = this
    switch (route.page) {
      case 'explore':
        return html`<hw-explore .route=${route}></hw-explore>`
      case 'boards':
        return html`<hw-boards></hw-boards>`
      case 'board':
        return html`<hw-board .route=${route}></hw-board>`
      case 'recent':
        return html`<hw-recent .route=${route}></hw-recent>`
      case 'server':
        return html`<hw-server></hw-server>`
      case 'room':
        return html`<hw-room .route=${route}></hw-room>`
    }
  }

  protected override firstUpdated(): void {
    this.#settle()
  }

  protected override updated(changes: PropertyValues<{ route: Route }>): void {
    const before = changes.get('route')
    if (changes.has('route')) document.title = pageTitle(this.route)
    if (before === undefined) return
    this.#settle()
    if (before.page === this.route.page && nameOf(before) === nameOf(this.route)) return
    scrollTo(0, 0)
    void this.#focusPage()
  }

  /** Puts the focus on the new page's heading, so that a screen reader reads on from there. */
  async #focusPage(): Promise<void> {
    await this.updateComplete
    const main = this.querySelector<HTMLElement>('main')!
    await (main.firstElementChild as LightElement).updateComplete
    const heading = this.route.page === 'board' ? null : main.querySelector('h1')
    const target = heading ?? main
    target.focus({ preventScroll: true })
  }

  readonly #ask = () => {
    this.asks = true
  }

  /** Asked once; who closes the dialog finds the button. */
  readonly #onWanted = (detail: string) => {
    if (this.wanted === null) this.asks = true
    this.wanted = detail
  }

  readonly #onKept = () => {
    this.wanted = null
    this.visit++
  }

  readonly #onClosed = () => {
    this.asks = false
  }

  #skip(event: Event): void {
    event.preventDefault()
    this.querySelector<HTMLElement>('main')?.focus()
  }

  readonly #onState = (event: Event) => {
    this.#heard.hear(event)
    this.#settle()
  }

  /** Good news at once, bad news when it lasts. */
  #settle(): void {
    clearTimeout(this.#settling)
    const { state } = this.#heard
    if (state === 'live') this.connection = state
    else
      this.#settling = window.setTimeout(() => {
        this.connection = this.#heard.state
      }, SETTLE_MS)
  }
}

function nameOf(route: Route): string {
  return route.page === 'board' ? route.name : ''
}

define('hw-app', App)
