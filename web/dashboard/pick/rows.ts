/** Lists of choices: arrows move the focus from row to row, upwards out of the list back to where it was searched from. */

/** Moves the focus for an arrow, Home or End; false for another key. `above`: what stands before the first row. */
export function moveFocus(event: KeyboardEvent, above: HTMLElement | null): boolean {
  const list = event.currentTarget as HTMLElement
  const choices = [...list.querySelectorAll<HTMLElement>('.choice')]
  const row = (event.target as HTMLElement).closest('li')
  const at = choices.findIndex(choice => row?.contains(choice))
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: choices.length - 1 }[event.key]
  if (to === undefined) return false
  if (to < 0) above?.focus()
  else choices[Math.min(to, choices.length - 1)]?.focus()
  return true
}
