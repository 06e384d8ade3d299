/** One board: its panels, and what can be done with them. What is changed is saved at once. */
import { html, nothing, type PropertyValues, type TemplateResult } from 'lit'
import type { Board, Panel } from '../../../src/boards/panel.js'
import { define, LightElement } from '../parts/light.js'
import { wordsOf } from '../parts/polled.js'
import { say } from '../parts/toasts.js'
import '../pick/period-picker.js'
import '../pick/zone-picker.js'
import { go } from '../place/navigate.js'
import type { RouteOf } from '../place/route.js'
import { filled, type View } from '../place/view.js'
import {
  type BoardContent,
  exported,
  titleOf,
  withoutPanel,
  withPanel,
  withPanelAt,
  withPanelMoved,
} from './board.js'
import { conflictDialog } from './board-dialogs.js'
import { boardHead, type HeadActions } from './board-head.js'
import { deleteBoard } from './board-server.js'
import { dragPanel, stepOf } from './drag.js'
import { Keeper } from './keeper.js'
import { type Open, openDialog } from './open-dialog.js'
import { type Drag, noPanels, panelGrid } from './panel-grid.js'
import { panelTitle } from './panel-title.js'
import type { PanelActions } from './panel-view.js'
import { Wall } from './wall.js'
import { wallControls } from './wall-controls.js'

/** The page of a board. */
export class BoardView extends LightElement {
  static override properties = {
    route: { attribute: false },
    dialog: { state: true },
    drag: { state: true },
    spoken: { state: true },
  }
  declare route: RouteOf<'board'>
  declare protected dialog: Open | null
  declare protected drag: Drag | null
  /** What a screen reader is told of a move. */
  declare protected spoken: string
  readonly #keeper = new Keeper(this)
  readonly #wall = new Wall(this)
  /** Tells panels apart, whatever place they are in: so that a move leaves their elements alone. */
  #ids = new WeakMap<Panel, number>()
  #nextId = 0

  constructor() {
    super()
    this.dialog = null
    this.drag = null
    this.spoken = ''
  }

  protected override willUpdate(): void {
    this.#keeper.open(this.route.name)
    // Places mean what they meant when the dialog was opened, or the panel was taken.
    this.#keeper.isHeld = this.dialog !== null || this.drag !== null
    this.#wall.turn(this.route.wall)
  }

  protected override updated(_changes: PropertyValues): void {
    const { board } = this.#keeper
    if (board !== null) document.title = `${titleOf(board)} – HailWhale`
  }

  protected override render(): TemplateResult {
    const { board, isMissing, trouble } = this.#keeper
    const { wall } = this.route
    this.toggleAttribute('data-resting', wall && this.#wall.isResting)
    return html`
      ${board === null ? this.#noBoard(isMissing) : wall ? this.#wallHead(board) : boardHead(board, this.route.over, this.#headActions(board))}
      ${trouble === '' ? nothing : html`<p class="notice" role="alert">${trouble}</p>`}
      ${board === null ? nothing : this.#panels(board)} ${board === null ? nothing : this.#dialogs(board)}
      <p class="unseen" role="status">${this.spoken}</p>
    `
  }

  #noBoard(isMissing: boolean): TemplateResult {
    if (!isMissing) return html`<h1 class="unseen" tabindex="-1">${this.route.name}</h1>`
    return html`<div class="card blank">
      <h1 tabindex="-1">There is no board “${this.route.name}”</h1>
      <p>It may have been deleted. <a href="./?page=boards">All boards</a></p>
    </div>`
  }

  #wallHead(board: Board): TemplateResult {
    return wallControls(titleOf(board), this.#wall, () => go({ ...this.route, wall: false }))
  }

  #panels(board: Board): TemplateResult {
    if (board.panels.length === 0) return noPanels(() => (this.dialog = { what: 'add' }))
    const { wall: isWall, over } = this.route
    const idOf = (panel: Panel) => this.#idOf(panel)
    return panelGrid(board, { drag: this.drag, over, isWall, idOf }, this.#panelActions)
  }

