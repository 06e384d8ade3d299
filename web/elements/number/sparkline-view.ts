/**
 * A sparkline as it stands in an element: it fills the box of its class, and its strokes stay as wide as they are. A picture
 * beside numbers that are written out, so it is hidden from screen readers.
 */
import { css, html, type TemplateResult } from 'lit'
import { HEIGHT, sparkline, WIDTH } from './sparkline.js'

/** The picture of values in the order of time. `open`: the last one is still being counted, and drawn so. */
export function sparklineView(values: readonly number[], open: boolean): TemplateResult {
  const { line, open: last, area, end } = sparkline(values, open)
  return html`<svg part="sparkline" class="sparkline" viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" aria-hidden="true">
    <path class="area" d=${area} /><path class="line" d=${line} /><path class="line open" d=${last} /><path class="end" d=${end} />
  </svg>`
}

/** Its look. */
export const sparklineStyles = css`
  .sparkline {
    display: block;
    width: 100%;
    height: 100%;
    overflow: visible;
    fill: none;
    stroke: var(--_accent);
    stroke-width: 1.75;
    stroke-linecap: round;
    stroke-linejoin: round;
  }
  .sparkline path {
    vector-effect: non-scaling-stroke;
  }
  .sparkline .area {
    fill: var(--_accent);
    fill-opacity: 0.1;
    stroke: none;
  }
  .sparkline .open {
    stroke-dasharray: 0.1 4;
  }
  .sparkline .end {
    stroke-width: 5;
  }
`
