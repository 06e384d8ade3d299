/** The dialog that adds what the explore page shows to a board, one that there is or a new one. */
import { html, nothing, type TemplateResult } from 'lit'
import { type BoardSummary, PANEL_ELEMENTS, type PanelElement } from '../../../src/boards/panel.js'
import { metricList } from '../../elements/base/metrics.js'
import { define, LightElement } from '../parts/light.js'
import { closeModal, modal } from '../parts/modal.js'
import { wordsOf } from '../parts/polled.js'
import { say } from '../parts/toasts.js'
import { go } from '../place/navigate.js'
import { attributesFor, type View } from '../place/view.js'
import { nameFor, titleOf, usualWidth, withPanel } from './board.js'
import { isConflict, listBoards, readBoard, writeBoard } from './board-server.js'
import { ELEMENT_NAMES } from './panel-title.js'

/** The dialog; `closed` is called when it is. */
export function addDialog(view: View, closed: () => void): TemplateResult {
  return modal({
    title: 'Add to a board',
    content: html`<hw-add-panel .view=${view}></hw-add-panel>`,
    closed,
  })
}

/** How often a write is tried when somebody else writes the same board at that moment. */
const TRIES = 5

/** The form in it. */
export class AddPanel extends LightElement {
  static override properties = {
    view: { attribute: false },
    boards: { state: true },
    isNew: { state: true },
    trouble: { state: true },
  }
  declare view: View
  declare protected boards: readonly BoardSummary[] | null
  declare protected isNew: boolean
  declare protected trouble: string

  constructor() {
    super()
    this.view = {}
    this.boards = null
    this.isNew = false
    this.trouble = ''
  }

  override connectedCallback(): void {
    super.connectedCallback()
    void this.#list()
  }

  async #list(): Promise<void> {
    try {
      this.boards = await listBoards()
      this.isNew = this.boards.length === 0
    } catch (error) {
      this.trouble = wordsOf(error)
    }
  }

  protected override render(): TemplateResult {
    if (this.boards === null) return html`<p class="quiet">${this.trouble || 'Loading…'}</p>`
    return html`<form class="form" @submit=${this.#add}>
      ${this.boards.length === 0 ? nothing : this.#choice(this.boards)}
      ${this.isNew ? html`<label><span class="label">Title of the new board</span><input class="field" name="title" required maxlength="200" autocomplete="off" /></label>` : nothing}
      <label>
        <span class="label">Shown as</span>
        <select class="field" name="element">
          ${PANEL_ELEMENTS.map(element => html`<option value=${element}>${ELEMENT_NAMES[element]}</option>`)}
        </select>
      </label>
      <label><span class="label">Caption</span><input class="field" name="caption" maxlength="200" placeholder="Made from what is shown" autocomplete="off" /></label>
      ${this.trouble === '' ? nothing : html`<p class="wrong" role="alert">${this.trouble}</p>`}
      <div class="actions">
        <button type="button" class="quiet" @click=${closeModal}>Cancel</button>
        <button class="solid">Add</button>
      </div>
    </form>`
  }

  #choice(boards: readonly BoardSummary[]): TemplateResult {
    const change = (event: Event) => {
      this.isNew = (event.target as HTMLSelectElement).value === ''
    }
    return html`<label>
      <span class="label">Board</span>
      <select class="field" name="board" @change=${change}>
        ${boards.map(board => html`<option value=${board.name}>${titleOf(board)}</option>`)}
        <option value="">New board…</option>
      </select>
    </label>`
  }

  async #add(event: SubmitEvent): Promise<void> {
    event.preventDefault()
    const form = event.currentTarget as HTMLFormElement
    const said = new FormData(form)
    const text = (name: string) => String(said.get(name) ?? '').trim()
    const element = text('element') as PanelElement
    try {
      const name = text('board') || (await this.#create(text('title')))
      const title = await addPanel(name, panelOf(element, this.view, text('caption')))
      form.closest('dialog')?.close()
      const open = () => go({ page: 'board', name, wall: false, over: {} })
      say({ text: `Added to “${title}”.`, action: { name: 'Open it', run: open } })
    } catch (error) {
      this.trouble = wordsOf(error)
    }
  }

  async #create(title: string): Promise<string> {
    const name = nameFor(
      title,
      (this.boards ?? []).map(board => board.name),
    )
    await writeBoard(name, { title, panels: [] }, 'nothing')
    return name
  }
}

/** A number and a ranking are of one metric. */
function panelOf(element: PanelElement, view: View, caption: string) {
  const [metric = 'hits'] = metricList(view.metrics ?? '')
  const isOne = element === 'number' || element === 'rank'
  const shown = attributesFor(element, isOne ? { ...view, metrics: metric } : view)
  return {
    element,
    attributes: caption === '' ? shown : { ...shown, caption },
    width: usualWidth(element),
  }
}

/** Adds a panel at the end of what the board is by now; answers the board's title. */
async function addPanel(name: string, panel: ReturnType<typeof panelOf>): Promise<string> {
  for (let tries = 1; ; tries++) {
    const read = await readBoard(name)
    if (read === null) throw new Error('There is no such board any more.')
    try {
      const { board } = await writeBoard(name, withPanel(read.board, panel), { tag: read.tag })
      return titleOf(board)
    } catch (error) {
      if (!isConflict(error) || tries === TRIES) throw error
    }
  }
}

define('hw-add-panel', AddPanel)
