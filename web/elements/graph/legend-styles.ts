/** How the legend looks. */
import { css, unsafeCSS } from 'lit'

const lineColours = unsafeCSS(
  Array.from(
    { length: 6 },
    (_, index) => `.colour-${index} { fill: var(--_line-${index}); stroke: var(--_line-${index}); }`,
  ).join('\n'),
)

/** Goes into graphStyles. */
export const legendStyles = css`
  .legend {
    width: 100%;
    margin-top: 14px;
    border-collapse: collapse;
    font-variant-numeric: tabular-nums;
  }
  .legend th {
    padding: 0 8px;
    color: var(--_soft);
    font-size: 12.5px;
    font-weight: 400;
    text-align: start;
  }
  .legend td {
    height: 36px;
    padding: 2px 8px;
    border-top: 1px solid var(--_faint);
    vertical-align: middle;
  }
  .legend th {
    vertical-align: bottom;
  }
  .legend thead td {
    height: auto;
    border: 0;
  }
  .legend td.swatch {
    width: 38px;
    padding: 2px 0;
  }
  .legend .share {
    width: 36%;
    white-space: nowrap;
  }
  .legend .value {
    padding-inline-end: 0;
    text-align: end;
    white-space: nowrap;
  }
  .legend th.value .sort {
    flex-direction: row-reverse;
  }
  .legend .value .change {
    margin-inline-end: 14px;
    font-size: 13px;
    font-weight: 400;
  }
  .sort {
    display: inline-flex;
    gap: 5px;
    align-items: center;
    min-height: 28px;
    padding: 4px 0;
    border: 0;
    background: none;
    overflow-wrap: anywhere;
    text-align: inherit;
  }
  .sort:hover {
    color: var(--_ink);
  }
  .arrow {
    width: 8px;
    height: 6px;
    fill: currentColor;
    visibility: hidden;
  }
  .sort:hover .arrow {
    visibility: visible;
    opacity: 0.5;
  }
  [aria-sort='descending'] .arrow,
  [aria-sort='ascending'] .arrow {
    visibility: visible;
    opacity: 1;
  }
  [aria-sort='ascending'] .arrow {
    transform: scaleY(-1);
  }
  .swatch button {
    display: grid;
    place-content: center;
    width: 30px;
    height: 28px;
    padding: 0;
    border: 0;
    border-radius: 8px;
    background: none;
    touch-action: manipulation;
  }
  .swatch button:hover {
    background: var(--_faint);
  }
  .swatch svg {
    width: 20px;
    height: 10px;
    fill: none;
    stroke-width: 3;
    stroke-linecap: round;
  }
  .legend button.text {
    display: block;
    min-height: 28px;
  }
  .clamp {
    display: -webkit-box;
    overflow: hidden;
    overflow-wrap: anywhere;
    -webkit-box-orient: vertical;
    -webkit-line-clamp: 2;
  }
  .legend tr[data-off],
  .legend tr.other td,
  .legend tr.unattributed td {
    color: var(--_soft);
  }
  .legend tr[data-off] svg {
    opacity: 0.25;
  }
  .legend tr.overall td {
    font-weight: 600;
  }
  .share div {
    display: grid;
    grid-template-columns: 1fr 4.5ch;
    align-items: center;
    gap: 12px;
    color: var(--_soft);
    text-align: end;
  }
  .bar {
    display: block;
    width: 100%;
    height: 6px;
  }
  .bar rect {
    stroke: none;
  }
  .bar .track {
    fill: var(--_faint);
  }
  .colour-ink {
    fill: var(--_overall);
    stroke: var(--_overall);
  }
  .colour-other {
    fill: var(--_other);
    stroke: var(--_other);
  }
  ${lineColours}
  .swatch path {
    fill: none;
  }
`
