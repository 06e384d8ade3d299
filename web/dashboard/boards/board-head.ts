/** The head of a board: its title, the time and the zone that go for all panels, and what can be done with it. */
import { html, type TemplateResult } from 'lit'
import type { Board } from '../../../src/boards/panel.js'
import { icon } from '../parts/icons.js'
import '../pick/menu.js'
import type { MenuItem } from '../pick/menu.js'
import { ownZone } from '../place/navigate.js'
import { type Changes, changed, type View } from '../place/view.js'
import { titleOf } from './board.js'

/** What can be done. */
export interface HeadActions {
  readonly over: (over: View) => void
  readonly add: () => void
  readonly wall: () => void
  readonly rename: () => void
  readonly remove: () => void
  /** The board as a file. */
  readonly exported: () => string
}

/** The head. `over`: what the address says over the panels. */
export function boardHead(board: Board, over: View, actions: HeadActions): TemplateResult {
  const change = (changes: Changes) => actions.over(changed(over, changes))
  const items: MenuItem[] = [
    { name: 'Rename…', run: actions.rename },
    { name: 'Export as a file', run: () => download(`${board.name}.json`, actions.exported()) },
    { name: 'Delete…', run: actions.remove },
  ]
  return html`<div class="page-head">
    <h1 tabindex="-1" dir="auto">${titleOf(board)}</h1>
    <div class="group">
      <hw-period class="small" label="Period of all panels" none="Each its own period" .view=${over} tz=${over.tz ?? ownZone()} @hw-pick=${(event: CustomEvent<Changes>) => change(event.detail)}></hw-period>
      <hw-zone class="small" label="Time zone of all panels" none="Your time zone" .value=${over.tz ?? ''} @hw-pick=${(event: CustomEvent<string>) => change({ tz: event.detail || null })}></hw-zone>
      <button type="button" class="quiet" @click=${actions.add}>${icon('plus')}Add a panel</button>
      <button type="button" class="quiet" @click=${actions.wall}>${icon('screen')}Wall</button>
      <hw-menu class="right" label="More for this board" .items=${items}></hw-menu>
    </div>
  </div>`
}

function download(name: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: 'application/json' }))
  const link = document.createElement('a')
  link.href = address
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(address), 10_000)
}
