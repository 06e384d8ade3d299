/** A board as the page holds it, and what can be done with it: each step makes a new one. Pure. */
import {
  type Board,
  PANEL_ATTRIBUTES,
  PANEL_ELEMENTS,
  type Panel,
  type PanelElement,
} from '../../../src/boards/panel.js'

/** What is written of a board. */
export interface BoardContent {
  readonly title: string
  readonly panels: readonly Panel[]
}

/** Columns of the grid. */
export const COLUMNS = 4

/** With a panel at the end, or at a place. */
export function withPanel(board: BoardContent, panel: Panel, place = board.panels.length): BoardContent {
  return { ...board, panels: board.panels.toSpliced(place, 0, panel) }
}

/** With another panel in a place. */
export function withPanelAt(board: BoardContent, place: number, panel: Panel): BoardContent {
  return { ...board, panels: board.panels.with(place, panel) }
}

/** Without the panel of a place. */
export function withoutPanel(board: BoardContent, place: number): BoardContent {
  return { ...board, panels: board.panels.toSpliced(place, 1) }
}

/** With a panel moved to another place; a place beyond the ends is the end. */
export function withPanelMoved(board: BoardContent, from: number, to: number): BoardContent {
  const place = Math.max(0, Math.min(board.panels.length - 1, to))
  const panel = board.panels[from]!
  return { ...board, panels: board.panels.toSpliced(from, 1).toSpliced(place, 0, panel) }
}

/** How wide a new panel of an element is. */
export function usualWidth(element: PanelElement): number {
  return element === 'number' ? 1 : 2
}

/** The name that a title gives a board: what can stand in an address without signs. `taken` are names that there are. */
export function nameFor(title: string, taken: readonly string[]): string {
  const plain = title.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()
  const name = plain.replace(/[^\p{L}\p{N}]+/gu, '-').replace(/^-+|-+$/g, '') || 'board'
  const short = [...name].slice(0, 40).join('')
  let free = short
  for (let number = 2; taken.includes(free); number++) free = `${short}-${number}`
  return free
}

/** How a board is called. */
export function titleOf({ title, name }: Pick<Board, 'title' | 'name'>): string {
  return title || name
}

/** A board as a file to keep. */
export function exported({ name, title, panels }: Board): string {
  return `${JSON.stringify({ name, title, panels }, null, 2)}\n`
}

/** A board from a file; throws an Error that says what is wrong with it. What the server checks more closely is left to it. */
export function imported(text: string): BoardContent & { readonly name: string } {
  const board = parsed(text)
  if (!isRecord(board) || !Array.isArray(board.panels))
    throw new Error('That is no board: a JSON object with “panels” is wanted.')
  const { name, title, panels } = board
  return {
    name: typeof name === 'string' ? name : '',
    title: typeof title === 'string' ? title : '',
    panels: panels.map(panelFrom),
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new Error(`That is no board: ${(error as Error).message}`)
  }
}

function panelFrom(value: unknown, place: number): Panel {
  const { element, attributes = {}, width = 2 } = isRecord(value) ? value : {}
  const known = PANEL_ELEMENTS.find(name => name === element)
  if (known === undefined || !isRecord(attributes))
    throw new Error(`Panel ${place + 1} is none: its element is one of ${PANEL_ELEMENTS.join(', ')}.`)
  const names = PANEL_ATTRIBUTES[known]
  const strange = Object.keys(attributes).find(name => !names.includes(name))
  if (strange !== undefined) throw new Error(`Panel ${place + 1} has an attribute that none has: ${strange}.`)
  const texts = Object.entries(attributes).map(([name, text]) => [name, String(text)])
  return { element: known, attributes: Object.fromEntries(texts), width: Number(width) }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
