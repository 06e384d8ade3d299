/** The boards that there are; new ones are made here, and read from files. */
import { html, nothing, type TemplateResult } from 'lit'
import type { BoardSummary } from '../../../src/boards/panel.js'
import { icon } from '../parts/icons.js'
import { define, LightElement } from '../parts/light.js'
import { closeModal, modal } from '../parts/modal.js'
import { Polled, wordsOf } from '../parts/polled.js'
import { say } from '../parts/toasts.js'
import { go } from '../place/navigate.js'
import { addressOf } from '../place/route.js'
import { type BoardContent, imported, nameFor, titleOf } from './board.js'
import { listBoards, writeBoard } from './board-server.js'

const LOOK_MS = 10_000

/** The page. */
export class BoardsView extends LightElement {
  static override properties = { isMaking: { state: true }, trouble: { state: true } }
  declare protected isMaking: boolean
  declare protected trouble: string
  readonly #boards = new Polled(this, LOOK_MS, listBoards)

  constructor() {
    super()
    this.isMaking = false
    this.trouble = ''
  }

  protected override render(): TemplateResult {
    const boards = this.#boards.answer
    return html`
      <div class="page-head">
        <h1 tabindex="-1">Boards</h1>
        <div class="group">
          <label class="quiet file">Import<input type="file" class="unseen" accept="application/json,.json" @change=${this.#import} /></label>
          <button type="button" class="solid" @click=${() => (this.isMaking = true)}>${icon('plus')}New board</button>
        </div>
      </div>
      ${this.#wrong()}
      ${boards === null ? nothing : boards.length === 0 ? this.#none() : this.#list(boards)}
      ${this.isMaking ? this.#dialog() : nothing}
    `
  }

  #wrong(): unknown {
    const text = this.trouble || this.#boards.trouble
    return text === '' ? nothing : html`<p class="notice" role="alert">${text}</p>`
  }

  #none(): TemplateResult {
    return html`<div class="card blank">
      ${icon('board')}
      <h2>No boards yet</h2>
      <p>A board shows several graphs at once, to everyone who opens it, and on a wall. Make one here, or add to one what you see in <a href="./">Explore</a>.</p>
    </div>`
  }

  #list(boards: readonly BoardSummary[]): TemplateResult {
    return html`<ul class="cards">
      ${boards.map(board => {
        const { name, panels, changed } = board
        const address = addressOf({ page: 'board', name, wall: false, over: {} })
        return html`<li>
          <a class="card" href=${address}>
            <h2 dir="auto">${titleOf(board)}</h2>
            <p>${panels === 1 ? '1 panel' : `${panels} panels`}<span>changed ${agoText(changed)}</span></p>
          </a>
        </li>`
      })}
    </ul>`
  }

  #dialog(): TemplateResult {
    const content = html`<form class="form" @submit=${this.#make}>
      <label><span class="label">Title</span><input class="field" name="title" required maxlength="200" autocomplete="off" /></label>
      <div class="actions">
        <button type="button" class="quiet" @click=${closeModal}>Cancel</button>
        <button class="solid">Make it</button>
      </div>
    </form>`
    return modal({ title: 'New board', content, closed: () => (this.isMaking = false) })
  }

  async #make(event: SubmitEvent): Promise<void> {
    event.preventDefault()
    const form = event.currentTarget as HTMLFormElement
    const title = String(new FormData(form).get('title')).trim()
    form.closest('dialog')?.close()
    await this.#write({ title, panels: [] }, title)
  }

  async #import(event: Event): Promise<void> {
    const input = event.target as HTMLInputElement
    const file = input.files?.[0]
    if (file === undefined) return
    try {
      const { name, ...content } = imported(await file.text())
      await this.#write(content, name || content.title || file.name.replace(/\.json$/, ''))
    } catch (error) {
      this.trouble = wordsOf(error)
    }
    input.value = ''
  }

  /** Writes a new board, under a name that none has, and goes there. */
  async #write(content: BoardContent, wish: string): Promise<void> {
    this.trouble = ''
    try {
      const taken = (await listBoards()).map(({ name }) => name)
      const name = nameFor(wish, taken)
      await writeBoard(name, content, 'nothing')
      go({ page: 'board', name, wall: false, over: {} })
      if (content.panels.length > 0) say({ text: `“${content.title || name}” is imported.` })
    } catch (error) {
      this.trouble = wordsOf(error)
    }
  }
}

const STEPS: readonly (readonly [unit: Intl.RelativeTimeFormatUnit, ms: number])[] = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
]

/** `3 hours ago`. */
function agoText(ms: number): string {
  const format = new Intl.RelativeTimeFormat(undefined, { numeric: 'auto' })
  const agoMs = Date.now() - ms
  const [unit, stepMs] = STEPS.find(([, step]) => agoMs >= step) ?? (['second', 1000] as const)
  return agoMs < 60_000 ? 'a moment ago' : format.format(-Math.floor(agoMs / stepMs), unit)
}

define('hw-boards', BoardsView)