  #dialogs(board: Board): unknown {
    const { conflict } = this.#keeper
    if (conflict !== null) return conflictDialog(conflict, keep => void this.#keeper.resolve(keep))
    return openDialog(this.dialog, board, {
      rename: title => this.#change({ ...board, title }),
      remove: () => void this.#delete(board),
      add: panel => this.#change(withPanel(board, panel)),
      replace: (place, panel) => this.#replace(board, place, panel),
      closed: () => {
        this.dialog = null
      },
    })
  }

  #headActions(board: Board): HeadActions {
    return {
      over: (over: View) => go({ ...this.route, over }),
      add: () => (this.dialog = { what: 'add' }),
      wall: () => go({ ...this.route, wall: true }),
      rename: () => (this.dialog = { what: 'rename' }),
      remove: () => (this.dialog = { what: 'delete' }),
      exported: () => exported({ ...board, name: this.route.name }),
    }
  }

  readonly #panelActions: PanelActions = {
    edit: place => (this.dialog = { what: 'edit', place }),
    embed: place => (this.dialog = { what: 'embed', place }),
    explore: place =>
      this.#withBoard(board =>
        go({ page: 'explore', view: exploreView(board.panels[place]!), show: 'none' }),
      ),
    width: (place, width) =>
      this.#withBoard(board => this.#replace(board, place, { ...board.panels[place]!, width })),
    remove: place => this.#withBoard(board => this.#remove(board, place)),
    move: (from, to) => this.#withBoard(board => this.#move(board, from, to)),
    press: (event, place) =>
      dragPanel(event, place, {
        over: (from, to) => {
          this.drag = { from, to }
        },
        drop: (from, to) => {
          this.drag = null
          this.#withBoard(board => this.#move(board, from, to))
        },
      }),
    key: (event, place) => {
      const step = stepOf(event.key)
      if (step === 0) return
      event.preventDefault()
      this.#withBoard(board => this.#move(board, place, place + step))
    },
  }

  #withBoard(run: (board: Board) => void): void {
    const { board } = this.#keeper
    if (board !== null) run(board)
  }

  #change(content: BoardContent): void {
    this.#keeper.change({ title: content.title, panels: content.panels })
  }

  #replace(board: Board, place: number, panel: Panel): void {
    this.#ids.set(panel, this.#idOf(board.panels[place]!))
    this.#change(withPanelAt(board, place, panel))
  }

  #move(board: Board, from: number, to: number): void {
    const moved = withPanelMoved(board, from, to)
    const panel = board.panels[from]!
    const place = moved.panels.indexOf(panel)
    if (place === from) return
    this.#change(moved)
    this.spoken = `${panelTitle(panel)}: now ${place + 1} of ${moved.panels.length}`
    void this.updateComplete.then(() =>
      this.querySelector<HTMLElement>(`[data-place="${place}"] .grip`)?.focus(),
    )
  }

  #remove(board: Board, place: number): void {
    const panel = board.panels[place]!
    this.#change(withoutPanel(board, place))
    const undo = () =>
      this.#withBoard(now => this.#change(withPanel(now, panel, Math.min(place, now.panels.length))))
    say({ text: `“${panelTitle(panel)}” is removed.`, action: { name: 'Undo', run: undo } })
    void this.updateComplete.then(() => {
      const next = this.querySelector<HTMLElement>(
        `[data-place="${Math.min(place, board.panels.length - 2)}"] .grip, h1`,
      )
      next?.focus()
    })
  }

  async #delete(board: Board): Promise<void> {
    try {
      await deleteBoard(this.route.name)
      go({ page: 'boards' })
      say({ text: `“${titleOf(board)}” is deleted.` })
    } catch (error) {
      say({ text: `Not deleted: ${wordsOf(error)}` })
    }
  }

  #idOf(panel: Panel): number {
    const id = this.#ids.get(panel) ?? this.#nextId++
    this.#ids.set(panel, id)
    return id
  }
}

function exploreView({ attributes }: Panel): View {
  return filled(attributes)
}

define('hw-board', BoardView)
