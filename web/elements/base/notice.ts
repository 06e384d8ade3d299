/** The box that says what is wrong, where something is. */
import { html, nothing, type TemplateResult } from 'lit'
import { type TroubleContext, troubleTemplate } from './messages.js'
import type { ElementState, Trouble } from './options.js'

/** Nothing, unless an element is stale or refused. */
export function noticeView(
  state: ElementState,
  trouble: Trouble | null,
  context: Omit<TroubleContext, 'state'>,
): TemplateResult | typeof nothing {
  if (trouble === null || (state !== 'stale' && state !== 'refused')) return nothing
  return html`<div part="notice" class="notice" role="status">${troubleTemplate(trouble, { ...context, state })}</div>`
}
