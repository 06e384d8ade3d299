/** Colours for a canvas, which knows no custom properties: read from the style of the element it stands in. */
import type { LineStyle } from '../../src/picture/lines.js'

/** Looks a custom property's colour up, or mixes it: `strength` from 0 (nothing) to 1. Empty where there is no such colour. */
export type Colours = (name: string, strength?: number) => string

/**
 * The colours that hold for a host, as they are now; each is looked up once. Whatever a page writes into a property (names,
 * `light-dark()`, `oklch()`) comes out as a colour that a canvas understands, since the browser itself resolves it.
 */
export function coloursOf(host: HTMLElement): Colours {
  const known = new Map<string, string>()
  const probe = document.createElement('span')
  probe.hidden = true
  return (name, strength = 1) => {
    const key = `${name} ${strength}`
    let colour = known.get(key)
    if (colour === undefined) {
      const own = `var(--_${name}, currentcolor)`
      probe.style.color =
        strength === 1 ? own : `color-mix(in srgb, ${own} ${Math.round(strength * 100)}%, transparent)`
      host.append(probe)
      colour = getComputedStyle(probe).color
      probe.remove()
      known.set(key, colour)
    }
    return colour
  }
}

/** The custom property of a line's colour; the ink of overall is one of its own, so that pages can change it alone. */
export function colourName({ colour }: LineStyle): string {
  if (typeof colour === 'number') return `line-${colour}`
  return colour === 'ink' ? 'overall' : colour
}
