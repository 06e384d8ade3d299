/** The two pages for those who run the server. */
import { html, nothing, type TemplateResult } from 'lit'

/** Links between them. */
export function operateTabs(page: 'server' | 'room'): TemplateResult {
  const link = (each: 'server' | 'room', name: string) =>
    html`<a href="./?page=${each}" aria-current=${each === page ? 'page' : nothing}>${name}</a>`
  return html`<nav class="tabs" aria-label="About the server">${link('server', 'How it is doing')} ${link('room', 'What takes the room')}</nav>`
}
