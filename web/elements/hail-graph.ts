/**
 * `<hail-graph>`: overall, the children that pass the threshold and what remains, live; with a legend, several metrics as tabs,
 * zooming, drilling and comparing. Here is what its reader chose and what that does; what it looks like is in graph/.
 */
import type { CSSResultGroup, PropertyDeclarations, PropertyValues, TemplateResult } from 'lit'
import { CHART_TYPES, type ChartType } from '../../src/picture/chart-type.js'
import { Looks } from '../../src/picture/lines.js'
import { keyName } from '../../src/picture/names.js'
import { isEmptyGraph, isFlat } from '../../src/picture/nothing.js'
import type { NumberFormat } from '../../src/picture/numbers.js'
import type { GraphAnswer } from '../../src/query/graph.js'
import { chartStyles } from '../chart/chart.js'
import type { GraphFields } from '../live/live.js'
import { crumbsStyles } from './base/crumbs.js'
import { parsePath, samePath } from './base/paths.js'
import { type CardActions, type CardView, cardTemplate } from './graph/card.js'
import { Choices } from './graph/choices.js'
import { comparedLength } from './graph/compare.js'
import { Comparison } from './graph/comparison.js'
import { curlLine } from './graph/curl-line.js'
import type { Chosen } from './graph/empty.js'
import { cardKey, chartKey, type KeyAction, type KeyTarget } from './graph/keys.js'
import { OfferFinder } from './graph/offers.js'
import { Picture } from './graph/picture.js'
import { above, HOME, half, type Place, placeFields, type Stretch, zoomedTo } from './graph/place.js'
import { type Shown, shortRange, shownGraph, timeWords } from './graph/shown.js'
import { Speech } from './graph/speech.js'
import { graphStyles } from './graph/styles.js'
import { HailElement } from './hail-element.js'

/** The element. */
export class HailGraph extends HailElement {
  static override properties: PropertyDeclarations = {
    ...HailElement.properties,
    type: {},
    threshold: {},
    limit: {},
    sort: {},
    compare: {},
    legend: {},
    height: {},
    depth: {},
  }

  static override styles: CSSResultGroup = [HailElement.styles, crumbsStyles, chartStyles, graphStyles]

  declare type: ChartType | null
  declare threshold: number | string | null
  declare limit: number | string | null
  declare sort: string | null
  declare compare: string | boolean | null
  declare legend: 'below' | 'none' | null
  declare height: number | string | null
  declare depth: number | string | null

