/** The dialog with the code that shows a graph elsewhere. */
import { html, nothing, type TemplateResult } from 'lit'
import '../parts/copy-button.js'
import { keptToken } from '../access/token.js'
import { modal } from '../parts/modal.js'
import { serverAddress } from '../place/navigate.js'
import { type Embedded, type Snippet, snippets } from './embed.js'

/** None of the snippets has the reader's own token: it is not theirs to give away. */
const TOKEN_NOTE = html`<p class="notice-plain">This server wants a token here too: <code>token="hw_…"</code> on an element, <code>token=hw_…</code> in an address. Whoever sees the page can read it, so make one that may only read, and only this key.</p>`

/** The dialog; `closed` is called when it is. */
export function embedDialog(embedded: Embedded, closed: () => void): TemplateResult {
  const content = html`${keptToken() === null ? nothing : TOKEN_NOTE}<ul class="snippets">${snippets(embedded, serverAddress()).map(snippet)}</ul>`
  return modal({ title: 'Show this elsewhere', content, closed, isWide: true })
}

function snippet({ name, about, text, isLink }: Snippet): TemplateResult {
  return html`<li>
    <div class="snippet-head">
      <h3>${name}</h3>
      <p>${about}</p>
      <hw-copy .text=${text} what=${`the ${name}`}></hw-copy>
    </div>
    ${
      isLink
        ? html`<p class="code"><a href=${text} target="_blank" rel="noreferrer">${text}</a></p>`
        : html`<pre class="code" tabindex="0" aria-label=${`Code: ${name}`}>${text}</pre>`
    }
  </li>`
}
