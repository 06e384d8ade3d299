/** What tables of numbers have in common: they fill the card, and scroll inside where they are larger than that. */
import { css } from 'lit'

export const numberTableStyles = css`
  .card {
    display: flex;
    flex-direction: column;
    height: 100%;
  }
  .caption {
    display: -webkit-box;
    overflow: hidden;
    -webkit-box-orient: vertical;
    -webkit-line-clamp: 3;
  }
  .head {
    display: grid;
    gap: 2px;
    margin-bottom: 8px;
  }
  .body {
    display: flex;
    flex: 1 1 auto;
    flex-direction: column;
    min-height: 0;
  }
  /* Where there is more to the right, the edge says so: the shade stays, and what covers it moves along with the rows. */
  .scroll {
    position: relative;
    flex: 0 1 auto;
    min-height: 0;
    margin: 0 -8px;
    overflow: auto;
    background:
      linear-gradient(to left, var(--_card) 40%, transparent) right / 36px 100% no-repeat local,
      linear-gradient(to left, rgb(0 0 0 / 22%), transparent) right / 12px calc(100% - 4px) no-repeat scroll;
  }
  table {
    width: 100%;
    border-collapse: separate;
    border-spacing: 0;
    font-variant-numeric: tabular-nums;
  }
  th,
  td {
    padding: 6px 8px;
    font-weight: 400;
    text-align: start;
  }
  thead th {
    color: var(--_soft);
    font-size: 12.5px;
    vertical-align: bottom;
  }
  thead bdi {
    display: -webkit-box;
    max-width: 14ch;
    overflow: hidden;
    overflow-wrap: break-word;
    -webkit-box-orient: vertical;
    -webkit-line-clamp: 2;
  }
  th[scope='row'] {
    min-width: min(9em, 27cqi);
  }
  .value {
    text-align: end;
    white-space: nowrap;
  }
  thead .value {
    white-space: normal;
  }
  .note {
    margin: 12px 0 0;
    color: var(--_soft);
    font-size: 14px;
  }
  .foot {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 8px 16px;
    margin-top: 12px;
    color: var(--_soft);
    font-size: 13px;
  }
  @media (forced-colors: active) {
    .track b,
    .bar b {
      background: CanvasText !important;
    }
  }
  @container (max-width: 480px) {
    table {
      font-size: 14px;
    }
    th,
    td {
      padding-inline: 6px;
    }
    th[scope='row'] {
      min-width: min(9em, 25cqi);
    }
  }
  @container (max-width: 300px) {
    table {
      font-size: 13px;
    }
    th[scope='row'] {
      min-width: 72px;
    }
  }
`
