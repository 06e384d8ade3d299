/** A panel in its place: its element, and what can be done with it. */
import { html, nothing, type TemplateResult } from 'lit'
import type { Panel } from '../../../src/boards/panel.js'
import { icon } from '../parts/icons.js'
import type { MenuItem } from '../pick/menu.js'
import type { View } from '../place/view.js'
import { COLUMNS } from './board.js'
import { panelElement } from './panel-element.js'
import { panelTitle } from './panel-title.js'
import './wall-legend.js'

/** Where it stands. */
export interface PanelPlace {
  readonly place: number
  /** How many panels there are. */
  readonly count: number
  readonly over: View
  readonly isWall: boolean
  /** Its place while a panel is pulled; null: where it stands. */
  readonly order: number | null
  readonly isDragged: boolean
}

/** What can be done, with the panel in a place. */
export interface PanelActions {
  readonly edit: (place: number) => void
  readonly embed: (place: number) => void
  readonly explore: (place: number) => void
  readonly width: (place: number, width: number) => void
  readonly remove: (place: number) => void
  readonly move: (from: number, to: number) => void
  readonly press: (event: PointerEvent, place: number) => void
  readonly key: (event: KeyboardEvent, place: number) => void
}

/** The panel. */
export function panelView(panel: Panel, at: PanelPlace, actions: PanelActions): TemplateResult {
  const { place, over, isWall, order, isDragged } = at
  const title = panelTitle(panel)
  return html`<section class="board-panel" aria-label=${title} data-element=${panel.element} data-place=${place} data-width=${panel.width} ?data-dragged=${isDragged} .style=${order === null ? '' : `order: ${order}`}>
    ${isWall ? onWall(panel, over) : [panelElement(panel, over), tools(panel, title, at, actions)]}
  </section>`
}

/** A graph fills its place, and has its legend in one row. */
function onWall(panel: Panel, over: View): unknown {
  if (panel.element !== 'graph') return panelElement(panel, over)
  const legend = html`<hw-wall-legend type=${panel.attributes.type ?? 'line'}></hw-wall-legend>`
  return [
    panelElement(panel, { ...over, height: 'fill', legend: 'none' }),
    panel.attributes.legend === 'none' ? nothing : legend,
  ]
}

function tools(panel: Panel, title: string, at: PanelPlace, actions: PanelActions): TemplateResult {
  const { place, count } = at
  return html`<div class="panel-tools">
    <button
      type="button"
      class="round grip"
      aria-label=${`Move ${title}, ${place + 1} of ${count}: arrow keys`}
      title="Pull, or use the arrow keys"
      @pointerdown=${(event: PointerEvent) => actions.press(event, place)}
      @keydown=${(event: KeyboardEvent) => actions.key(event, place)}
    >
      ${icon('grip')}
    </button>
    <hw-menu class="right" label=${`More for ${title}`} .items=${items(panel, at, actions)}></hw-menu>
  </div>`
}

function items(panel: Panel, { place, count }: PanelPlace, actions: PanelActions): MenuItem[] {
  const { width } = panel
  const all: readonly (MenuItem | false)[] = [
    { name: 'Edit…', run: () => actions.edit(place) },
    { name: 'Open in Explore', run: () => actions.explore(place) },
    { name: 'Copy embed code…', run: () => actions.embed(place) },
    width < COLUMNS && { name: 'Wider', run: () => actions.width(place, width + 1) },
    width > 1 && { name: 'Narrower', run: () => actions.width(place, width - 1) },
    place > 0 && { name: 'Move forward', run: () => actions.move(place, place - 1) },
    place < count - 1 && { name: 'Move back', run: () => actions.move(place, place + 1) },
    { name: 'Remove', run: () => actions.remove(place) },
  ]
  return all.filter(item => item !== false)
}
