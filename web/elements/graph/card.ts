/** A graph's card, put together from its parts: a pure function of what is to be seen. */
import { html, nothing, type TemplateResult } from 'lit'
import { lengthWords } from '../../../src/picture/periods.js'
import { crumbsView } from '../base/crumbs.js'
import { timeOfDay, troubleTemplate } from '../base/messages.js'
import { noticeView } from '../base/notice.js'
import type { ElementState, Trouble } from '../base/options.js'
import { type EmptyView, emptyTemplate } from './empty.js'
import { figureTemplate, tableButton, tabsTemplate, zoomTemplate } from './head.js'
import { type LegendActions, legendTemplate } from './legend.js'
import type { Order } from './order.js'
import { pointTable } from './point-table.js'
import type { Shown } from './shown.js'

/** All that is to be seen. */
export interface CardView {
  readonly state: ElementState
  readonly trouble: Trouble | null
  readonly server: string
  readonly locale: string | undefined
  /** What was written in an attribute. */
  readonly written: (field: string) => string | null
  readonly caption: string | null
  /** What the key is called. */
  readonly key: string
  /** The path that is shown. */
  readonly path: readonly string[]
  /** Whether that is where the attributes say. */
  readonly isHome: boolean
  /** null: no answer yet, or the question was refused. */
  readonly shown: Shown | null
  readonly order: Order | null
  readonly off: ReadonlySet<string>
  readonly hasLegend: boolean
  readonly isTable: boolean
  /** Takes the height that the page gives it. */
  readonly isFilling: boolean
  /** The part of the time that was zoomed into. */
  readonly zoomed: string | null
  /** How far back the compared time lies. */
  readonly compared: string | null
  /** What an empty graph says; null: it isn't empty. */
  readonly empty: EmptyView | null
  /** What a screen reader is told when it changes. */
  readonly spoken: string
  /** What a screen reader reads of the chart. */
  readonly valueText: string
}

/** All that can be done. */
export interface CardActions extends LegendActions {
  readonly drill: (by: readonly string[]) => void
  readonly choose: (metric: number) => void
  readonly unzoom: () => void
  readonly table: () => void
  readonly cardKey: (event: KeyboardEvent) => void
  readonly chartKey: (event: KeyboardEvent) => void
  readonly leave: () => void
}

/** The card. */
export function cardTemplate(view: CardView, actions: CardActions): TemplateResult {
  const { shown, empty, caption, isFilling } = view
  const drawn = empty === null ? shown : null
  // Of the old picture the status says enough, unless the server had words of its own.
  const hasMore = shown !== null && view.trouble?.detail != null
  const name = caption ?? [view.key, ...view.path].join(' › ')
  return html`<div
    class=${isFilling ? 'card fill' : 'card'}
    part="card"
    role="group"
    aria-label=${`Graph: ${name}`}
    @keydown=${actions.cardKey}
  >
    <div class="head">
      ${headTemplate(view, actions)}
      <div class="side">
        <span class="status" part="status" data-state=${view.state}>${statusWords(view)}</span>
        ${drawn === null ? nothing : tableButton(view.isTable, actions.table)}
      </div>
    </div>
    ${hasMore ? noticeView(view.state, view.trouble, { ...view, hasAnswered: true }) : nothing}
    ${figuresTemplate(view, actions)} ${stageTemplate(view, drawn, actions)}
    ${
      view.hasLegend && drawn !== null && drawn.lines.length > 1
        ? html`<div class="below ${fadedClass(view)}">${legendTemplate(drawn, view.order, actions)}</div>`
        : nothing
    }
    <p class="unseen" role="status">${view.spoken}</p>
  </div>`
}

function headTemplate({ caption, key, path, isHome }: CardView, { drill }: CardActions): TemplateResult {
  const title = caption ?? (path.length === 0 ? key : null)
  return html`<div class="headline">
    ${title === null ? nothing : html`<div class="caption title" part="caption"><bdi>${title}</bdi></div>`}
    ${caption !== null && isHome ? nothing : crumbsView(key, path, drill)}
  </div>`
}

function figuresTemplate(view: CardView, actions: CardActions): TemplateResult | typeof nothing {
  const { shown, trouble, empty, zoomed, compared } = view
  if (shown === null && trouble !== null) return nothing
  const words = zoomed !== null && shown?.cursor === null ? '' : (shown?.when ?? '')
  const before = compared === null ? undefined : `compared with the ${lengthWords(compared)} before`
  return html`<div class="figures ${fadedClass(view)}">
    ${empty === null ? figureTemplate(shown, words, before) : nothing}
    ${zoomTemplate(zoomed, actions.unzoom)} ${shown === null ? nothing : tabsTemplate(shown, actions.choose)}
  </div>`
}

function stageTemplate(view: CardView, drawn: Shown | null, actions: CardActions): TemplateResult {
  const over = overTemplate(view)
  const isTable = view.isTable && drawn !== null
  const look = `${over === nothing ? '' : 'hollow'} ${view.shown === null ? 'ghosts' : ''}`
  return html`<div class="stage ${look}" part="chart">
    <div
      class="slider ${fadedClass(view)}"
      ?hidden=${isTable}
      tabindex=${drawn === null ? nothing : '0'}
      role=${drawn === null ? 'presentation' : 'slider'}
      aria-label=${drawn === null ? nothing : `Graph of ${drawn.metric}`}
      aria-description=${drawn === null ? nothing : KEYS}
      aria-valuemin=${drawn === null ? nothing : 0}
      aria-valuemax=${drawn === null ? nothing : drawn.graph.times.length - 1}
      aria-valuenow=${drawn === null ? nothing : (drawn.cursor ?? drawn.graph.times.length - 1)}
      aria-valuetext=${drawn === null ? nothing : view.valueText}
      @keydown=${actions.chartKey}
      @blur=${actions.leave}
    >
      <div class="chart"></div>
    </div>
    ${isTable ? pointTable(drawn, view.off, view.locale) : nothing}
    ${over === nothing ? nothing : html`<div class="over">${over}</div>`}
  </div>`
}

const KEYS =
  'Arrow keys move from point to point, Home and End to the first and the last. Plus zooms in, minus out. Backspace goes back.'

/** What stands over the chart where there is nothing to draw. */
function overTemplate(view: CardView): TemplateResult | typeof nothing {
  const { trouble, shown, state, empty } = view
  if (trouble === null || shown !== null) return empty === null ? nothing : emptyTemplate(empty)
  const isRefused = state === 'refused'
  return html`<p class="big">${isRefused ? 'This graph can’t be shown' : 'No connection'}</p>
    ${troubleTemplate(trouble, { ...view, state: isRefused ? 'refused' : 'stale' })}`
}

function statusWords({ state, trouble, shown, locale }: CardView): string {
  switch (state) {
    case 'loading':
      return 'Loading …'
    case 'stale':
      if (shown === null) return 'No connection'
      return `No connection since ${timeOfDay(trouble?.sinceMs ?? Date.now(), locale)}, trying again`
    case 'refused':
      return 'Refused'
    default:
      return shown !== null && shown.graph.to < Date.now() ? 'Up to date' : 'Live'
  }
}

function fadedClass({ state }: CardView): string {
  return state === 'stale' || state === 'loading' ? 'faded' : ''
}
