/** A small graph of what happened by the second. */
import { html, svg, type TemplateResult } from 'lit'

const WIDTH = 240
const HEIGHT = 44

/** One bar for each second, as high as its share of the most; an empty line where nothing happened. `label` says it in words. */
export function spark(seconds: readonly number[], label: string): TemplateResult {
  const most = Math.max(1, ...seconds)
  const step = WIDTH / Math.max(1, seconds.length)
  const bars = seconds.map((value, place) => {
    const height = value === 0 ? 0 : Math.max(1.5, (value / most) * (HEIGHT - 2))
    return svg`<rect x=${place * step} y=${HEIGHT - 1 - height} width=${step * 0.72} height=${height} />`
  })
  return html`<svg class="spark" viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label=${label}>
    <path d="M0 ${HEIGHT - 0.5}H${WIDTH}" />${bars}
  </svg>`
}

/** A bar as long as a share, 0 to 1, of its track. */
export function shareBar(share: number): TemplateResult {
  return html`<svg class="track" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
    <rect width="100" height="6" /><rect class="part" width=${share * 100} height="6" />
  </svg>`
}
