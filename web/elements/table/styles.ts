/** How a table of children looks, beside what all tables of numbers have in common. */
import { css } from 'lit'

export const tableStyles = css`
  th,
  td {
    vertical-align: middle;
  }
  thead button {
    display: inline-flex;
    align-items: baseline;
    gap: 4px;
    min-height: 24px;
  }
  thead i {
    font-size: 9px;
    font-style: normal;
  }
  thead [aria-sort='ascending'],
  thead [aria-sort='descending'] {
    color: var(--_ink);
  }
  tbody th,
  tbody td,
  tfoot th,
  tfoot td {
    border-top: 1px solid var(--_faint);
  }
  th[scope='row'] {
    position: sticky;
    inset-inline-start: 0;
    background: var(--_card);
  }
  tbody button {
    display: flex;
    align-items: center;
    min-height: 24px;
    padding: 0;
  }
  tbody bdi {
    display: -webkit-box;
    overflow: hidden;
    -webkit-box-orient: vertical;
    -webkit-line-clamp: 2;
  }
  tfoot tr {
    color: var(--_soft);
  }
  tfoot tr[data-kind='overall'] > * {
    color: var(--_ink);
    font-weight: 600;
  }
  .value button {
    text-align: end;
  }
  .value.first {
    width: 36%;
  }
  .value.first div {
    display: grid;
    grid-template-columns: minmax(0, 1fr) minmax(var(--_digits), max-content);
    align-items: center;
    gap: 12px;
  }
  .value.first span {
    grid-column: 2;
  }
  .track {
    display: block;
    height: 6px;
    border-radius: 3px;
    background: var(--_faint);
    overflow: hidden;
  }
  .track b {
    display: block;
    height: 100%;
    border-radius: 3px;
    background: var(--_accent);
  }
  tfoot .track b {
    background: var(--_other);
  }
  .track b[data-negative] {
    background: var(--_bad);
  }
  .course {
    width: 96px;
    padding-top: 4px;
    padding-bottom: 4px;
  }
  td.course .sparkline {
    height: 22px;
  }
  tfoot .sparkline {
    stroke: var(--_other);
  }
  tfoot .sparkline .area {
    fill: var(--_other);
  }
  .foot a {
    margin-inline-start: auto;
    padding: 4px 0;
    color: inherit;
    text-underline-offset: 3px;
  }
  @container (max-width: 480px) {
    .value.first {
      width: auto;
    }
    .value.first div {
      grid-template-columns: 1fr;
      gap: 3px;
    }
    .value.first span {
      grid-row: 1;
      grid-column: 1;
    }
    .track {
      height: 4px;
    }
    .course {
      width: 56px;
    }
    table[data-many] .course {
      display: none;
    }
  }
  @container (max-width: 320px) {
    .course {
      display: none;
    }
  }
`
