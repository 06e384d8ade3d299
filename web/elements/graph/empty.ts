/** What stands in place of an empty graph: what to type, or where else to look. */
import { html, nothing, type TemplateResult } from 'lit'
import { printMetric } from '../../../src/model/expression/print.js'
import { periodWords } from '../../../src/picture/periods.js'
import type { Offer } from './offers.js'

/** What an offer does when it is taken. */
export interface Chosen {
  readonly metrics?: string
  readonly period?: string
  /** One name below where the missing one was looked for. */
  readonly child?: string
}

/** What an empty graph says. `curl` is the line to type; `words` is the time looked at, as `in the last hour`. */
export interface EmptyView {
  /** null: not known yet. */
  readonly offer: Offer | null
  readonly curl: string
  readonly words: string
  readonly choose: (chosen: Chosen) => void
}

/** The words and buttons; nothing while it isn't known. */
export function emptyTemplate(view: EmptyView): TemplateResult | typeof nothing {
  const { offer, words, choose } = view
  switch (offer?.kind) {
    case undefined:
      return nothing
    case 'nothing':
      return typeTemplate('Nothing is counted here yet', view.curl)
    case 'metrics':
      return elseTemplate(`No metric is called ${offer.missing}`, offer.names, name =>
        choose({ metrics: printMetric(name) }),
      )
    case 'dimensions':
      return offer.names.length === 0
        ? typeTemplate(`Nothing is counted by ${offer.missing} yet`, view.curl)
        : elseTemplate(`Nothing is counted by ${offer.missing}`, offer.names, child => choose({ child }))
    case 'period': {
      const { period } = offer
      return html`<p class="big">Nothing was counted ${words}</p>
        <button type="button" class="solid" @click=${() => choose({ period })}>
          Show what was ${periodWords(period)}
        </button>`
    }
    case 'time':
      return html`<p class="big">Nothing was counted ${words}</p>`
  }
}

function typeTemplate(title: string, curl: string): TemplateResult {
  return html`<p class="big">${title}</p>
    <p>Type this into a terminal and watch the graph move:</p>
    <div class="command">
      <code>${curl}</code>
      <button type="button" class="solid" @click=${(event: Event) => copy(event, curl)}>Copy</button>
    </div>`
}

function elseTemplate(
  title: string,
  names: readonly string[],
  choose: (name: string) => void,
): TemplateResult {
  return html`<p class="big">${title}</p>
    <p>There is:</p>
    <div class="offers">
      ${names.map(
        name =>
          html`<button type="button" class="quiet" @click=${() => choose(name)}><bdi class="clamp">${name}</bdi></button>`,
      )}
    </div>`
}

async function copy(event: Event, text: string): Promise<void> {
  const button = event.currentTarget as HTMLButtonElement
  try {
    await navigator.clipboard.writeText(text)
    button.textContent = 'Copied'
  } catch {
    // Only pages from this machine or over HTTPS may write the clipboard: the text is selected instead.
    const code = button.previousElementSibling
    if (code !== null) getSelection()?.selectAllChildren(code)
    button.textContent = 'Selected'
  }
}
