/** How the server itself is doing, for those who run it. */
import { html, nothing, type TemplateResult } from 'lit'
import { numberFormat } from '../../../src/picture/numbers.js'
import { liveAt } from '../../live/live.js'
import { define, LightElement } from '../parts/light.js'
import { Polled } from '../parts/polled.js'
import { serverAddress } from '../place/navigate.js'
import { operateTabs } from './operate-tabs.js'
import { spark } from './spark.js'
import {
  bytesText,
  countText,
  durabilityWords,
  lengthText,
  type RateName,
  rateNow,
  type StateAnswer,
} from './state.js'

const ASK_MS = 1000

const RATES: readonly (readonly [rate: RateName, name: string, one: string])[] = [
  ['events', 'Events counted', 'events'],
  ['requests', 'Requests', 'requests'],
  ['duplicates', 'Duplicates', 'duplicates'],
  ['refused', 'Refused', 'refused requests'],
]

/** The page. */
export class ServerView extends LightElement {
  readonly #state = new Polled<StateAnswer>(this, ASK_MS, signal =>
    liveAt(serverAddress()).ask<StateAnswer>('state', {}, signal),
  )

  protected override render(): TemplateResult {
    const { answer, trouble } = this.#state
    return html`
      <div class="page-head"><h1 tabindex="-1">Server</h1>${operateTabs('server')}</div>
      ${trouble === '' ? nothing : html`<p class="notice" role="alert">${trouble} ${answer === null ? nothing : 'What is below is what it said last.'}</p>`}
      ${answer === null ? nothing : this.#content(answer)}
    `
  }

  #content(state: StateAnswer): TemplateResult {
    return html`
      <section class="card facts-line" aria-label="In short">
        <p class="ready" data-ready=${state.ready}>${state.ready ? 'Counting and answering' : state.detail}</p>
        <p>HailWhale ${state.version} · up for ${lengthText(state.now - state.started)}</p>
        <p class="quiet">${durabilityWords(state.durability)}</p>
      </section>
      <section class="rates" aria-label="Rates of the last minute">
        ${RATES.map(([rate, name, one]) => rateCard(name, one, state.rates[rate]))}
      </section>
      <div class="columns thirds">${journalCard(state)} ${storeCard(state)} ${streamsCard(state)}</div>
      ${partitionsCard(state)}
    `
  }
}

function rateCard(name: string, one: string, seconds: readonly number[]): TemplateResult {
  const now = numberFormat(rateNow(seconds) >= 10_000 ? 'compact' : '').full(
    Math.round(rateNow(seconds) * 10) / 10,
  )
  const all = seconds.reduce((sum, each) => sum + each, 0)
  return html`<div class="card rate">
    <h2>${name}</h2>
    <p class="big">${now}<small> per second</small></p>
    ${spark(seconds, `${countText(all)} ${one} in the last minute, ${now} per second now`)}
  </div>`
}

function journalCard({ journal }: StateAnswer): TemplateResult {
  const waiting = journal.sequence - journal.flushed
  return facts('Journal', [
    ['Kind', journal.kind],
    ['Size', bytesText(journal.bytes)],
    ['Segments', countText(journal.segments)],
    ['Last record', countText(journal.sequence)],
    ['In the store up to', countText(journal.flushed)],
    [
      'Still to be flushed',
      waiting === 0 ? 'nothing' : waiting === 1 ? '1 record' : `${countText(waiting)} records`,
    ],
  ])
}

function storeCard({ store, memory }: StateAnswer): TemplateResult {
  return facts('Store and memory', [
    ['Store', store.kind],
    ['Size on disk', store.bytes === null ? 'can’t be told' : bytesText(store.bytes)],
    ['Memory of the process', bytesText(memory.rss)],
    ['of it JavaScript’s heap', bytesText(memory.heap)],
    ['of it names and counts', bytesText(memory.rollup)],
  ])
}

function streamsCard({ streams, durability, started }: StateAnswer): TemplateResult {
  return facts('Live', [
    ['Pages that follow', countText(streams.readers)],
    ['Different graphs', countText(streams.topics)],
    ['Durability', durability],
    [
      'Started',
      new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' }).format(started),
    ],
  ])
}

function facts(name: string, lines: readonly (readonly [what: string, value: string])[]): TemplateResult {
  return html`<section class="card facts">
    <h2>${name}</h2>
    <dl>
      ${lines.map(([what, value]) => html`<div><dt>${what}</dt><dd>${value}</dd></div>`)}
    </dl>
  </section>`
}

function partitionsCard({ partitions }: StateAnswer): TemplateResult {
  return html`<section class="card facts" aria-label="Partitions">
    <h2>Partitions</h2>
    <div class="scroll" tabindex="0" role="group" aria-label="Table of partitions">
      <table class="plain">
        <thead>
          <tr><th scope="col">Partition</th><th scope="col">Owner</th><th scope="col">Counted through</th><th scope="col">Flushed through</th><th scope="col">Events since the start</th></tr>
        </thead>
        <tbody>
          ${partitions.map(
            each => html`<tr>
              <th scope="row">${each.partition}</th>
              <td>${each.owner ?? 'this server'}</td>
              <td>${countText(each.through)}</td>
              <td>${countText(each.flushedThrough)}</td>
              <td>${countText(each.events)}</td>
            </tr>`,
          )}
        </tbody>
      </table>
    </div>
  </section>`
}

define('hw-server', ServerView)
