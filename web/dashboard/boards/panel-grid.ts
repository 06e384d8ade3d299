/** The panels of a board in their grid. */
import { html, type TemplateResult } from 'lit'
import { repeat } from 'lit/directives/repeat.js'
import type { Panel } from '../../../src/boards/panel.js'
import type { View } from '../place/view.js'
import { type BoardContent, withPanelMoved } from './board.js'
import { type PanelActions, panelView } from './panel-view.js'
import { wallLayout } from './rows.js'

/** A panel that is being pulled: where it was, and where it would go. */
export interface Drag {
  readonly from: number
  readonly to: number
}

/** What else the grid depends on. */
export interface GridState {
  readonly drag: Drag | null
  readonly over: View
  readonly isWall: boolean
  /** Tells panels apart, whatever place they are in: so that a move leaves their elements alone. */
  readonly idOf: (panel: Panel) => number
}

/** The grid. While a panel is pulled, places change by style alone: moved elements would ask for their numbers anew. */
export function panelGrid(board: BoardContent, state: GridState, actions: PanelActions): TemplateResult {
  const { drag, over, isWall, idOf } = state
  const { panels } = drag === null ? board : withPanelMoved(board, drag.from, drag.to)
  const count = panels.length
  return html`<div class="grid" .style=${isWall ? wallStyle(panels) : ''} ?data-dragging=${drag !== null}>
    ${repeat(board.panels, idOf, panel => {
      const place = panels.indexOf(panel)
      const order = drag === null ? null : place
      return panelView(panel, { place, count, over, isWall, order, isDragged: drag?.to === place }, actions)
    })}
  </div>`
}

/** What stands in the grid's place while there is no panel. */
export function noPanels(add: () => void): TemplateResult {
  return html`<div class="card blank">
    <h2>Nothing on this board yet</h2>
    <p>Add a panel here, or add to it what you see in <a href="./">Explore</a>.</p>
    <button type="button" class="solid" @click=${add}>Add a panel</button>
  </div>`
}

function wallStyle(panels: readonly Panel[]): string {
  const { rows, zoom } = wallLayout(panels, innerWidth, innerHeight)
  return `--rows: ${rows}; --zoom: ${zoom}`
}
