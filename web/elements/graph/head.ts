/** The top of a graph: the figure and what it is of, how the graph is doing, and the tabs. */
import { html, nothing, type TemplateResult } from 'lit'
import { changeTemplate } from './legend.js'
import type { Shown } from './shown.js'

/** The big number, its change, and what it is of; a grey place for it while there is none. */
export function figureTemplate(
  shown: Shown | null,
  words: string,
  compared: string | undefined,
): TemplateResult {
  if (shown === null)
    return html`<p class="line"><span class="figure ghost" part="figure" aria-hidden="true">0,000</span></p>`
  return html`<p class="line">
    <span class="figure" part="figure">${shown.figure}</span>
    ${changeTemplate(shown.change, compared)}
    <span class="words"><bdi>${shown.metric}</bdi> ${words}</span>
  </p>`
}

/** One tab for each metric, where there are several. */
export function tabsTemplate(
  { metrics, metric }: Shown,
  choose: (metric: number) => void,
): TemplateResult | typeof nothing {
  if (metrics.length < 2) return nothing
  return html`<div class="tabs" role="group" aria-label="Metric that is drawn">
    ${metrics.map(
      (name, index) =>
        html`<button type="button" aria-pressed=${name === metric} @click=${() => choose(index)}><bdi class="clamp">${name}</bdi></button>`,
    )}
  </div>`
}

/** Shows the numbers as a table, or as a picture again. */
export function tableButton(isTable: boolean, toggle: () => void): TemplateResult {
  return html`<button
    type="button"
    class="icon"
    aria-pressed=${isTable}
    aria-label="As a table"
    title=${isTable ? 'As a graph' : 'As a table'}
    @click=${toggle}
  >
    <svg viewBox="0 0 16 16" aria-hidden="true"><path d="M2.5 3.5h11v9h-11zM2.5 6.5h11M2.5 9.5h11M6.5 3.5v9" /></svg>
  </button>`
}

/** Which part of the time is looked at, with the way back. */
export function zoomTemplate(range: string | null, back: () => void): TemplateResult | typeof nothing {
  if (range === null) return nothing
  return html`<span class="zoomed">
    zoomed to ${range} ·
    <button type="button" class="text" @click=${back}>back</button>
  </span>`
}
