/** What a board on a wall has besides its panels: shown while the pointer moves. */
import { html, nothing, type TemplateResult } from 'lit'
import { icon } from '../parts/icons.js'
import type { Wall } from './wall.js'

/** The controls. */
export function wallControls(title: string, wall: Wall, leave: () => void): TemplateResult {
  return html`<div class="wall-head">
    <h1 tabindex="-1" dir="auto">${title}</h1>
    <div class="group wall-tools">
      ${wall.canFill ? html`<button type="button" class="quiet" @click=${() => void wall.toggleFull()}>${icon('screen')}${wall.isFull ? 'Leave full screen' : 'Full screen'}</button>` : nothing}
      <button type="button" class="quiet" @click=${leave}>${icon('close')}Leave the wall</button>
    </div>
  </div>`
}
