/** A dialog over the page, of the browser's own kind: it keeps the focus, Escape closes it, and the focus goes back where it was. */
import { html, type TemplateResult } from 'lit'
import { AsyncDirective } from 'lit/async-directive.js'
import { directive, type ElementPart } from 'lit/directive.js'
import { icon } from './icons.js'

/** What a dialog is. */
export interface Modal {
  readonly title: string
  readonly content: unknown
  /** Called once it is closed, however: take it out of the page then. */
  readonly closed: () => void
  readonly isWide?: boolean
}

/** The dialog, open as soon as it is in the page. Buttons in it close it by `closeModal`. */
export function modal({ title, content, closed, isWide = false }: Modal): TemplateResult {
  return html`<dialog class=${isWide ? 'modal wide' : 'modal'} aria-labelledby="modal-title" @close=${closed} @click=${closeOutside} ${shown()}>
    <div class="modal-head">
      <h2 id="modal-title" tabindex="-1" autofocus>${title}</h2>
      <button type="button" class="round" aria-label="Close" @click=${closeModal}>${icon('close')}</button>
    </div>
    ${content}
  </dialog>`
}

/** Closes the dialog that an event comes from. */
export function closeModal(event: Event): void {
  ;(event.target as HTMLElement).closest('dialog')?.close()
}

/** A press beside the dialog lands on the dialog itself: everything in it has an element of its own. */
function closeOutside(event: MouseEvent): void {
  if (event.target !== event.currentTarget) return
  const dialog = event.currentTarget as HTMLDialogElement
  const { left, right, top, bottom } = dialog.getBoundingClientRect()
  const { clientX: x, clientY: y } = event
  if (x < left || x > right || y < top || y > bottom) dialog.close()
}

class Shown extends AsyncDirective {
  override render(): undefined {
    return undefined
  }

  override update({ element }: ElementPart): undefined {
    const dialog = element as HTMLDialogElement
    if (!dialog.open) queueMicrotask(() => dialog.isConnected && !dialog.open && dialog.showModal())
    return undefined
  }
}

const shown = directive(Shown)
