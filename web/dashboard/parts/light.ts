/** Elements of the page. They draw into the page itself, so that its one style sheet and its headings and labels reach all of it. */
import { LitElement } from 'lit'

/** A part of the page. */
export abstract class LightElement extends LitElement {
  protected override createRenderRoot(): HTMLElement {
    return this
  }

  /** Tells whoever is above. */
  protected tell(name: string, detail?: unknown): void {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true }))
  }
}

/** Names a part's element, once. */
export function define(tag: string, part: CustomElementConstructor): void {
  if (customElements.get(tag) === undefined) customElements.define(tag, part)
}

/** An id that no other element of the page has. */
export function freshId(): string {
  return `i${Math.random().toString(36).slice(2)}`
}
