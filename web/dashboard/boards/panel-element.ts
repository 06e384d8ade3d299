/** The element that a panel is. */
import { html, type TemplateResult } from 'lit'
import type { Panel } from '../../../src/boards/panel.js'
import { attributes } from '../parts/attributes.js'
import { serverAddress } from '../place/navigate.js'
import type { View } from '../place/view.js'

/** Draws a panel's element; `over` says what the board's address says over its panels. */
export function panelElement({ element, attributes: own }: Panel, over: View = {}): TemplateResult {
  const said = { ...(over.period !== undefined || over.from !== undefined ? withoutTime(own) : own), ...over }
  const server = serverAddress()
  switch (element) {
    case 'graph':
      return html`<hail-graph server=${server} ${attributes(said)}></hail-graph>`
    case 'number':
      return html`<hail-number server=${server} ${attributes(said)}></hail-number>`
    case 'table':
      return html`<hail-table server=${server} ${attributes(said)}></hail-table>`
    case 'rank':
      return html`<hail-rank server=${server} ${attributes(said)}></hail-rank>`
  }
}

function withoutTime({ period: _period, from: _from, to: _to, interval: _interval, ...rest }: View): View {
  return rest
}
