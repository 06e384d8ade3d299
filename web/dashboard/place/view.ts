/**
 * What a graph shows, as the attributes of its element: texts by name. The address of the explore page, a panel of a board and the
 * code to embed are all made of it. Pure.
 */
import { PANEL_ATTRIBUTES, type PanelElement } from '../../../src/boards/panel.js'

/** Attributes by name. What is absent has its default. */
export type View = Readonly<Record<string, string>>

/** The names that the explore page's address knows, in the order they are written. */
const NAMES = [
  ...['key', 'by', 'metrics', 'period', 'from', 'to', 'interval', 'tz', 'type', 'compare'],
  ...['threshold', 'limit', 'sort', 'format'],
]

/** What is shown where the address says nothing. Said in full to the elements, whose own defaults are other ones. */
const DEFAULTS: View = { key: '_', metrics: 'hits', period: '1m:1h' }

/** The demo shop is more interesting by channel. */
export const DEMO_VIEW: View = {
  key: 'demo',
  by: 'channel',
  metrics: 'dollars,hits,dollars/orders',
  period: '15m:24h',
}

/** Whether an attribute means something where its text is empty. */
function saysSomething(name: string, value: string): boolean {
  return value !== '' || name === 'compare'
}

/** The view that an address's query holds. */
export function viewFrom(query: URLSearchParams): View {
  const said = NAMES.flatMap(name => {
    const value = query.get(name)
    return value !== null && saysSomething(name, value) ? [[name, value] as const] : []
  })
  return Object.fromEntries(said)
}

/** Writes a view into a query, names in a fixed order; what is the default is left out. */
export function writeView(view: View, query: URLSearchParams): void {
  for (const name of NAMES) {
    const value = view[name]
    if (value !== undefined && value !== DEFAULTS[name]) query.set(name, value)
  }
}

/** The view with every default said. A range has no period. */
export function filled(view: View): View {
  const { period, ...others } = { ...DEFAULTS, ...view }
  return view.from === undefined ? { ...others, period: period! } : others
}

/** What was chosen: texts to set, `null` to go back to the default. */
export type Changes = Readonly<Record<string, string | null>>

/** The view after something was chosen. A period ends a range; another key has other dimensions. */
export function changed(view: View, changes: Changes): View {
  const all = { ...view, ...besides(changes), ...changes }
  const said = Object.entries(all).filter((entry): entry is [string, string] => {
    const [name, value] = entry
    return value !== null && saysSomething(name, value)
  })
  return Object.fromEntries(said)
}

/** A range leaves the period where it is: what the graph goes back to when the reader zooms out. */
function besides(changes: Changes): Changes {
  if (changes.key !== undefined) return { by: null }
  if (changes.period) return { from: null, to: null, interval: null }
  return {}
}

/** The attributes of a view that an element knows. */
export function attributesFor(element: PanelElement, view: View): View {
  const said = PANEL_ATTRIBUTES[element].flatMap(name => {
    const value = view[name]
    return value === undefined ? [] : [[name, value] as const]
  })
  return Object.fromEntries(said)
}
