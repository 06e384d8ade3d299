/** The elements and their attributes, by name: what may be set before the elements themselves are loaded. */
import { PANEL_ATTRIBUTES, PANEL_ELEMENTS, type PanelElement } from '../../src/boards/panel.js'

/** One of the elements, as `element=` and the plugin call it. */
export type ElementName = PanelElement

/** All of them. */
export const ELEMENTS: readonly ElementName[] = PANEL_ELEMENTS

/** The server's other names for what the elements call `key`, `by` and `metrics`; and the original's for a caption. */
const ALIASES: ReadonlyMap<string, string> = new Map([
  ['pk', 'key'],
  ['category', 'key'],
  ['dimension', 'by'],
  ['dimensions', 'by'],
  ['metric', 'metrics'],
  ['title', 'caption'],
])

/** Whether a text names an element. */
export function isElementName(text: unknown): text is ElementName {
  return (ELEMENTS as readonly unknown[]).includes(text)
}

/** The attributes that an element knows. */
export function attributesOf(element: Element): ReadonlySet<string> {
  const name = element.localName.replace('hail-', '')
  return new Set(['server', 'token', ...(isElementName(name) ? PANEL_ATTRIBUTES[name] : [])])
}

/** Values under the names of the attributes: aliases resolved, `tzoffset` (hours ahead of UTC, as the server has it) as a zone. */
export function canonical(values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const named = Object.entries(values).map(([name, value]) => {
    const hours = name === 'tzoffset' ? zoneOf(Number(value)) : null
    return hours === null ? [ALIASES.get(name) ?? name, value] : ['tz', hours]
  })
  return Object.fromEntries(named)
}

/** The zone that is so many hours ahead of UTC: -7 is `-07:00`, 5.5 is `+05:30`. Null for what is no number. */
export function zoneOf(hoursAhead: number): string | null {
  if (!Number.isFinite(hoursAhead)) return null
  const minutes = Math.round(Math.abs(hoursAhead) * 60)
  const two = (part: number) => String(part).padStart(2, '0')
  return `${hoursAhead < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`
}
