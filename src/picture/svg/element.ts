/** Elements of an SVG as text. What goes in as text or as an attribute is escaped here; children are elements already. Pure. */
import { escaped } from './text.js'

/** A piece of SVG that is written already. Made here alone. */
export type Svg = string & { readonly svg: unique symbol }

/** Attributes; undefined ones are left out. Numbers are written with at most two decimals. */
export type Attributes = Readonly<Record<string, string | number | undefined>>

/** An element with children. */
export function element(name: string, attributes: Attributes, ...children: readonly Svg[]): Svg {
  const open = `<${name}${written(attributes)}`
  return (children.length === 0 ? `${open}/>` : `${open}>${children.join('')}</${name}>`) as Svg
}

/** An element with text in it. */
export function textElement(name: string, attributes: Attributes, text: string): Svg {
  return `<${name}${written(attributes)}>${escaped(text)}</${name}>` as Svg
}

/** Several as one. */
export function together(...pieces: readonly Svg[]): Svg {
  return pieces.join('') as Svg
}

/** A coordinate: at most two decimals, never -0, and within what every renderer draws. */
export function coordinate(value: number): string {
  const held = Number.isFinite(value) ? Math.max(-1e5, Math.min(1e5, value)) : 0
  return String(Math.round(held * 100) / 100 + 0)
}

function written(attributes: Attributes): string {
  let text = ''
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined) continue
    text += ` ${name}="${typeof value === 'number' ? coordinate(value) : escaped(value)}"`
  }
  return text
}
