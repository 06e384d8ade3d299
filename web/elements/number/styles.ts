/** How a number looks: everything grows with the width of its box, from a corner of a page to a screen on the wall. */
import { css } from 'lit'

export const numberStyles = css`
  :host {
    min-width: 120px;
  }
  .card {
    --_pad: clamp(10px, 4px + 4cqi, 64px);
    display: flex;
    flex-direction: column;
    height: 100%;
    padding: calc(var(--_pad) * 0.8) var(--_pad) var(--_pad);
    border-radius: clamp(12px, 5cqi, 20px);
    overflow: hidden;
  }
  .caption {
    display: -webkit-box;
    overflow: hidden;
    -webkit-box-orient: vertical;
    -webkit-line-clamp: 2;
    font-size: clamp(12px, 8px + 1.8cqi, 34px);
    line-height: 1.35;
  }
  .body {
    display: flex;
    flex: 1 1 auto;
    flex-direction: column;
  }
  .figure {
    margin-top: 0.08em;
    /* As large as it fits: the width that there is over the ems that the text takes. */
    font-size: min(12px + 12cqi, (100cqi - 2 * var(--_pad)) / var(--_ems, 4));
    white-space: nowrap;
  }
  .figure .short {
    display: none;
  }
  .change {
    display: flex;
    flex-wrap: wrap;
    gap: 0 0.5em;
    margin: 0.2em 0 0;
    font-size: clamp(12px, 8px + 1.8cqi, 34px);
    white-space: normal;
  }
  .change b {
    font-weight: 600;
    white-space: nowrap;
  }
  .change span {
    color: var(--_soft);
  }
  .change[data-verdict='better'] b {
    color: var(--_good);
  }
  .change[data-verdict='worse'] b {
    color: var(--_bad);
  }
  .spark {
    flex: 1 1 auto;
    height: clamp(28px, 16px + 9cqi, 220px);
    min-height: clamp(28px, 16px + 9cqi, 220px);
    margin-top: clamp(8px, 4cqi, 40px);
  }
  .notice {
    padding: 8px 10px;
    font-size: clamp(12px, 9px + 1.2cqi, 15px);
  }
  .card[data-state='loading'] .figure,
  .card[data-state='empty'] .figure {
    color: var(--_soft);
  }
  @container (max-width: 160px) {
    .figure[data-short] {
      font-size: min(12px + 12cqi, (100cqi - 2 * var(--_pad)) / var(--_short-ems, 4));
    }
    .figure[data-short] .short {
      display: inline;
    }
    .figure[data-short] .full {
      position: absolute;
      width: 1px;
      height: 1px;
      overflow: hidden;
      clip-path: inset(50%);
    }
  }
`
