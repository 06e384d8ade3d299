/** The table below the graph: each line's name, share and total, or its value at the cursor. Names are text, never markup. */

import type { Line } from '../../src/picture/lines.js'
import { formatShare, numberFormat } from '../../src/picture/numbers.js'
import { colourName, element, swatch } from './elements.js'

/** What the legend shows of the lines. */
export interface LegendState {
  readonly lines: readonly Line[]
  /** Lines that are switched off. */
  readonly off: ReadonlySet<string>
  /** Index of the bucket under the cursor; null: totals. */
  readonly cursor: number | null
}

/** What can be done in the legend. */
export interface LegendActions {
  readonly toggle: (id: string) => void
  /** Looks inside a series. */
  readonly enter: (name: string) => void
}

/** Fills the table's body. Rows stay as long as their line does, so that focus and pointer stay where they are. */
export class Legend {
  readonly #body: HTMLElement
  readonly #actions: LegendActions
  readonly #rows = new Map<string, Row>()

  constructor(table: HTMLTableElement, actions: LegendActions) {
    this.#body = table.tBodies[0]!
    this.#actions = actions
  }

  draw({ lines, off, cursor }: LegendState): void {
    const shownValue = (line: Line) => (cursor === null ? line.total : (line.points[cursor] ?? 0))
    const format = numberFormat('').column(lines.map(shownValue))
    const ids = new Set(lines.map(line => line.id))
    for (const [id, row] of this.#rows) {
      if (ids.has(id)) continue
      row.element.remove()
      this.#rows.delete(id)
    }
    for (const [index, line] of lines.entries()) {
      const row = this.#rows.get(line.id) ?? new Row(line, this.#actions)
      this.#rows.set(line.id, row)
      if (this.#body.children[index] !== row.element) {
        this.#body.insertBefore(row.element, this.#body.children[index] ?? null)
      }
      row.update(line, off.has(line.id), format(shownValue(line)))
    }
  }
}

class Row {
  readonly element: HTMLTableRowElement
  readonly #toggle: HTMLButtonElement
  readonly #name: HTMLElement
  readonly #bar: HTMLElement
  readonly #share: HTMLElement
  readonly #value: HTMLTableCellElement
  #look = ''

  constructor(line: Line, { toggle, enter }: LegendActions) {
    this.#toggle = element('button', { type: 'button' })
    this.#toggle.addEventListener('click', () => toggle(line.id))
    this.#name =
      line.kind === 'series' ? element('button', { type: 'button', class: 'text' }) : element('span')
    if (line.kind === 'series') this.#name.addEventListener('click', () => enter(line.name))
    this.#bar = element('b')
    this.#share = element('span')
    this.#value = element('td')
    const track = element('i', {}, [this.#bar])
    const share = line.share === null ? [] : [element('div', { class: 'share' }, [track, this.#share])]
    this.element = element('tr', { class: line.kind }, [
      element('td', { class: 'swatch' }, [this.#toggle]),
      element('td', {}, [this.#name]),
      element('td', { class: 'wide' }, share),
      this.#value,
    ])
    if (line.kind === 'other' || line.kind === 'unattributed') this.element.dataset.quiet = ''
  }

  update(line: Line, off: boolean, value: string): void {
    this.#updateLook(line)
    this.#toggle.setAttribute('aria-pressed', String(!off))
    this.#toggle.setAttribute('aria-label', `Draw ${line.name}`)
    this.element.toggleAttribute('data-off', off)
    if (line.kind === 'series') this.#name.title = `Look inside ${line.name}`
    setText(this.#name, line.name)
    setText(this.#share, line.share === null ? '' : formatShare(line.share))
    this.#bar.style.width = `${Math.min(1, line.share ?? 0) * 100}%`
    setText(this.#value, value)
  }

  #updateLook(line: Line): void {
    const look = JSON.stringify(line.style)
    if (look === this.#look) return
    this.#look = look
    this.#toggle.replaceChildren(swatch(line.style))
    this.#bar.style.background = `var(${colourName(line.style)})`
  }
}

function setText(target: HTMLElement, text: string): void {
  if (target.textContent !== text) target.textContent = text
}
