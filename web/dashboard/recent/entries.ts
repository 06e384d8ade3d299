/** An event and a refused request, each as a few lines. */
import { html, nothing, type TemplateResult } from 'lit'
import type { RecentEventAnswer, RefusedAnswer } from '../../../src/http/recent-answer.js'
import { numberFormat } from '../../../src/picture/numbers.js'
import '../parts/copy-button.js'
import { serverAddress } from '../place/navigate.js'
import { pathName } from '../place/path.js'
import { remedyOf } from './remedy.js'

/** An event: when, under which key and dimensions, which numbers. */
export function eventRow({ at, received, key, dimensions, metrics, id }: RecentEventAnswer): TemplateResult {
  const path = typeof key === 'string' ? [key] : key
  const isLate = Math.abs(Date.parse(received) - Date.parse(at)) >= LATE_MS
  return html`<p class="entry-head">
      <time datetime=${received}>${timeOf(received)}</time>
      <strong dir="auto">${path.length === 1 && path[0] === '_' ? 'Default key' : pathName(path)}</strong>
      ${isLate ? html`<span class="tag">of ${dayAndTimeOf(at)}</span>` : nothing}
      ${id === undefined ? nothing : html`<span class="tag" dir="auto">id ${id}</span>`}
    </p>
    ${dimensions.length === 0 ? nothing : html`<p class="entry-paths">${dimensions.map(each => html`<span dir="auto">${pathName(each)}</span>`)}</p>`}
    <p class="entry-numbers">${Object.entries(metrics).map(([name, value]) => html`<span><bdi>${name}</bdi> <b>${numberFormat('').full(value)}</b></span>`)}</p>`
}

/** A refused request: when, what, why, and what would have been right. */
export function refusedRow(refused: RefusedAnswer): TemplateResult {
  const { at, method, url, status, code, detail } = refused
  const { words, line } = remedyOf(refused, serverAddress())
  return html`<p class="entry-head">
      <time datetime=${at}>${timeOf(at)}</time>
      <strong>${status}</strong><span class="tag">${code}</span>
    </p>
    <p class="entry-why" dir="auto">${detail}</p>
    <p class="entry-url"><b>${method}</b> <span>${url}</span></p>
    <details>
      <summary>What would be right</summary>
      <p>${words}</p>
      ${line === '' ? nothing : html`<div class="command"><code>${line}</code><hw-copy .text=${line} what="the line"></hw-copy></div>`}
    </details>`
}

/** An event of another time than when it came in is told so from here on. */
const LATE_MS = 10_000

function timeOf(iso: string): string {
  return new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' }).format(Date.parse(iso))
}

function dayAndTimeOf(iso: string): string {
  return new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' }).format(
    Date.parse(iso),
  )
}
