/** The names of a graph's lines in one row, for walls: a legend that needs no room and no pointer. */
import { html, nothing, svg, type TemplateResult } from 'lit'
import { isStacked } from '../../../src/picture/chart-type.js'
import { type Line, Looks, linesOf } from '../../../src/picture/lines.js'
import type { GraphAnswer } from '../../../src/query/graph.js'
import { define, LightElement } from '../parts/light.js'

/** Hears the answers of the graph beside it. */
export class WallLegend extends LightElement {
  static override properties = { type: {}, lines: { state: true } }
  /** How the graph is drawn. */
  declare type: string
  declare protected lines: readonly Line[]
  readonly #looks = new Looks()
  #heard: EventTarget | null = null

  constructor() {
    super()
    this.type = 'line'
    this.lines = []
  }

  override connectedCallback(): void {
    super.connectedCallback()
    this.#heard = this.parentElement
    this.#heard?.addEventListener('hail-answer', this.#onAnswer)
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    this.#heard?.removeEventListener('hail-answer', this.#onAnswer)
  }

  protected override render(): unknown {
    if (this.lines.length < 2) return nothing
    const drawn = isStacked(this.type as 'line')
      ? this.lines.filter(line => line.kind !== 'overall')
      : this.lines
    return html`<ul>${drawn.map(line => html`<li>${swatch(line)}<bdi>${line.name}</bdi></li>`)}</ul>`
  }

  readonly #onAnswer = (event: Event) => {
    const { graph } = (event as CustomEvent<{ graph: GraphAnswer }>).detail
    const lines = linesOf(graph, graph.metrics[0] ?? '', this.#looks)
    const shown = (list: readonly Line[]) => JSON.stringify(list.map(({ id, style }) => [id, style]))
    if (shown(lines) !== shown(this.lines)) this.lines = lines
  }
}

/** A short piece of the line. */
function swatch({ style }: Line): TemplateResult {
  const dash = style.dash.length === 0 ? nothing : style.dash.join(' ')
  return html`<svg viewBox="0 0 20 8" aria-hidden="true">${svg`<path class="line-${style.colour}" stroke-dasharray=${dash} d="M2 4h16" />`}</svg>`
}

define('hw-wall-legend', WallLegend)
