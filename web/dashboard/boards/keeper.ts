/**
 * Holds a board while it is looked at: reads it, shows each change at once, writes it under the condition that nobody else wrote
 * meanwhile, and where somebody did, keeps both until it is decided. Writes wait for each other.
 */
import type { ReactiveController, ReactiveControllerHost } from 'lit'
import type { Board } from '../../../src/boards/panel.js'
import { tellState, wordsOf } from '../parts/polled.js'
import type { BoardContent } from './board.js'
import { isConflict, type ReadBoard, readBoard, writeBoard } from './board-server.js'

/** Two boards where there can only be one. */
export interface Conflict {
  readonly mine: BoardContent
  /** null: it was deleted. */
  readonly theirs: ReadBoard | null
}

/** How often the board is read anew, milliseconds: what others change appears by itself. */
const READ_MS = 15_000

/** The board of a name, as a part of the page. */
export class Keeper implements ReactiveController {
  /** What is shown; null: not read yet, or there is none. */
  board: Board | null = null
  isMissing = false
  trouble = ''
  conflict: Conflict | null = null
  /** While true it is not read anew by itself. */
  isHeld = false
  readonly #host: ReactiveControllerHost & HTMLElement
  #name = ''
  #tag = ''
  #wanted: BoardContent | null = null
  #isWriting = false
  #timer = 0

  constructor(host: ReactiveControllerHost & HTMLElement) {
    this.#host = host
    host.addController(this)
  }

  hostConnected(): void {
    this.#timer = window.setInterval(() => void this.#readAgain(), READ_MS)
    document.addEventListener('visibilitychange', this.#onVisibility)
  }

  hostDisconnected(): void {
    clearInterval(this.#timer)
    document.removeEventListener('visibilitychange', this.#onVisibility)
  }

  /** Shows the board of this name. */
  open(name: string): void {
    if (name === this.#name) return
    this.#name = name
    this.#tag = ''
    this.#wanted = null
    this.board = null
    this.conflict = null
    this.isMissing = false
    void this.#read()
  }

  /** Shows a change, and writes it. */
  change(content: BoardContent): void {
    if (this.board === null) return
    this.board = { ...this.board, ...content }
    this.#wanted = content
    this.#host.requestUpdate()
    void this.#write()
  }

  /** Decides a conflict. */
  async resolve(keep: 'mine' | 'theirs'): Promise<void> {
    const { conflict } = this
    if (conflict === null) return
    this.conflict = null
    this.#wanted = null
    if (keep === 'theirs' || this.board === null) this.#take(conflict.theirs)
    else {
      this.#tag = conflict.theirs?.tag ?? ''
      this.change(conflict.mine)
    }
    this.#host.requestUpdate()
  }

  async #read(): Promise<void> {
    const name = this.#name
    try {
      const read = await readBoard(name)
      if (name !== this.#name || this.#isWriting || this.#wanted !== null) return
      this.trouble = ''
      tellState(this.#host, 'live')
      if (read === null || read.tag !== this.#tag) this.#take(read)
    } catch (error) {
      this.trouble = wordsOf(error)
      tellState(this.#host, 'stale', this.trouble)
    }
    this.#host.requestUpdate()
  }

  async #readAgain(): Promise<void> {
    if (document.hidden || this.isHeld || this.conflict !== null || this.#name === '') return
    await this.#read()
  }

  #take(read: ReadBoard | null): void {
    this.isMissing = read === null
    this.board = read?.board ?? null
    this.#tag = read?.tag ?? ''
  }

  async #write(): Promise<void> {
    if (this.#isWriting || this.conflict !== null) return
    this.#isWriting = true
    while (this.#wanted !== null && this.conflict === null) {
      const content: BoardContent = this.#wanted
      this.#wanted = null
      await this.#writeOnce(content)
    }
    this.#isWriting = false
    this.#host.requestUpdate()
  }

  async #writeOnce(content: BoardContent): Promise<void> {
    const name = this.#name
    try {
      const { board, tag } = await writeBoard(
        name,
        content,
        this.#tag === '' ? 'nothing' : { tag: this.#tag },
      )
      if (name !== this.#name) return
      this.#tag = tag
      this.trouble = ''
      if (this.board !== null) this.board = { ...this.board, changed: board.changed }
    } catch (error) {
      if (name !== this.#name) return
      if (isConflict(error)) await this.#meetConflict(this.#wanted ?? content)
      else await this.#fail(error)
    }
  }

  async #meetConflict(mine: BoardContent): Promise<void> {
    try {
      this.conflict = { mine, theirs: await readBoard(this.#name) }
    } catch (error) {
      await this.#fail(error)
    }
  }

  /** What was not written is not shown as if it were. */
  async #fail(error: unknown): Promise<void> {
    this.#wanted = null
    const words = `Not saved: ${wordsOf(error)}`
    const read = await readBoard(this.#name).catch(() => undefined)
    if (read !== undefined) this.#take(read)
    this.trouble = words
  }

  readonly #onVisibility = () => void this.#readAgain()
}
