/** What came in last: events of a key as they were counted, and requests that were refused, with what would have been right. */
import { html, nothing, type PropertyValues, type TemplateResult } from 'lit'
import { repeat } from 'lit/directives/repeat.js'
import type { RecentAnswer, RecentEventAnswer, RefusedAnswer } from '../../../src/http/recent-answer.js'
import { liveAt } from '../../live/live.js'
import { icon } from '../parts/icons.js'
import { define, freshId, LightElement } from '../parts/light.js'
import { Polled } from '../parts/polled.js'
import { keyNames } from '../pick/listing.js'
import '../pick/path-picker.js'
import { go, serverAddress } from '../place/navigate.js'
import { keyName } from '../place/path.js'
import type { RouteOf } from '../place/route.js'
import { eventRow, refusedRow } from './entries.js'
import { freshCount, lastingIds } from './fresh.js'

const ASK_MS = 1000

/** The page. */
export class RecentView extends LightElement {
  static override properties = { route: { attribute: false }, isPaused: { state: true } }
  declare route: RouteOf<'recent'>
  declare protected isPaused: boolean
  readonly #uid = freshId()
  /** What was there when it was asked last, as texts. */
  #before: {
    readonly key: string
    readonly events: readonly string[]
    readonly refused: readonly string[]
  } | null = null
  #fresh = { events: 0, refused: 0 }
  readonly #recent = new Polled<RecentAnswer>(this, ASK_MS, async signal => {
    const { key } = this.route
    const answer = await liveAt(serverAddress()).ask<RecentAnswer>('recent', { key }, signal)
    this.#compare(key, answer)
    return answer
  })

  constructor() {
    super()
    this.isPaused = false
  }

  #compare(key: string, answer: RecentAnswer): void {
    const now = { key, events: answer.events.map(textOf), refused: answer.refused.map(textOf) }
    const before = this.#before
    this.#fresh =
      before === null || before.key !== key
        ? { events: 0, refused: 0 }
        : { events: freshCount(before.events, now.events), refused: freshCount(before.refused, now.refused) }
    this.#before = now
  }

  protected override updated(changes: PropertyValues<{ route: RouteOf<'recent'> }>): void {
    const before = changes.get('route')
    if (before !== undefined && before.key !== this.route.key) this.#recent.again()
  }

  protected override render(): TemplateResult {
    const { answer, trouble } = this.#recent
    return html`
      <div class="page-head">
        <div>
          <h1 tabindex="-1">Recent</h1>
          <p class="lead">A number is missing? Look here first: the last events as they were counted, and the last requests that were refused, with the reason.</p>
        </div>
        <button type="button" class="quiet" aria-pressed=${this.isPaused} @click=${this.#pause}>
          ${icon(this.isPaused ? 'play' : 'pause')}${this.isPaused ? 'Go on' : 'Pause'}
        </button>
      </div>
      ${trouble === '' ? nothing : html`<p class="notice" role="alert">${trouble}</p>`}
      ${this.#pickers()}
      ${answer === null ? nothing : this.#lists(answer)}
    `
  }

  #pickers(): TemplateResult {
    const id = `${this.#uid}-filter`
    return html`<div class="pickers">
      <hw-path label="Key" noun="key" .value=${this.route.key} .source=${keyNames} @hw-pick=${(event: CustomEvent<string>) => go({ ...this.route, key: event.detail })}></hw-path>
      <div class="drop">
        <label class="label" for=${id}>Filter</label>
        <input class="field" id=${id} type="search" placeholder="Any part" autocomplete="off" spellcheck="false" .value=${this.route.filter} @input=${this.#filter} />
      </div>
    </div>`
  }

  #lists({ events, refused }: RecentAnswer): TemplateResult {
    return html`<div class="columns">
      ${this.#list('Counted', events, eventRow, this.#fresh.events, `Nothing was counted under ${keyName(this.route.key)} since the server started.`)}
      ${this.#list('Refused', refused, refusedRow, this.#fresh.refused, 'No request was refused.')}
    </div>`
  }

  #list<Entry extends RecentEventAnswer | RefusedAnswer>(
    name: string,
    entries: readonly Entry[],
    row: (entry: Entry) => TemplateResult,
    fresh: number,
    none: string,
  ): TemplateResult {
    const searched = this.route.filter.toLowerCase()
    const ids = lastingIds(entries.map(textOf))
    const shown = entries
      .map((entry, place) => ({ entry, id: ids[place]!, isFresh: place < fresh }))
      .filter(({ entry }) => searched === '' || textOf(entry).toLowerCase().includes(searched))
    const words = entries.length === 0 ? none : 'Nothing here has that in it.'
    return html`<section class="card entries" aria-label=${name}>
      <h2>${name} <small>${searched === '' ? entries.length : `${shown.length} of ${entries.length}`}</small></h2>
      ${
        shown.length === 0
          ? html`<p class="quiet">${words}</p>`
          : html`<ol>
              ${repeat(
                shown,
                ({ id }) => id,
                ({ entry, isFresh }) => html`<li ?data-fresh=${isFresh}>${row(entry)}</li>`,
              )}
            </ol>`
      }
    </section>`
  }

  #filter(event: InputEvent): void {
    go({ ...this.route, filter: (event.target as HTMLInputElement).value }, { replace: true })
  }

  #pause(): void {
    this.isPaused = !this.isPaused
    if (this.isPaused) this.#recent.pause()
    else this.#recent.again()
  }
}

function textOf(entry: RecentEventAnswer | RefusedAnswer): string {
  return JSON.stringify(entry)
}

define('hw-recent', RecentView)
