/**
 * The boards of a server, kept as cells of its store: durable as soon as a write resolves, since that is what a store promises.
 * They have nothing to do with the journal and the roll-up, and are served while the server still recovers.
 *
 * A write reads before it writes; within one process writes wait for each other. That is enough while one server at a time
 * writes: a store that could have several refuses what an older owner writes late. Servers that are to write the same boards
 * side by side would need a store that compares and writes in one step; the revision is made for that.
 */
import { fieldError, HailWhaleError } from '../model/errors.js'
import { BOARD_LIMITS } from '../model/limits.js'
import { quoted } from '../model/name.js'
import { BOARDS_GROUP, nameMember, parseName } from '../rollup/address.js'
import type { Store } from '../store/store.js'
import type { BoardContent } from './board-input.js'
import type { Board, BoardSummary } from './panel.js'
import { decodeBoard, decodeSummary, encodeBoard, revisionOf } from './stored-board.js'

/** A board, and what tells this state of it from any other. */
export interface KeptBoard {
  readonly board: Board
  readonly revision: string
}

/** Whether a write may go on, given the revision that is there (`undefined`: there is none). */
export type Condition = (revision: string | undefined) => boolean

/** Keeps boards. Names are as `boardName` gives them. */
export class Boards {
  readonly #store: Pick<Store, 'read' | 'scan' | 'write'>
  readonly #now: () => number
  #last: Promise<unknown> = Promise.resolve()

  /** `now`: epoch milliseconds. */
  constructor(store: Pick<Store, 'read' | 'scan' | 'write'>, now: () => number) {
    this.#store = store
    this.#now = now
  }

  /** All boards, in the byte order of their names. */
  async list(): Promise<BoardSummary[]> {
    const boards: BoardSummary[] = []
    await this.#store.scan(BOARDS_GROUP, {}, (member, value) => {
      boards.push(decodeSummary(parseName(member), value))
    })
    return boards
  }

  /** The board of a name. */
  async read(name: string): Promise<KeptBoard | undefined> {
    const value = await this.#value(name)
    return value && { board: decodeBoard(name, value), revision: revisionOf(value) }
  }

  /**
   * Writes a board and resolves once it is durable; `isNew` says that there was none of that name. Throws `changed_meanwhile`
   * where `condition` doesn't hold, `body_too_large` and, about `name`, `invalid_parameter` at the limits.
   */
  write(
    name: string,
    content: BoardContent,
    condition: Condition = always,
  ): Promise<KeptBoard & { readonly isNew: boolean }> {
    return this.#alone(async () => {
      const before = await this.#value(name)
      checkCondition(name, before, condition)
      if (before === undefined) await this.#checkRoom()
      const value = encodeBoard(content, this.#now())
      checkSize(value)
      await this.#write(name, value)
      return { board: decodeBoard(name, value), revision: revisionOf(value), isNew: before === undefined }
    })
  }

  /** Removes a board; false where there was none. Throws `changed_meanwhile` where `condition` doesn't hold. */
  remove(name: string, condition: Condition = always): Promise<boolean> {
    return this.#alone(async () => {
      const before = await this.#value(name)
      checkCondition(name, before, condition)
      if (before !== undefined) await this.#write(name, null)
      return before !== undefined
    })
  }

  async #value(name: string): Promise<Uint8Array | undefined> {
    const [cell] = await this.#store.read([{ group: BOARDS_GROUP, member: nameMember(name) }])
    return cell?.value
  }

  /** No sequence of the journal says anything of a board: `through` is 0. */
  #write(name: string, value: Uint8Array | null): Promise<void> {
    return this.#store.write([{ group: BOARDS_GROUP, member: nameMember(name), through: 0, value }])
  }

  async #checkRoom(): Promise<void> {
    let count = 0
    await this.#store.scan(BOARDS_GROUP, { limit: BOARD_LIMITS.boards }, () => count++)
    if (count < BOARD_LIMITS.boards) return
    throw fieldError('name', `there are ${BOARD_LIMITS.boards} boards already, the most: delete one first`)
  }

  /** Runs one write after the other. */
  #alone<T>(write: () => Promise<T>): Promise<T> {
    const done = this.#last.then(write)
    this.#last = done.catch(() => undefined)
    return done
  }
}

function always(): boolean {
  return true
}

function checkCondition(name: string, value: Uint8Array | undefined, condition: Condition): void {
  if (condition(value && revisionOf(value))) return
  const found =
    value === undefined
      ? `There is no board ${quoted(name)}`
      : `There is a board ${quoted(name)}, and not in the state you know`
  throw new HailWhaleError('changed_meanwhile', `${found}: read it again before you change it.`)
}

function checkSize({ length }: Uint8Array): void {
  if (length <= BOARD_LIMITS.boardBytes) return
  throw new HailWhaleError(
    'body_too_large',
    `The board has ${length} bytes; ${BOARD_LIMITS.boardBytes} is the most: spread its panels over several.`,
  )
}
