/** The style of a chart, for the shadow root it stands in: the few rules that uPlot needs, the cursor's marks, the tooltip. */
import { css } from 'lit'

/** Goes into the styles of the element that has a chart. Reads the custom properties that charts read. */
export const chartStyles = css`
  .chart-box {
    position: relative;
    width: 100%;
    height: 100%;
    cursor: crosshair;
    user-select: none;
    -webkit-user-select: none;
    touch-action: pan-y;
    -webkit-tap-highlight-color: transparent;
  }
  .chart-box *,
  .chart-box {
    box-sizing: border-box;
  }
  .uplot {
    position: absolute;
    inset: 0;
    overflow: hidden;
    direction: ltr;
  }
  .u-wrap {
    position: relative;
  }
  .u-over,
  .u-under,
  .u-axis {
    position: absolute;
  }
  .u-wrap canvas {
    display: block;
    width: 100%;
    height: 100%;
  }
  .chart-marks {
    position: absolute;
    inset: 0;
    pointer-events: none;
  }
  .chart-marks [hidden],
  .chart-tip[hidden],
  .chart-tip [hidden] {
    display: none;
  }
  .chart-line {
    position: absolute;
    inset: 0 auto 0 -0.5px;
    width: 1px;
    background: var(--_soft);
    opacity: 0.55;
  }
  .chart-cell {
    position: absolute;
    inset-block: 0;
    background: var(--_soft);
    opacity: 0.14;
  }
  .chart-zone {
    position: absolute;
    inset-block: 0;
    background: color-mix(in srgb, var(--_accent) 14%, transparent);
    border-inline: 1px solid color-mix(in srgb, var(--_accent) 55%, transparent);
  }
  .chart-dot {
    position: absolute;
    inset: -5px auto auto -5px;
    width: 10px;
    height: 10px;
    border: 2px solid var(--_card);
    border-radius: 50%;
  }
  .chart-tip {
    position: absolute;
    inset: 0 auto auto 0;
    z-index: 1;
    min-width: 132px;
    max-width: min(300px, 82%);
    max-height: 100%;
    padding: 10px 12px;
    overflow: hidden;
    border-radius: 10px;
    background: var(--_card);
    box-shadow:
      0 0 0 1px var(--_faint),
      0 6px 20px rgb(0 0 0 / 14%);
    color: var(--_ink);
    font-size: 13px;
    line-height: 20px;
    pointer-events: none;
    cursor: default;
  }
  .chart-tip-time {
    margin-bottom: 4px;
    color: var(--_soft);
    font-size: 12px;
    white-space: nowrap;
  }
  .chart-tip-rows {
    display: grid;
    grid-template-columns: auto minmax(0, 1fr) auto auto;
  }
  .chart-tip-row {
    display: contents;
  }
  .chart-tip-swatch {
    align-self: center;
    width: 14px;
    height: 4px;
    margin-inline-end: 9px;
    border-radius: 2px;
  }
  .chart-tip-name {
    overflow: hidden;
    text-align: -webkit-match-parent;
    text-align: match-parent;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .chart-tip-value,
  .chart-tip-beside {
    padding-inline-start: 14px;
    font-variant-numeric: tabular-nums;
    text-align: end;
    white-space: nowrap;
  }
  .chart-tip-value {
    font-weight: 600;
  }
  .chart-tip-beside {
    color: var(--_soft);
  }
  .chart-tip-beside:empty {
    padding: 0;
  }
  .chart-tip-more {
    color: var(--_soft);
    font-size: 12px;
  }
  @container (max-width: 480px) {
    .chart-tip {
      min-width: 0;
      padding: 7px 9px;
      font-size: 12px;
    }
    .chart-tip-swatch {
      width: 8px;
      margin-inline-end: 6px;
    }
    .chart-tip-value,
    .chart-tip-beside {
      padding-inline-start: 9px;
    }
  }
  @media (forced-colors: active) {
    .chart-tip {
      border: 1px solid CanvasText;
    }
    .chart-tip-swatch,
    .chart-dot,
    .chart-line,
    .chart-zone {
      forced-color-adjust: none;
    }
  }
`
