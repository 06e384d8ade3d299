/**
 * Boards as callers send them: their names, and what a JSON object says of them. Everything is checked; what is wrong throws
 * an error that names the field (`panels[2].attributes.metrics`).
 */
import { nearest } from '../intake/nearest.js'
import { kindOf } from '../intake/value.js'
import { fieldError } from '../model/errors.js'
import { BOARD_LIMITS, DEFAULT_LIMITS } from '../model/limits.js'
import { hasControl, normalizeName, quoted, utf8Bytes } from '../model/name.js'
import { PANEL_ATTRIBUTES, PANEL_ELEMENTS, type Panel, type PanelElement } from './panel.js'

/** What a board says, without its name and its time. */
export interface BoardContent {
  readonly title: string
  readonly panels: readonly Panel[]
}

const NAME_LIMITS = { ...DEFAULT_LIMITS, nameBytes: BOARD_LIMITS.nameBytes }

/** What a board may hold. `name` and `changed` are in an answer: sent back, they are not looked at. */
const BOARD_FIELDS = ['title', 'panels', 'name', 'changed']
const PANEL_FIELDS = ['element', 'attributes', 'width']

/** A board's name in NFC. Throws about `name` where it is empty, too long or has control characters. */
export function boardName(text: string | undefined): string {
  if (text === undefined || text === '') throw fieldError('name', 'say which board: name=shop')
  return normalizeName(text, NAME_LIMITS, 'name')
}

/** What a board is to say. Throws `invalid_parameter` or `unknown_parameter`. */
export function boardContent(board: object): BoardContent {
  checkFields(board, BOARD_FIELDS, '')
  const { title, panels } = board as { readonly title?: unknown; readonly panels?: unknown }
  return { title: titleOf(title), panels: panelsOf(panels) }
}

function titleOf(title: unknown): string {
  if (title === undefined || title === null) return ''
  const text = textOf(title, 'title')
  if (hasControl(text)) throw fieldError('title', 'has a control character (U+0000–U+001F): take it out')
  if ([...text].length <= BOARD_LIMITS.titleCharacters) return text
  throw fieldError('title', `is longer than ${BOARD_LIMITS.titleCharacters} characters`)
}

function panelsOf(panels: unknown): Panel[] {
  if (!Array.isArray(panels)) {
    const found = panels === undefined ? 'it is missing' : `not ${kindOf(panels)}`
    throw fieldError('panels', `an array of panels is wanted, ${found}`)
  }
  if (panels.length > BOARD_LIMITS.panels)
    throw fieldError('panels', `more than ${BOARD_LIMITS.panels} panels on one board`)
  return panels.map((panel, index) => panelOf(panel, `panels[${index}]`))
}

function panelOf(value: unknown, field: string): Panel {
  const panel = objectOf(value, field)
  checkFields(panel, PANEL_FIELDS, `${field}.`)
  const { element, attributes, width } = panel as Readonly<Record<string, unknown>>
  const known = elementOf(element, `${field}.element`)
  return {
    element: known,
    attributes: attributesOf(attributes, known, `${field}.attributes`),
    width: widthOf(width, `${field}.width`),
  }
}

function elementOf(value: unknown, field: string): PanelElement {
  const element = PANEL_ELEMENTS.find(known => known === value)
  if (element !== undefined) return element
  const found = typeof value === 'string' ? quoted(value) : value === undefined ? 'nothing' : kindOf(value)
  throw fieldError(field, `is one of ${PANEL_ELEMENTS.join(', ')}, not ${found}`)
}

function attributesOf(value: unknown, element: PanelElement, field: string): Record<string, string> {
  if (value === undefined || value === null) return {}
  const attributes = objectOf(value, field)
  checkFields(attributes, PANEL_ATTRIBUTES[element], `${field}.`)
  const texts: Record<string, string> = {}
  for (const [name, text] of Object.entries(attributes)) texts[name] = attributeOf(text, `${field}.${name}`)
  return texts
}

function attributeOf(value: unknown, field: string): string {
  const text = textOf(value, field)
  if (utf8Bytes(text) <= BOARD_LIMITS.attributeBytes) return text
  throw fieldError(field, `is longer than ${BOARD_LIMITS.attributeBytes} bytes of UTF-8`)
}

function widthOf(value: unknown, field: string): number {
  if (value === undefined) return 1
  if (Number.isInteger(value) && Number(value) >= 1 && Number(value) <= BOARD_LIMITS.columns)
    return Number(value)
  throw fieldError(field, `is a whole number of columns, 1 to ${BOARD_LIMITS.columns}`)
}

function textOf(value: unknown, field: string): string {
  if (typeof value !== 'string') throw fieldError(field, `a text in quotes is wanted, not ${kindOf(value)}`)
  if (utf8Bytes(value) >= 0) return value
  throw fieldError(field, 'has half a surrogate pair: send whole Unicode characters')
}

function objectOf(value: unknown, field: string): object {
  if (kindOf(value) === 'an object') return value as object
  throw fieldError(field, `an object is wanted, not ${kindOf(value)}`)
}

/** Throws about the first field that nobody knows. */
function checkFields(object: object, known: readonly string[], prefix: string): void {
  const unknown = Object.keys(object).find(name => !known.includes(name))
  if (unknown === undefined) return
  const hint = `there is no such field: did you mean ${nearest(unknown, known)}?`
  throw fieldError(`${prefix}${unknown.slice(0, 40)}`, hint, 'unknown_parameter')
}
