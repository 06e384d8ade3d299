/** The way back from where one has drilled to: shop › channel › search. Names are text, each in its own direction. */
import { css, html, nothing, type TemplateResult } from 'lit'
import { seenName } from './words.js'

/** The crumbs of a path below `root`; nothing at the root. `open` is told the path of the one that was chosen. */
export function crumbsView(
  root: string,
  path: readonly string[],
  open: (path: readonly string[]) => void,
): TemplateResult | typeof nothing {
  if (path.length === 0) return nothing
  const steps = [root, ...path].map(seenName)
  return html`<nav part="crumbs" class="crumbs" aria-label="Where this is">
    <ol>
      ${steps.map((name, depth) =>
        depth === path.length
          ? html`<li><bdi aria-current="true" tabindex="-1">${name}</bdi></li>`
          : html`<li><button type="button" class="text" @click=${() => open(path.slice(0, depth))}><bdi>${name}</bdi></button></li>`,
      )}
    </ol>
  </nav>`
}

/** Their look. */
export const crumbsStyles = css`
  .crumbs ol {
    display: flex;
    flex-wrap: wrap;
    gap: 0 6px;
    margin: 0;
    padding: 0;
    list-style: none;
    color: var(--_soft);
    font-size: 14px;
  }
  .crumbs li {
    display: flex;
    align-items: center;
    gap: 6px;
    min-width: 0;
    max-width: 100%;
  }
  .crumbs li + li::before {
    content: '›';
  }
  .crumbs button {
    padding: 0;
    color: var(--_accent);
  }
  .crumbs [aria-current] {
    color: var(--_ink);
    font-weight: 550;
  }
  .crumbs bdi {
    display: block;
    max-width: 32ch;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
`
