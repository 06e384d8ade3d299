/** The colours of a picture: classes for what is filled and what is drawn, and the style sheet that says which colours they are. Pure. */
import { DARK, LIGHT, type Palette } from '../palette.js'

/** Light, dark, or whichever the reader's system is set to. */
export const THEMES = ['auto', 'light', 'dark'] as const
export type Theme = (typeof THEMES)[number]

/** A colour by its part in the picture; a number is the colour of a line. */
export type Colour = Exclude<keyof Palette, 'lines'> | number

/** The class that fills with a colour. They begin with `hw-`, so that they stay out of the way where a picture is put into a page. */
export function fill(colour: Colour): string {
  return `hw-f-${colour}`
}

/** The class that draws with a colour. */
export function stroke(colour: Colour): string {
  return `hw-s-${colour}`
}

/** The class that gives a stop of a gradient its colour. */
export function stopOf(colour: Colour): string {
  return `hw-g-${colour}`
}

/** The class of a whole picture: a style sheet holds for all of the page that a picture is put into, so it names its theme. */
export function rootOf(theme: Theme): string {
  return `hw-${theme}`
}

/** The style sheet of a theme. It holds the classes that `body` has, no others. */
export function sheetOf(theme: Theme, body: string): string {
  const used = new Set(body.match(/hw-[fgs]-\w+/g))
  const root = rootOf(theme)
  if (theme !== 'auto') return rules(root, theme === 'dark' ? DARK : LIGHT, used)
  return `${rules(root, LIGHT, used)}@media(prefers-color-scheme:dark){${rules(root, DARK, used)}}`
}

function rules(root: string, palette: Palette, used: ReadonlySet<string>): string {
  const { lines, ...parts } = palette
  const colours: [Colour, string][] = [
    ...(Object.entries(parts) as [Exclude<keyof Palette, 'lines'>, string][]),
    ...lines.map((colour, i): [Colour, string] => [i, colour]),
  ]
  return colours
    .flatMap(([colour, hex]) => [
      [fill(colour), 'fill', hex],
      [stroke(colour), 'stroke', hex],
      [stopOf(colour), 'stop-color', hex],
    ])
    .filter(([name]) => used.has(name!))
    .map(([name, property, hex]) => `.${root} .${name}{${property}:${opaque(hex!)}${alpha(property!, hex!)}}`)
    .join('')
}

/** Not every renderer knows an alpha within a colour. */
function opaque(hex: string): string {
  return hex.slice(0, 7)
}

function alpha(property: string, hex: string): string {
  return hex.length < 9 ? '' : `;${property}-opacity:${(Number.parseInt(hex.slice(7), 16) / 255).toFixed(3)}`
}
