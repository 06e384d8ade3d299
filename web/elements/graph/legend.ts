/** The table below the graph: each line's name, share, and total or value at the cursor. Names are text, never markup. */
import { html, nothing, svg, type TemplateResult } from 'lit'
import { repeat } from 'lit/directives/repeat.js'
import type { Change } from '../../../src/picture/change.js'
import type { Line, LineStyle } from '../../../src/picture/lines.js'
import type { Column, Order } from './order.js'
import type { Row, Shown } from './shown.js'

/** What can be done in the legend. */
export interface LegendActions {
  readonly sort: (by: Column) => void
  readonly toggle: (id: string) => void
  /** Draws this line alone, or all of them again. */
  readonly isolate: (id: string) => void
  /** Looks inside a child. */
  readonly enter: (name: string) => void
}

/** The table. */
export function legendTemplate(shown: Shown, order: Order | null, actions: LegendActions): TemplateResult {
  const { cursor, shareOf, rows } = shown
  const head = (by: Column, text: string, style: string) => headTemplate(by, text, style, order, actions)
  return html`<table class="legend" part="legend">
    <thead>
      <tr>
        <td></td>
        ${head('name', 'Name', 'name')}
        ${head('share', shareOf === null ? 'Share' : `Share of ${shareOf}`, 'share')}
        ${head('value', cursor === null ? 'Total' : 'At the cursor', 'value')}
      </tr>
    </thead>
    <tbody>
      ${repeat(
        rows,
        ({ line }) => line.id,
        row => rowTemplate(row, actions),
      )}
    </tbody>
  </table>`
}

function headTemplate(
  by: Column,
  text: string,
  style: string,
  order: Order | null,
  { sort }: LegendActions,
): TemplateResult {
  const sorted = order?.by !== by ? 'none' : order.descending ? 'descending' : 'ascending'
  return html`<th scope="col" class=${style} aria-sort=${sorted}>
    <button type="button" class="sort" @click=${() => sort(by)}>
      ${text}<svg class="arrow" viewBox="0 0 8 6" aria-hidden="true"><path d="M1 1h6L4 5z" /></svg>
    </button>
  </th>`
}

function rowTemplate({ line, isOff, share, value, change }: Row, actions: LegendActions): TemplateResult {
  return html`<tr class=${line.kind} ?data-off=${isOff}>
    <td class="swatch">
      <button
        type="button"
        aria-pressed=${!isOff}
        aria-label=${`Draw ${line.name}`}
        aria-keyshortcuts="Shift+Enter"
        title=${`${isOff ? 'Draw' : 'Hide'} · double click or Shift+Enter: only this one, and all again`}
        @click=${(event: MouseEvent) => onSwatch(event, line.id, actions)}
        @keydown=${(event: KeyboardEvent) => onSwatchKey(event, line.id, actions)}
      >
        ${swatchTemplate(line.style)}
      </button>
    </td>
    <td class="name">${nameTemplate(line, actions)}</td>
    <td class="share">${share === null ? nothing : shareTemplate(line, share)}</td>
    <td class="value">${changeTemplate(change)}<span>${value}</span></td>
  </tr>`
}

function nameTemplate(line: Line, { enter }: LegendActions): TemplateResult {
  if (line.kind !== 'series') return html`<bdi class="clamp">${line.name}</bdi>`
  const title = line.id.startsWith('overflow ')
    ? 'More children than are counted one by one: all beyond the limit, together'
    : `Look inside ${line.name}`
  return html`<button type="button" class="text" title=${title} @click=${() => enter(line.name)}>
    <bdi class="clamp">${line.name}</bdi>
  </button>`
}

function shareTemplate(line: Line, share: string): TemplateResult {
  const width = `${Math.min(1, line.share ?? 0) * 100}%`
  return html`<div>
    <svg class="bar" aria-hidden="true">
      <rect class="track" width="100%" height="6" rx="3" />
      <rect class=${colourClass(line.style)} width=${width} height="6" rx="3" />
    </svg>
    <span>${share}</span>
  </div>`
}

/** A change in percent, with an arrow for those who don't tell its colour. */
export function changeTemplate(change: Change | null, title?: string): TemplateResult | typeof nothing {
  if (change === null) return nothing
  const { text, way } = change
  return html`<span class=${`change ${way}`} title=${title ?? nothing}>${text}</span>`
}

function swatchTemplate({ colour, dash }: LineStyle): TemplateResult {
  const dashes = dash.length === 0 ? nothing : dash[0] === 7 ? '5 5' : '0.1 5'
  return html`<svg viewBox="0 0 20 10" aria-hidden="true">
    ${svg`<path class=${colourClass({ colour })} d="M2 5h16" stroke-dasharray=${dashes} />`}
  </svg>`
}

/** The class that gives a line's colour: a strict policy allows no style attribute. */
function colourClass({ colour }: Pick<LineStyle, 'colour'>): string {
  return `colour-${colour}`
}

/** The second click of a double click isolates, and takes back what the first one did. */
function onSwatch(event: MouseEvent, id: string, { toggle, isolate }: LegendActions): void {
  if (!event.altKey) toggle(id)
  if (event.altKey || event.detail === 2) isolate(id)
}

function onSwatchKey(event: KeyboardEvent, id: string, { isolate }: LegendActions): void {
  if (event.key !== 'Enter' || !(event.shiftKey || event.altKey)) return
  event.preventDefault()
  isolate(id)
}
