/** Code that shows a graph elsewhere, made from an element's attributes: to be copied. Pure. */
import type { PanelElement } from '../../../src/boards/panel.js'
import { queryText } from '../place/query-text.js'
import type { View } from '../place/view.js'

/** What is to be shown elsewhere. */
export interface Embedded {
  readonly element: PanelElement
  readonly attributes: View
}

/** A piece of code, and what it is for. */
export interface Snippet {
  readonly name: string
  readonly about: string
  readonly text: string
  /** Whether it is an address that can be opened. */
  readonly isLink: boolean
}

/** Attributes that are only about how something is drawn: questions don't have them. */
const DRAWN = new Set([
  'type',
  'compare',
  'format',
  'locale',
  'theme',
  'caption',
  'legend',
  'height',
  'poll',
  'good',
  'sparkline',
])
/** Attributes that a picture knows besides those of a question; the number format is called `number` there. */
const PICTURED = ['type', 'caption', 'theme', 'locale']
/** Pictures that the server draws. */
const PICTURES: Readonly<Partial<Record<PanelElement, readonly string[]>>> = {
  graph: ['graph.svg', 'graph.png'],
  number: ['number.svg'],
}

/** All the ways to show it elsewhere. `server`: its base address with a `/` at its end. */
export function snippets(embedded: Embedded, server: string): Snippet[] {
  return [
    elementCode(embedded, server),
    scriptCode(embedded, server),
    jqueryCode(embedded, server),
    ...links(embedded, server),
  ]
}

function elementCode({ element, attributes }: Embedded, server: string): Snippet {
  const written = Object.entries({ server, ...attributes }).map(([name, value]) => attribute(name, value))
  const tag = `hail-${element}`
  return {
    name: 'HTML element',
    about: 'For any page. The script is needed once, however many elements there are.',
    text: `<script src="${escaped(`${server}hailwhale.js`)}" defer></script>\n<${tag} ${written.join(' ')}></${tag}>`,
    isLink: false,
  }
}

function scriptCode({ element, attributes }: Embedded, server: string): Snippet {
  const query = new URLSearchParams(element === 'graph' ? attributes : { element, ...attributes })
  return {
    name: 'One script tag',
    about: 'Draws where it stands; nothing else is needed.',
    text: `<script src="${escaped(`${server}graph.js?${queryText(query)}`)}"></script>`,
    isLink: false,
  }
}

function jqueryCode({ element, attributes }: Embedded, server: string): Snippet {
  const options = element === 'graph' ? attributes : { element, ...attributes }
  return {
    name: 'jQuery',
    about: 'For pages with jQuery 1.12 to 4.',
    text: `<script src="${escaped(`${server}jquery.hailwhale.js`)}"></script>\n<div id="stats"></div>\n<script>\n  $('#stats').hailwhale(${scriptText(options)})\n</script>`,
    isLink: false,
  }
}

function links({ element, attributes }: Embedded, server: string): Snippet[] {
  const question = questionOf(attributes)
  const pictures = (PICTURES[element] ?? []).map(file => ({
    name: file.endsWith('.png') ? 'Picture, PNG' : 'Picture, SVG',
    about: file.endsWith('.png')
      ? 'For e-mails, which show no SVG.'
      : 'For wikis and READMEs, as sharp as you like.',
    text: `${server}${file}?${queryText(pictureOf(question, attributes))}`,
    isLink: true,
  }))
  const path = element === 'rank' ? 'rank' : 'graph'
  return [
    ...pictures,
    {
      name: 'JSON',
      about: 'The numbers, for programs.',
      text: `${server}${path}?${queryText(question)}`,
      isLink: true,
    },
    {
      name: 'CSV',
      about: 'The numbers, for a spreadsheet.',
      text: `${server}${path}?${queryText(question)}&format=csv`,
      isLink: true,
    },
  ]
}

function questionOf(attributes: View): URLSearchParams {
  return new URLSearchParams(Object.entries(attributes).filter(([name]) => !DRAWN.has(name)))
}

function pictureOf(question: URLSearchParams, attributes: View): URLSearchParams {
  const query = new URLSearchParams(question)
  for (const name of PICTURED) if (attributes[name]) query.set(name, attributes[name])
  if (attributes.compare !== undefined) query.set('compare', attributes.compare || 'true')
  if (attributes.format) query.set('number', attributes.format)
  return query
}

function attribute(name: string, value: string): string {
  return value === '' ? name : `${name}="${escaped(value)}"`
}

/** Text for an attribute in double quotes. */
function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('"', '&quot;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
}

/** An object as JavaScript that may stand in a script element, whatever names are in it. */
function scriptText(options: View): string {
  const lines = Object.entries(options).map(([name, value]) => `    ${name}: ${JSON.stringify(value)},`)
  return `{\n${lines.join('\n')}\n  }`
    .replaceAll('<', '\\u003c')
    .replaceAll('\u2028', '\\u2028')
    .replaceAll('\u2029', '\\u2029')
}