  readonly #looks = new Looks()
  readonly #speech = new Speech()
  readonly #offers = new OfferFinder(() => this.#onOffer())
  readonly #picture = new Picture({
    cursor: index => this.#choices.point(index),
    zoom: (from, to) => this.zoom({ from, to }),
    unzoom: () => this.#unzoom(),
  })
  readonly #choices = new Choices(() => this.requestUpdate())
  readonly #comparison = new Comparison()
  #place: Place = HOME
  #shown: Shown | null = null
  #formats: readonly NumberFormat[] = []
  #formatsOf = ''
  /** What has the focus: where it goes away, the focus goes on to where the graph is. */
  #focused: Element | null = null

  readonly #actions: CardActions = {
    sort: by => this.#choices.sort(by),
    toggle: id => this.#choices.toggle(id),
    isolate: id => this.#choices.isolate(id, this.#shown?.lines.map(line => line.id) ?? []),
    enter: name => this.drill([...this.byPath, name]),
    drill: by => this.drill(by),
    choose: metric => this.#choices.draw(metric),
    unzoom: () => this.#unzoom(),
    table: () => this.#choices.turn(),
    cardKey: event => this.#onKey(event, cardKey(event.key, this.#keyTarget)),
    chartKey: event => this.#onKey(event, chartKey(event.key, this.#keyTarget)),
    leave: () => this.#pointAt(null),
  }

  /** Shows the children of another path, unless the page forbids it: `hail-drill` tells it before. */
  drill(by: readonly string[]): void {
    if (samePath(by, this.byPath)) return
    if (!this.offer('hail-drill', { by: [...by] })) return
    this.#place = { ...this.#place, by: samePath(by, this.#home) ? null : by }
    this.#pointAt(null)
    this.#choices.startOver()
  }

  /** Goes one level up, at most to where the attributes say. Answers whether there was a way. */
  back(): boolean {
    const up = above(this.byPath, this.#home)
    if (up === null) return false
    this.drill(up)
    return true
  }

  /** Shows a part of the time (epoch milliseconds, half-open), or with null the whole again; `hail-zoom` tells the page before. */
  zoom(stretch: Stretch | null): void {
    if (!this.offer('hail-zoom', stretch)) return
    this.#place = zoomedTo(this.#place, stretch, this.graph?.interval ?? '1m')
    this.#pointAt(null)
    this.requestUpdate()
  }

  protected override get byPath(): readonly string[] {
    return this.#place.by ?? super.byPath
  }

  protected override isEmpty(graph: GraphAnswer): boolean {
    return isEmptyGraph(graph) || (isFlat(graph) && this.#offers.offer?.kind === 'metrics')
  }

  protected override fields(): GraphFields | null {
    return this.#comparison.asked(this.#plainFields(), this, Date.now())
  }

  /** What a finer interval or a comparison can't be had for is asked again without. */
  protected override onRefused(refused: Error): void {
    const { code } = refused as { code?: string }
    const { intervals } = this.#place
    if (code === 'not_kept' && intervals.length > 1) {
      this.#place = { ...this.#place, intervals: intervals.slice(1) }
      this.requestUpdate()
    } else if (this.#comparison.leaveOut(refused)) {
      this.requestUpdate()
    } else {
      super.onRefused(refused)
    }
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    this.#offers.forget()
    this.#picture.remove()
  }

  protected override willUpdate(changed: PropertyValues): void {
    this.#focused = this.shadowRoot?.activeElement ?? null
    if (['by', 'key', 'pk'].some(name => changed.has(name))) {
      this.#place = { ...this.#place, by: null }
      this.#choices.startOver()
    }
    if (['from', 'to', 'period', 'interval'].some(name => changed.has(name)))
      this.#place = { ...this.#place, zoom: undefined, intervals: [] }
    if (changed.has('metrics')) this.#choices.draw(0)
    super.willUpdate(changed)
    this.#shown = this.#show()
    const isNothing = this.state === 'empty' || (this.state === 'live' && isFlat(this.graph))
    if (isNothing && this.answered !== null && this.isConnected)
      this.#offers.look(this.live, this.answered.fields, Date.now())
    else this.#offers.forget()
  }

  protected override render(): TemplateResult {
    return cardTemplate(this.#view(), this.#actions)
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed)
    const place = this.renderRoot.querySelector<HTMLElement>('.chart')!
    const height = Number(this.height)
    place.style.height = height > 0 ? `${height}px` : ''
    // What is changed while it is in no page is drawn when it is in one again.
    if (this.#shown !== null && this.isConnected) {
      const type = CHART_TYPES.find(name => name === this.type) ?? 'line'
      this.#picture.draw(place, { shown: this.#shown, off: this.#choices.off, type, locale: this.language })
    }
    if (changed.has('theme')) this.#picture.recolour()
    if (this.#focused?.isConnected === false)
      this.renderRoot.querySelector<HTMLElement>('.crumbs [aria-current], .slider')?.focus()
  }

  /** The question without comparison. */
  #plainFields(): GraphFields {
    const more: Record<string, string> = {}
    for (const name of ['threshold', 'limit', 'sort'] as const) {
      const value = `${this[name] ?? ''}`.trim()
      if (value !== '') more[name] = value
    }
    if (this.#isAlone) more.limit = '0'
    return placeFields({ ...super.fields(), ...more }, this.#place, this.period || null)
  }

  #show(): Shown | null {
    if (this.answered === null || this.state === 'refused') return null
    const { answer, fields } = this.answered
    const count = answer.metrics.length
    const formatsOf = JSON.stringify([this.format, this.locale, count])
    if (formatsOf !== this.#formatsOf) this.#formats = this.formats(count)
    this.#formatsOf = formatsOf
    return shownGraph(answer, this.#choices, {
      ...{ formats: this.#formats, locale: this.language, looks: this.#looks },
      ...{ isAlone: this.#isAlone, nowMs: Date.now() },
      compared: this.#comparedLength(answer),
      period: fields.period ?? null,
    })
  }

  /** How far back the compared time of an answer lies; a reader who asks for `previous` without comparing wants to see it. */
  #comparedLength({ metrics }: GraphAnswer): string | null {
    return this.compare === null || this.compare === undefined ? null : comparedLength(metrics)
  }

  #view(): CardView {
    const { order, off, isTable } = this.#choices
    const shown = this.#shown
    const isHome = samePath(this.byPath, this.#home)
    return {
      ...{ state: this.state, trouble: this.trouble, server: this.serverBase, locale: this.language },
      ...{ shown, isHome, key: keyName(this.keyPath), path: this.byPath, isFilling: this.height === 'fill' },
      ...{ caption: this.caption?.trim() || null, order, off, isTable },
      written: field => this.getAttribute(field) ?? null,
      hasLegend: this.legend !== 'none',
      zoomed: this.#isZoomed && shown !== null ? shortRange(shown.graph, Date.now(), this.language) : null,
      compared: shown === null ? null : this.#comparedLength(shown.graph),
      empty: this.state === 'empty' && shown !== null ? this.#emptyView(shown) : null,
      spoken: this.#speech.state(this.state, this.detail),
      valueText: shown === null ? '' : this.#speech.value(shown, Date.now()),
    }
  }

  #emptyView(shown: Shown): CardView['empty'] {
    const looked = { key: this.keyPath, by: this.byPath, metrics: this.metricsText }
    const period = this.answered!.fields.period ?? null
    return {
      offer: this.#offers.offer,
      curl: curlLine(looked, this.serverBase),
      words: timeWords(shown.graph, null, { locale: this.language, period }),
      choose: chosen => this.#choose(chosen),
    }
  }

  /** It is known why there is nothing: of a metric that was never counted the graph is as good as empty. */
  #onOffer(): void {
    if (this.state === 'live' && this.graph !== null && this.isEmpty(this.graph)) this.state = 'empty'
    this.requestUpdate()
  }

  /** Something that an empty graph offered was taken. */
  #choose({ child, ...rest }: Chosen): void {
    const by = child === undefined ? {} : { by: [...this.byPath.slice(0, -1), child] }
    const chosen = { ...rest, ...by }
    if (!this.offer('hail-choose', chosen)) return
    if (chosen.period !== undefined) Object.assign(this, { from: null, to: null, interval: null })
    Object.assign(this, chosen)
  }

  /** Where the attributes say. */
  get #home(): readonly string[] {
    return parsePath(this.by)
  }

  get #isAlone(): boolean {
    return `${this.depth ?? ''}`.trim() === '0'
  }

  get #isZoomed(): boolean {
    const { zoom } = this.#place
    return zoom === undefined ? Boolean(this.from && this.period) : zoom !== null
  }

  get #keyTarget(): KeyTarget {
    return {
      points: this.#shown?.graph.times.length ?? 0,
      cursor: this.#shown?.cursor ?? null,
      isZoomed: this.#isZoomed,
      isBelowHome: above(this.byPath, this.#home) !== null,
    }
  }

  #onKey(event: KeyboardEvent, action: KeyAction | null): void {
    if (action === null || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return
    event.preventDefault()
    if (action.kind === 'point') this.#pointAt(action.index)
    else if (action.kind === 'zoomOut') this.#unzoom()
    else if (action.kind === 'up') this.back()
    else this.#zoomIn()
  }

  #zoomIn(): void {
    if (this.#shown === null) return
    const { graph, cursor } = this.#shown
    const { from, to } = graph
    this.zoom(half({ from, to }, cursor === null ? (from + to) / 2 : graph.times[cursor]!))
  }

  #unzoom(): void {
    // The page may have zoomed itself, by from and to, and be glad to hear of it.
    if (this.#isZoomed || this.from) this.zoom(null)
  }

  /** Points at a bucket, in the chart as well. */
  #pointAt(index: number | null): void {
    this.#picture.point(index)
    this.#choices.point(index)
  }
}
