/** How a graph looks: what theme.ts doesn't say for all elements. Widths are those of the element, not of the window. */
import { css } from 'lit'
import { headStyles } from './head-styles.js'
import { legendStyles } from './legend-styles.js'
import { stageStyles } from './stage-styles.js'

const narrow = css`
  @container (max-width: 640px) {
    .legend .share {
      width: 26%;
    }
  }
  @container (max-width: 480px) {
    .chart {
      height: 230px;
    }
    .stage {
      margin: 0 -4px;
    }
    .legend .name {
      width: 98%;
    }
    .legend .share {
      width: auto;
      text-align: end;
    }
    .legend .share .sort {
      flex-direction: row-reverse;
    }
    .share div {
      display: block;
    }
    .bar {
      display: none;
    }
    .legend td,
    .legend th {
      padding-inline: 4px;
    }
    .legend .value .change {
      display: block;
      margin: 0;
    }
    .line .words {
      flex-basis: 100%;
    }
    .command {
      flex-direction: column;
      align-items: stretch;
      padding: 12px;
    }
    .over {
      position: static;
      padding: 20px 4px;
    }
    .hollow .slider {
      display: none;
    }
  }
  @container (max-width: 320px) {
    .legend {
      font-size: 14px;
    }
    .legend td.swatch {
      width: 32px;
    }
    .legend td,
    .legend th {
      padding-inline: 3px;
    }
    .legend .arrow {
      display: none;
    }
    .legend [aria-sort='ascending'] .arrow,
    .legend [aria-sort='descending'] .arrow {
      display: block;
    }
  }
  @container (max-width: 260px) {
    .legend .share {
      display: none;
    }
  }
  @media (forced-colors: active) {
    .status::before {
      background: CanvasText;
      forced-color-adjust: none;
    }
    .swatch svg,
    .bar {
      forced-color-adjust: none;
    }
    .tabs button[aria-pressed='true'] {
      outline: 2px solid Highlight;
    }
  }
`

/** All of it. */
export const graphStyles = [headStyles, stageStyles, legendStyles, narrow]
