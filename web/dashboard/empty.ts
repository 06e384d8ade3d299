/** What stands in place of an empty graph: what to type, or where else to look. */
import { button, element } from './elements.js'
import { longerPeriod, periodName } from './pickers.js'
import { BASE } from './server.js'
import { curlLine, type View } from './view.js'

/** What is known about an empty graph. */
export interface EmptyState {
  readonly view: View
  readonly isEmpty: boolean
  /** Metrics ever counted under the key. */
  readonly metrics: readonly string[]
  /** Shows another period. */
  readonly longer: (period: string) => void
}

/** Fills or hides the place. */
export function showEmpty(place: HTMLElement, state: EmptyState): void {
  place.hidden = !state.isEmpty
  const content = state.isEmpty ? JSON.stringify([state.view, state.metrics]) : ''
  if (place.dataset.content === content) return
  place.dataset.content = content
  place.replaceChildren(...(state.metrics.length === 0 ? nothingYet(state.view) : nothingHere(state)))
}

function nothingYet(view: View): Node[] {
  const line = curlLine(view, BASE)
  const copy = button('Copy', () => void copyText(line, copy), 'solid')
  return [
    element('h2', {}, ['Nothing is counted here yet']),
    element('p', {}, ['Type this into a terminal and watch the graph move:']),
    element('div', { class: 'command' }, [element('code', {}, [line]), copy]),
  ]
}

async function copyText(text: string, copied: HTMLButtonElement): Promise<void> {
  try {
    await navigator.clipboard.writeText(text)
    copied.textContent = 'Copied'
  } catch {
    // Only pages from this machine or over HTTPS may write the clipboard: the text is selected instead.
    const code = copied.previousElementSibling
    if (code !== null) getSelection()?.selectAllChildren(code)
    copied.textContent = 'Selected'
  }
}

function nothingHere({ view, metrics, longer }: EmptyState): Node[] {
  const isName = /^[\p{L}_][\p{L}\p{N}_]*$/u.test(view.metrics)
  if (isName && !metrics.includes(view.metrics)) {
    return [
      element('h2', {}, [`No metric is called ${view.metrics}`]),
      element('p', {}, [`Counted here: ${metrics.slice(0, 12).join(', ')}`]),
    ]
  }
  const next = longerPeriod(view.period)
  return [
    element('h2', {}, [`Nothing was counted in ${periodName(view.period)}`]),
    ...(next === null ? [] : [button(`Show ${periodName(next)}`, () => longer(next), 'solid')]),
  ]
}
