/** Makes elements. All text goes in as text: a counted name can't become markup. */
import type { LineStyle } from '../../src/picture/lines.js'

/** An element with its attributes and content. */
export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Readonly<Record<string, string>> = {},
  content: readonly (Node | string)[] = [],
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value)
  made.append(...content)
  return made
}

/** The element of the page with this id. */
export function byId<Made extends HTMLElement = HTMLElement>(id: string): Made {
  return document.getElementById(id) as Made
}

/** A short piece of a line as it is drawn. */
export function swatch(style: LineStyle): SVGSVGElement {
  const namespace = 'http://www.w3.org/2000/svg'
  const svg = document.createElementNS(namespace, 'svg')
  svg.setAttribute('viewBox', '0 0 20 10')
  svg.setAttribute('aria-hidden', 'true')
  const path = document.createElementNS(namespace, 'path')
  path.setAttribute('d', 'M2 5h16')
  path.style.stroke = `var(${colourName(style)})`
  if (style.dash.length > 0) path.setAttribute('stroke-dasharray', style.dash[0] === 7 ? '5 5' : '0.1 5')
  svg.append(path)
  return svg
}

/** A button with text. */
export function button(text: string, onClick: () => void, style = 'text'): HTMLButtonElement {
  const made = element('button', { type: 'button', class: style }, [text])
  made.addEventListener('click', onClick)
  return made
}

/** The custom property of the style sheet that holds a line's colour. */
export function colourName({ colour }: LineStyle): string {
  return typeof colour === 'number' || colour === 'other' ? `--line-${colour}` : `--${colour}`
}
