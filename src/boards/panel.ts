/**
 * What a board is made of: panels, each an element of the page with its attributes. Only types and the lists of what is known:
 * pages import this file too. What is checked when a board comes in stands in `board-input.ts`.
 */

/** What a panel shows: `graph` is a `<hail-graph>`, and so on. */
export type PanelElement = 'graph' | 'number' | 'table' | 'rank'

/** One panel of a board. */
export interface Panel {
  readonly element: PanelElement
  /** Texts by the names of the element's attributes. */
  readonly attributes: Readonly<Record<string, string>>
  /** Columns that it takes, 1 to 4. */
  readonly width: number
}

/** A board as it is answered, and as it is exported. */
export interface Board {
  readonly name: string
  /** Its heading; empty where it has none but its name. */
  readonly title: string
  readonly panels: readonly Panel[]
  /** When it was written last, epoch milliseconds. */
  readonly changed: number
}

/** A board in the list of boards: with the number of its panels only. */
export interface BoardSummary {
  readonly name: string
  readonly title: string
  readonly panels: number
  readonly changed: number
}

/** Attributes of every element. `server` is none of them: a board shows counts of the server that keeps it. */
const COMMON = [
  'key',
  'by',
  'metrics',
  'period',
  'from',
  'to',
  'interval',
  'tz',
  'format',
  'locale',
  'theme',
  'caption',
  'poll',
] as const

/** The attributes that each element knows. */
export const PANEL_ATTRIBUTES: Readonly<Record<PanelElement, readonly string[]>> = {
  graph: [...COMMON, 'type', 'threshold', 'limit', 'depth', 'sort', 'compare', 'legend', 'height'],
  number: [...COMMON, 'compare', 'good'],
  table: [...COMMON, 'limit', 'sort', 'sparkline'],
  rank: [...COMMON, 'depth', 'limit'],
}

/** The elements that a panel may be. */
export const PANEL_ELEMENTS = Object.keys(PANEL_ATTRIBUTES) as readonly PanelElement[]
