/** The page's few pictures. All are decoration: what they stand for is said in words beside them, or in a label. */
import { html, type SVGTemplateResult, svg, type TemplateResult } from 'lit'

const SHAPES = {
  down: svg`<path d="m4 6 4 4 4-4" />`,
  right: svg`<path d="m6 4 4 4-4 4" />`,
  left: svg`<path d="m10 4-4 4 4 4" />`,
  close: svg`<path d="m4 4 8 8M12 4l-8 8" />`,
  plus: svg`<path d="M8 3v10M3 8h10" />`,
  check: svg`<path d="m3 8.5 3.2 3L13 4.5" />`,
  more: svg`<path class="dots" d="M3 8h.01M8 8h.01M13 8h.01" />`,
  grip: svg`<path class="dots" d="M6 4h.01M6 8h.01M6 12h.01M10 4h.01M10 8h.01M10 12h.01" />`,
  code: svg`<path d="m5.5 4-4 4 4 4M10.5 4l4 4-4 4" />`,
  sliders: svg`<path d="M2 5h7M13 5h1M2 11h1M7 11h7" /><circle cx="11" cy="5" r="1.8" /><circle cx="5" cy="11" r="1.8" />`,
  board: svg`<rect x="2" y="2.5" width="5" height="5" rx="1" /><rect x="9" y="2.5" width="5" height="5" rx="1" /><rect x="2" y="9.5" width="12" height="4" rx="1" />`,
  screen: svg`<path d="M2 6V3a1 1 0 0 1 1-1h3M10 2h3a1 1 0 0 1 1 1v3M14 10v3a1 1 0 0 1-1 1h-3M6 14H3a1 1 0 0 1-1-1v-3" />`,
  key: svg`<circle cx="5.2" cy="10.8" r="3.2" /><path d="m7.5 8.5 6-6M10.5 5.5l2.3 2.3" />`,
  search: svg`<circle cx="7" cy="7" r="4.2" /><path d="m10.2 10.2 3.3 3.3" />`,
  pause: svg`<path d="M5.5 3.5v9M10.5 3.5v9" />`,
  play: svg`<path d="m5 3.2 7.2 4.8L5 12.8Z" />`,
  line: svg`<path d="m1.5 12 4-5 3.5 2.5L14.5 3" />`,
  area: svg`<path class="fill" d="M1.5 13.5V9l4-4 3.5 3 5.5-5v10.5Z" /><path d="m1.5 9 4-4L9 8l5.5-5" />`,
  stacked: svg`<path class="fill" d="M1.5 13.5V11l4.5-3 4 1.5 4.5-3.500v7.5Z" /><path d="m1.500 11 4.500-3 4 1.500L14.500 6M1.500 7 6 3.500l4 1.500 4.500-3" />`,
  share: svg`<path class="fill" d="M1.5 13.500V9L6 10l4-3 4.500 2v4.500Z" /><path d="M1.500 2.500h13v11h-13ZM1.500 9 6 10l4-3 4.500 2" />`,
  bars: svg`<path class="thick" d="M3.500 13.500V9M8 13.500V3M12.500 13.500V6.500" />`,
} as const satisfies Record<string, SVGTemplateResult>

/** One of the pictures. */
export type Icon = keyof typeof SHAPES

/** A picture of 16 by 16 in the colour of the text around it. */
export function icon(name: Icon): TemplateResult {
  return html`<svg class="icon" viewBox="0 0 16 16" aria-hidden="true">${SHAPES[name]}</svg>`
}
