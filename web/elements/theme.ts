/**
 * How the elements look: the colours as custom properties, light and dark, and what a card, its words and its controls look
 * like. Pages change colours by `--hail-…`, and more by `::part()`.
 */
import { type CSSResult, css, unsafeCSS } from 'lit'
import { DARK, LIGHT, type Palette } from '../../src/picture/palette.js'

/** The custom properties of a palette; each is the page's own where the page sets it. */
function properties(palette: Palette): CSSResult {
  const { page, card, ink, soft, faint, grid, edge, accent, good, bad, badGround, band, other, lines } =
    palette
  const own: readonly (readonly [name: string, colour: string])[] = [
    ['ink', ink],
    ['soft', soft],
    ['card', card],
    ['grid', grid],
    ['accent', accent],
    ['other', other],
    ...lines.map((colour, index) => [`line-${index}`, colour] as const),
    ['page', page],
    ['faint', faint],
    ['edge', edge],
    ['good', good],
    ['bad', bad],
    ['bad-ground', badGround],
    ['band', band],
  ]
  const texts = own.map(([name, colour]) => `--_${name}: var(--hail-${name}, ${colour});`)
  return unsafeCSS(`${texts.join('')}--_overall: var(--hail-overall, var(--_ink));`)
}

/** Colours, font and size of the element itself. */
export const themeStyles = css`
  :host {
    ${properties(LIGHT)}
    color-scheme: light;
    display: block;
    min-width: 0;
    container-type: inline-size;
    font: 15px / 1.45 var(--hail-font, system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif);
    color: var(--_ink);
    text-align: start;
  }
  @media (prefers-color-scheme: dark) {
    :host(:not([theme='light'])) {
      ${properties(DARK)}
      color-scheme: dark;
    }
  }
  :host([theme='dark']) {
    ${properties(DARK)}
    color-scheme: dark;
  }
  @media (forced-colors: active) {
    /* As specific as the themes, over which it wins. */
    :host(:not([theme='none'])) {
      --_ink: CanvasText;
      --_soft: CanvasText;
      --_card: Canvas;
      --_accent: LinkText;
    }
  }
  :host([hidden]) {
    display: none;
  }
  *,
  ::before,
  ::after {
    box-sizing: border-box;
  }
`

/** The card, words, buttons and messages that the elements have in common. */
export const cardStyles = css`
  .card {
    padding: 20px 24px;
    border-radius: 16px;
    background: var(--_card);
    color: var(--_ink);
    overflow-wrap: anywhere;
  }
  .caption {
    margin: 0;
    color: var(--_soft);
    font-size: 14px;
  }
  .figure {
    margin: 0;
    font-size: 40px;
    font-weight: 600;
    line-height: 1.15;
    letter-spacing: -0.02em;
    font-variant-numeric: tabular-nums;
  }
  .change {
    white-space: nowrap;
    font-variant-numeric: tabular-nums;
  }
  .up {
    color: var(--_good);
  }
  .down {
    color: var(--_bad);
  }
  button {
    font: inherit;
    color: inherit;
    cursor: pointer;
  }
  button.text {
    padding: 2px 0;
    border: 0;
    background: none;
    text-align: start;
    overflow-wrap: anywhere;
  }
  button.text:hover {
    text-decoration: underline;
    text-underline-offset: 3px;
  }
  button.solid {
    flex: none;
    min-height: 32px;
    padding: 5px 14px;
    border: 0;
    border-radius: 8px;
    background: var(--_accent);
    color: var(--_card);
    font-size: 14px;
  }
  button.quiet {
    min-height: 28px;
    padding: 3px 10px;
    border: 1px solid var(--_edge);
    border-radius: 8px;
    background: none;
    font-size: 13px;
  }
  button.quiet:hover {
    background: var(--_faint);
  }
  :focus-visible {
    outline: 2px solid var(--_accent);
    outline-offset: 2px;
    border-radius: 4px;
  }
  .notice {
    margin: 12px 0 0;
    padding: 10px 14px;
    border: 1px solid color-mix(in srgb, var(--_bad) 35%, transparent);
    border-radius: 10px;
    background: var(--_bad-ground);
    font-size: 14px;
    overflow-wrap: anywhere;
  }
  .notice p {
    margin: 0;
  }
  .notice code {
    font-family: ui-monospace, 'SF Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace;
    font-size: 13px;
  }
  .faded {
    opacity: 0.45;
    filter: grayscale(1);
  }
  .unseen {
    position: absolute;
    width: 1px;
    height: 1px;
    margin: -1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  @container (max-width: 480px) {
    .card {
      padding: 14px;
      border-radius: 14px;
    }
    .figure {
      font-size: 32px;
    }
  }
  @media (prefers-reduced-motion: reduce) {
    * {
      transition: none !important;
      animation: none !important;
    }
  }
  @media (forced-colors: active) {
    .card {
      border: 1px solid CanvasText;
    }
    button.solid,
    button.quiet {
      border: 1px solid ButtonText;
    }
  }
`
