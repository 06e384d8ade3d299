/** Which row of the grid each panel stands in, and how large all of it is on a wall. Pure. */
import type { Panel } from '../../../src/boards/panel.js'
import { COLUMNS } from './board.js'

/** What a row needs at least, in pixels of its elements: one with numbers alone, and any other. */
const LOW = 235
const HIGH = 300
/** What stands around the rows: the title, gaps and edges. */
const AROUND = 96
const GAP = 16
/** How wide a wall is where nothing is enlarged. */
const USUAL_WIDTH = 1200
const MOST_ZOOM = 3

/** How a board fills a wall. */
export interface WallLayout {
  /** As `grid-template-rows`. */
  readonly rows: string
  /** How much larger its elements are than in a page, from 1. */
  readonly zoom: number
}

/** The panels row by row, as the grid places them: one after the other, in a new row where one does not fit any more. */
export function rowsOf(panels: readonly Panel[]): Panel[][] {
  const rows: Panel[][] = []
  let room = 0
  for (const panel of panels) {
    if (panel.width > room) {
      rows.push([])
      room = COLUMNS
    }
    rows.at(-1)!.push(panel)
    room -= panel.width
  }
  return rows
}

/** As large as what has to fit allows, on a screen of so many pixels. */
export function wallLayout(panels: readonly Panel[], width: number, height: number): WallLayout {
  const heights = rowsOf(panels).map(row => (row.every(({ element }) => element === 'number') ? LOW : HIGH))
  const needed = heights.reduce((sum, each) => sum + each, 0)
  const room = height - AROUND - GAP * Math.max(0, heights.length - 1)
  const zoom = Math.min(MOST_ZOOM, width / USUAL_WIDTH, room / Math.max(1, needed))
  return {
    rows: heights.map(each => `minmax(0, ${each}fr)`).join(' '),
    zoom: Math.max(1, Math.round(zoom * 100) / 100),
  }
}
