/** How the place of the chart looks, and what stands in it instead: a table, or words. */
import { css } from 'lit'

/** Goes into graphStyles. */
export const stageStyles = css`
  .stage {
    position: relative;
    margin: 0 -8px;
  }
  .slider {
    border-radius: 8px;
  }
  .slider[hidden] {
    display: none;
  }
  .fill {
    overflow: hidden;
  }
  .fill .stage,
  .fill .slider {
    display: flex;
    flex: 1 1 auto;
    flex-direction: column;
    min-height: 120px;
  }
  .fill .chart {
    flex: 1 1 0;
    height: auto;
    min-height: 0;
  }
  .fill .below {
    flex: 0 1 auto;
    min-height: 0;
    overflow: auto;
  }
  .fill .points {
    max-height: none;
  }
  .chart {
    height: 300px;
    forced-color-adjust: none;
  }
  .stage.ghosts .chart {
    margin: 0 8px;
    border-radius: 8px;
    background: repeating-linear-gradient(to top, var(--_grid) 0 1px, transparent 1px 25%);
  }
  .faded {
    transition:
      opacity 0.2s 0.4s,
      filter 0.2s 0.4s;
  }
  .over {
    position: absolute;
    inset: 0;
    display: grid;
    place-content: center;
    justify-items: center;
    gap: 12px;
    padding: 16px;
    overflow: auto;
    background: color-mix(in srgb, var(--_card) 82%, transparent);
    text-align: center;
  }
  .over p {
    max-width: 46ch;
    margin: 0;
    color: var(--_soft);
  }
  .over .big {
    color: var(--_ink);
    font-size: 18px;
    font-weight: 600;
    letter-spacing: -0.01em;
  }
  .command {
    display: flex;
    align-items: center;
    gap: 12px;
    max-width: 100%;
    padding: 10px 10px 10px 16px;
    border: 1px solid var(--_edge);
    border-radius: 10px;
    background: var(--_page);
    text-align: left;
  }
  .command code {
    font:
      13px / 1.5 ui-monospace,
      'SF Mono',
      Menlo,
      Consolas,
      'DejaVu Sans Mono',
      monospace;
    overflow-wrap: anywhere;
  }
  .offers {
    display: flex;
    flex-wrap: wrap;
    justify-content: center;
    gap: 8px;
  }
  .points {
    max-height: 420px;
    margin: 0 8px;
    overflow: auto;
  }
  .points table {
    width: 100%;
    border-collapse: collapse;
    font-size: 13.5px;
    font-variant-numeric: tabular-nums;
  }
  .points th,
  .points td {
    padding: 5px 8px;
    border-top: 1px solid var(--_faint);
    text-align: end;
    white-space: nowrap;
  }
  .points th {
    color: var(--_soft);
    font-weight: 400;
  }
  .points thead th {
    position: sticky;
    top: 0;
    max-width: 160px;
    border: 0;
    background: var(--_card);
    white-space: normal;
  }
  .points th:first-child {
    text-align: start;
  }
`
