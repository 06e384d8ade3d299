/** The dialog of a board that is open, whichever it is. */
import { nothing } from 'lit'
import type { Board, Panel } from '../../../src/boards/panel.js'
import { embedDialog } from '../explore/embed-dialog.js'
import { titleOf } from './board.js'
import { deleteDialog, renameDialog } from './board-dialogs.js'
import { panelDialog } from './panel-dialog.js'

/** Which one is open. */
export type Open =
  | { readonly what: 'rename' | 'delete' | 'add' }
  | { readonly what: 'edit' | 'embed'; readonly place: number }

/** What its end can do. */
export interface OpenActions {
  readonly rename: (title: string) => void
  readonly remove: () => void
  readonly add: (panel: Panel) => void
  readonly replace: (place: number, panel: Panel) => void
  readonly closed: () => void
}

const NEW_PANEL: Panel = { element: 'graph', attributes: {}, width: 2 }

/** The dialog; nothing where none is open, or the panel it is about is gone. */
export function openDialog(open: Open | null, board: Board, actions: OpenActions): unknown {
  const { closed } = actions
  switch (open?.what) {
    case undefined:
      return nothing
    case 'rename':
      return renameDialog(board.title, actions.rename, closed)
    case 'delete':
      return deleteDialog(titleOf(board), actions.remove, closed)
    case 'add':
      return panelDialog({ title: 'Add a panel', panel: NEW_PANEL, done: actions.add, closed })
    case 'edit':
    case 'embed': {
      const { what, place } = open
      const panel = board.panels[place]
      if (panel === undefined) return nothing
      if (what === 'embed') return embedDialog(panel, closed)
      const done = (changed: Panel) => actions.replace(place, changed)
      return panelDialog({ title: 'Edit the panel', panel, done, closed })
    }
  }
}
