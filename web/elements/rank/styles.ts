/** How a ranking looks, beside what all tables of numbers have in common. */
import { css } from 'lit'

export const rankStyles = css`
  th,
  td {
    vertical-align: top;
  }
  tbody tr:first-child > * {
    border-top: 1px solid var(--_faint);
  }
  .path {
    display: -webkit-box;
    min-height: 24px;
    overflow: hidden;
    -webkit-box-orient: vertical;
    -webkit-line-clamp: 3;
  }
  .step {
    color: var(--_soft);
  }
  [data-important] .path {
    font-weight: 600;
  }
  .reading td {
    padding-top: 0;
    padding-bottom: 9px;
    color: var(--_soft);
    font-size: 13px;
  }
  .reading bdi {
    display: inline-block;
    max-width: 24ch;
    overflow: hidden;
    text-overflow: ellipsis;
    vertical-align: bottom;
    white-space: nowrap;
  }
  .value,
  .effect {
    padding-top: 8px;
  }
  .value small {
    display: none;
  }
  thead .difference,
  thead .effect {
    white-space: nowrap;
  }
  .effect {
    width: 34%;
  }
  thead .effect bdi {
    display: inline-block;
    text-overflow: ellipsis;
    vertical-align: bottom;
    white-space: nowrap;
  }
  .effect div {
    display: grid;
    grid-template-columns: 1fr minmax(var(--_digits), max-content);
    align-items: center;
    gap: 12px;
    text-align: end;
    white-space: nowrap;
  }
  .bar {
    position: relative;
    height: 10px;
  }
  .bar::before {
    content: '';
    position: absolute;
    inset: -4px auto -4px var(--_zero);
    border-left: 1px solid var(--_edge);
  }
  .bar b {
    position: absolute;
    top: 0;
    height: 100%;
    min-width: 2px;
    border-radius: 2px;
    background: var(--_accent);
    opacity: 0.55;
  }
  .bar b[data-way='down'] {
    background: var(--_bad);
  }
  [data-important] .bar b {
    opacity: 1;
  }
  @container (max-width: 480px) {
    .difference {
      display: none;
    }
    .value small {
      display: block;
      color: var(--_soft);
      font-size: 12px;
    }
    .effect {
      width: 40%;
    }
    thead .effect {
      white-space: normal;
    }
    .effect div {
      grid-template-columns: 1fr;
      gap: 6px;
    }
  }
  @container (max-width: 300px) {
    table:not([data-sum]) .effect {
      display: none;
    }
  }
`
