/** The dialogs about a board as a whole. */
import { html, type TemplateResult } from 'lit'
import { closeModal, modal } from '../parts/modal.js'
import type { Conflict } from './keeper.js'

/** Asks for another title. */
export function renameDialog(
  title: string,
  rename: (title: string) => void,
  closed: () => void,
): TemplateResult {
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    rename(String(new FormData(event.currentTarget as HTMLFormElement).get('title')).trim())
    closeModal(event)
  }
  const content = html`<form class="form" @submit=${submit}>
    <label><span class="label">Title</span><input class="field" name="title" required maxlength="200" autocomplete="off" .value=${title} /></label>
    <p class="quiet">Its address stays the same.</p>
    <div class="actions">
      <button type="button" class="quiet" @click=${closeModal}>Cancel</button>
      <button class="solid">Rename</button>
    </div>
  </form>`
  return modal({ title: 'Rename the board', content, closed })
}

/** Asks whether it is meant. */
export function deleteDialog(title: string, remove: () => void, closed: () => void): TemplateResult {
  const sure = (event: Event) => {
    closeModal(event)
    remove()
  }
  const content = html`<div class="form">
    <p>“${title}” goes for everyone. What it shows stays counted.</p>
    <div class="actions">
      <button type="button" class="quiet" @click=${closeModal}>Cancel</button>
      <button type="button" class="solid danger" @click=${sure}>Delete the board</button>
    </div>
  </div>`
  return modal({ title: 'Delete the board?', content, closed })
}

/** Somebody else saved meanwhile: one of both is kept. Closed without a choice, it is the one on the server. */
export function conflictDialog(
  { theirs, mine }: Conflict,
  resolve: (keep: 'mine' | 'theirs') => void,
): TemplateResult {
  let keep: 'mine' | 'theirs' = 'theirs'
  const choose = (choice: 'mine' | 'theirs') => (event: Event) => {
    keep = choice
    closeModal(event)
  }
  const words =
    theirs === null
      ? 'Somebody else has deleted this board while you were changing it.'
      : `Somebody else has saved this board while you were changing it: theirs has ${panels(theirs.board.panels.length)}, yours ${panels(mine.panels.length)}.`
  const content = html`<div class="form">
    <p>${words} Only one of both can stay.</p>
    <div class="actions">
      <button type="button" class="quiet" @click=${choose('theirs')}>${theirs === null ? 'Leave it deleted' : 'Take theirs'}</button>
      <button type="button" class="solid" @click=${choose('mine')}>Keep mine</button>
    </div>
  </div>`
  return modal({ title: 'Changed by somebody else', content, closed: () => resolve(keep) })
}

function panels(count: number): string {
  return count === 1 ? '1 panel' : `${count} panels`
}
