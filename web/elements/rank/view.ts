/** The ranking as a table: what, its score, how far that is from the whole, and its effect as a bar around zero. */
import { html, nothing, type TemplateResult } from 'lit'
import { repeat } from 'lit/directives/repeat.js'
import type { RankEntry } from '../../../src/query/rank.js'
import { seenName } from '../base/words.js'
import { type Bars, barsOf, readingOf, type Whole, type Wording } from './reading.js'

/** What is shown. */
export interface RankView {
  readonly caption: string
  readonly entries: readonly RankEntry[]
  readonly whole: Whole
  /** Names before these are the same for all: where one is. */
  readonly depth: number
  /** A ratio is ranked, not a sum. */
  readonly isRatio: boolean
  readonly wording: Wording
  /** Writes scores that stand below one another. */
  readonly score: (value: number) => string
  /** Writes effects that stand below one another. */
  readonly effect: (value: number) => string
  /** Writes how far something is from the whole, or which part of it it is. */
  readonly difference: (value: number) => string
}

/** Draws it. `open` is told the path of what was chosen. */
export function rankTable(view: RankView, open: (dimension: readonly string[]) => void): TemplateResult {
  const { entries, isRatio, wording } = view
  const bars = barsOf(entries.map(({ effect }) => effect))
  const digits = Math.max(...entries.map(({ effect }) => view.effect(effect).length))
  return html`<table part="table" ?data-sum=${!isRatio} .style=${`--_digits:${digits}ch`}>
    <caption class="unseen">${view.caption}</caption>
    <thead>
      <tr>
        <th scope="col">part</th>
        ${isRatio ? html`<th scope="col" class="value"><bdi>${wording.metric}</bdi></th>` : nothing}
        <th scope="col" class="value difference">${isRatio ? 'from the whole' : 'of the whole'}</th>
        <th scope="col" class="effect">${isRatio ? effectHead(wording) : html`<bdi>${wording.metric}</bdi>`}</th>
      </tr>
    </thead>
    ${repeat(
      entries,
      ({ dimension }) => JSON.stringify(dimension),
      entry => entryRows(view, entry, bars, open),
    )}
  </table>`
}

function effectHead({ division }: Wording): TemplateResult {
  return division === null ? html`effect` : html`effect in <bdi>${division.value}</bdi>`
}

/** One body of the table: the numbers, and below them the sentence of what stands out. */
function entryRows(
  view: RankView,
  entry: RankEntry,
  bars: Bars,
  open: (dimension: readonly string[]) => void,
): TemplateResult {
  const { wording, whole, isRatio } = view
  const names = entry.dimension.slice(view.depth)
  const difference = view.difference(entry.difference)
  return html`<tbody ?data-important=${entry.important}>
    <tr>
      <th scope="row">${pathView(names, () => open(entry.dimension))}</th>
      ${isRatio ? html`<td class="value">${view.score(entry.score)}<small>${difference}</small></td>` : nothing}
      <td class="value difference">${difference}</td>
      <td class="effect">${effectView(entry.effect, view.effect(entry.effect), bars)}</td>
    </tr>
    ${
      entry.important
        ? html`<tr class="reading">
          <td part="reading" colspan="4"><span class="unseen">Stands out:${' '}</span><bdi>${seenName(names.at(-1) ?? '')}</bdi>${' '}${readingOf(entry, whole, isRatio, wording)}</td>
        </tr>`
        : nothing
    }
  </tbody>`
}

function pathView(names: readonly string[], open: () => void): TemplateResult {
  return html`<button type="button" class="text path" title=${names.join(' › ')} @click=${open}>
    ${names.map(
      (name, i) =>
        html`${i === 0 ? nothing : html`<span class="step">${' › '}</span>`}<bdi>${seenName(name)}</bdi>`,
    )}
  </button>`
}

function effectView(effect: number, text: string, bars: Bars): TemplateResult {
  const { start, width } = bars.of(effect)
  const way = effect < 0 ? 'down' : 'up'
  return html`<div>
    <i class="bar" .style=${`--_zero:${bars.zero * 100}%`}><b data-way=${way} .style=${`left:${start * 100}%;width:${width * 100}%`}></b></i>
    <span>${text}</span>
  </div>`
}
