/** What takes the room in the store: keys and dimensions by the bytes that are stored below them, to be walked down. */
import { html, nothing, type PropertyValues, type TemplateResult } from 'lit'
import { liveAt } from '../../live/live.js'
import { define, LightElement } from '../parts/light.js'
import { Polled } from '../parts/polled.js'
import { serverAddress } from '../place/navigate.js'
import { keyName, parsePath, pathText, shownName } from '../place/path.js'
import { addressOf, type RouteOf } from '../place/route.js'
import { operateTabs } from './operate-tabs.js'
import { shareBar } from './spark.js'
import { bytesText, countText } from './state.js'

const ASK_MS = 10_000

/** What is stored of something. */
interface Room {
  readonly series: number
  readonly rows: number
  readonly bytes: number
}

/** What `/room` answers. */
interface RoomAnswer {
  readonly key: readonly string[]
  readonly dimension: readonly string[]
  readonly total: Room
  readonly children: readonly (Room & { readonly kind: 'key' | 'dimension'; readonly name: string })[]
  /** False where it was too much to look through for one answer. */
  readonly complete: boolean
}

/** The page. */
export class RoomView extends LightElement {
  static override properties = { route: { attribute: false } }
  declare route: RouteOf<'room'>
  readonly #room = new Polled<RoomAnswer>(this, ASK_MS, signal => {
    const { key, dimensions } = this.route
    const fields = { ...(key !== '' && { key }), ...(dimensions !== '' && { dimensions }), limit: '100' }
    return liveAt(serverAddress()).ask<RoomAnswer>('room', fields, signal)
  })

  protected override updated(changes: PropertyValues<{ route: RouteOf<'room'> }>): void {
    if (changes.get('route') !== undefined) this.#room.again()
  }

  protected override render(): TemplateResult {
    const { answer, trouble } = this.#room
    return html`
      <div class="page-head"><h1 tabindex="-1">What takes the room</h1>${operateTabs('room')}</div>
      ${trouble === '' ? nothing : html`<p class="notice" role="alert">${trouble}</p>`}
      ${answer === null ? nothing : this.#content(answer)}
    `
  }

  #content(answer: RoomAnswer): TemplateResult {
    const { total, children, complete } = answer
    return html`<section class="card room" aria-label="Stored">
      ${this.#crumbs()}
      <p class="big">${bytesText(total.bytes)}<small> in ${countText(total.series)} series, ${countText(total.rows)} rows</small></p>
      ${complete ? nothing : html`<p class="notice">Too much to look through at once: these numbers are of what was seen, at least so much.</p>`}
      ${children.length === 0 ? html`<p class="quiet">Nothing is stored below this.</p>` : this.#table(answer)}
      <p class="quiet hint">What fills the room is how many different names there are, times the intervals that are kept. Keep less of a key with <code>--retain-key</code>, or take it away with <code>/reset</code>; what is counted now is stored with the next flush.</p>
    </section>`
  }

  #crumbs(): TemplateResult {
    const { key, dimensions } = this.route
    const keys = key === '' ? [] : parsePath(key).length === 0 ? ['_'] : parsePath(key)
    const path = parsePath(dimensions)
    const steps = [
      { name: 'All keys', to: { key: '', dimensions: '' } },
      ...keys.map((_, i) => {
        const text = pathText(keys.slice(0, i + 1))
        return {
          name: i === 0 ? keyName(pathText([keys[0]!])) : shownName(keys[i]!),
          to: { key: text, dimensions: '' },
        }
      }),
      ...path.map((name, i) => ({
        name: shownName(name),
        to: { key, dimensions: pathText(path.slice(0, i + 1)) },
      })),
    ]
    return html`<nav class="crumbs" aria-label="Where this is">
      ${steps.map(({ name, to }, place) => [
        place === 0 ? nothing : html`<span aria-hidden="true">›</span>`,
        place === steps.length - 1
          ? html`<span aria-current="page" dir="auto">${name}</span>`
          : html`<a href=${addressOf({ page: 'room', ...to })} dir="auto">${name}</a>`,
      ])}
    </nav>`
  }

  #table({ children }: RoomAnswer): TemplateResult {
    const most = Math.max(1, ...children.map(child => child.bytes))
    return html`<div class="scroll">
      <table class="plain room-table">
        <thead>
          <tr><th scope="col">Name</th><th scope="col" class="wide"><span class="unseen">Share</span></th><th scope="col">Bytes</th><th scope="col" class="wide">Series</th><th scope="col" class="wide">Rows</th></tr>
        </thead>
        <tbody>
          ${children.map(
            child => html`<tr>
              <th scope="row"><a href=${this.#below(child)} dir="auto">${child.kind === 'key' && child.name === '_' ? 'Default key' : shownName(child.name)}</a> <small>${child.kind}</small></th>
              <td class="wide">${shareBar(child.bytes / most)}</td>
              <td>${bytesText(child.bytes)}</td>
              <td class="wide">${countText(child.series)}</td>
              <td class="wide">${countText(child.rows)}</td>
            </tr>`,
          )}
        </tbody>
      </table>
    </div>`
  }

  #below({ kind, name }: RoomAnswer['children'][number]): string {
    const { key, dimensions } = this.route
    if (kind === 'dimension') {
      return addressOf({ page: 'room', key, dimensions: pathText([...parsePath(dimensions), name]) })
    }
    const below = key === '' ? [name] : [...(parsePath(key).length === 0 ? ['_'] : parsePath(key)), name]
    return addressOf({ page: 'room', key: pathText(below), dimensions: '' })
  }
}

define('hw-room', RoomView)
