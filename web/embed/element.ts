/**
 * Makes the elements from names and values: what the query of `/graph.js` and the options of the jQuery plugin have in common.
 * Nothing here draws or asks; that is the elements' own.
 */
import { attributesOf, type ElementName } from './attributes.js'
import { elementsFrom } from './load.js'

/** Values by the name of an attribute, as people write them; null, undefined and false take the attribute away. */
export type Values = Readonly<Record<string, unknown>>

/** An element that takes fields which are none of its attributes, and asks with them: so that the server names a typo. */
interface AsksMore extends HTMLElement {
  extra?: Readonly<Record<string, string>> | null
}

/** Makes an element with these values, not yet in a page. */
export function makeElement(name: ElementName, values: Values): HTMLElement {
  const element = document.createElement(`hail-${name}`)
  setValues(element, values)
  return element
}

/** Sets the values that are named, and leaves the others alone. */
export function setValues(element: AsksMore, values: Values): void {
  const known = attributesOf(element)
  for (const [name, value] of Object.entries(values)) {
    const text = attributeText(value)
    if (!known.has(name)) element.extra = { ...element.extra, [name]: text ?? '' }
    else if (text === null) element.removeAttribute(name)
    else element.setAttribute(name, text)
  }
}

/**
 * Loads from `server` what the elements are made of; `nonce` is what the page's policy wants of scripts. Where that fails, the
 * element says so in its place, and the console too.
 */
export async function enliven(element: HTMLElement, server: string, nonce?: string): Promise<void> {
  try {
    await elementsFrom(server, nonce)
  } catch (error) {
    const text = `HailWhale: ${(error as Error).message}`
    console.error(text)
    element.setAttribute('role', 'alert')
    element.textContent = text
  }
}

/** The text of an attribute: paths and lists as JSON, true as an attribute without a value. */
function attributeText(value: unknown): string | null {
  if (value === null || value === undefined || value === false) return null
  if (value === true) return ''
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}
