/** How the top of a graph looks: figure, status, tabs. */
import { css } from 'lit'

/** Goes into graphStyles. */
export const headStyles = css`
  .card {
    display: flex;
    flex-direction: column;
    height: 100%;
    min-height: 0;
  }
  .head {
    display: flex;
    flex-wrap: wrap;
    align-items: flex-start;
    justify-content: space-between;
    gap: 4px 16px;
  }
  .headline {
    flex: 1 1 auto;
    min-width: 0;
    max-width: 100%;
  }
  .side {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    justify-content: flex-end;
    gap: 8px 12px;
  }
  .title {
    min-height: 24px;
    color: var(--_ink);
    font-size: 16px;
    font-weight: 600;
  }
  .crumbs button {
    min-height: 24px;
  }
  .line {
    display: flex;
    flex-wrap: wrap;
    align-items: baseline;
    gap: 0 12px;
    margin: 2px 0;
    color: var(--_soft);
  }
  .line .figure {
    color: var(--_ink);
    overflow-wrap: anywhere;
  }
  .line .change {
    font-weight: 550;
  }
  .ghost {
    border-radius: 8px;
    background: var(--_faint);
    color: transparent !important;
  }
  /* Whether more is better isn't known here. */
  .change {
    color: var(--_soft);
  }
  .change.up::before {
    content: '▲\\2009';
    font-size: 0.72em;
  }
  .change.down::before {
    content: '▼\\2009';
    font-size: 0.72em;
  }
  .status {
    display: inline-flex;
    align-items: center;
    gap: 8px;
    color: var(--_soft);
    font-size: 13px;
  }
  .status::before {
    content: '';
    flex: none;
    width: 8px;
    height: 8px;
    border-radius: 50%;
    background: var(--_edge);
  }
  .status[data-state='live']::before,
  .status[data-state='empty']::before {
    background: var(--_good);
    box-shadow: 0 0 0 3px color-mix(in srgb, var(--_good) 22%, transparent);
  }
  .status[data-state='stale'],
  .status[data-state='refused'] {
    color: var(--_bad);
  }
  .status[data-state='stale']::before,
  .status[data-state='refused']::before {
    background: var(--_bad);
  }
  button.icon {
    display: grid;
    place-content: center;
    width: 28px;
    height: 28px;
    padding: 0;
    border: 0;
    border-radius: 8px;
    background: none;
    color: var(--_soft);
  }
  button.icon:hover,
  button.icon[aria-pressed='true'] {
    background: var(--_faint);
    color: var(--_ink);
  }
  button.icon svg {
    width: 16px;
    height: 16px;
    fill: none;
    stroke: currentColor;
    stroke-width: 1.2;
  }
  .figures {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 6px 16px;
    margin-bottom: 10px;
  }
  .figures .line {
    flex: 1 1 auto;
    max-width: 100%;
  }
  .tabs {
    display: flex;
    flex-wrap: wrap;
    gap: 2px;
    max-width: 100%;
    margin: 2px 0;
    padding: 3px;
    width: fit-content;
    border-radius: 10px;
    background: var(--_faint);
  }
  .tabs button {
    min-height: 28px;
    max-width: 100%;
    padding: 4px 12px;
    border: 0;
    border-radius: 8px;
    background: none;
    color: var(--_soft);
    font-size: 13.5px;
    overflow-wrap: anywhere;
  }
  .tabs button:hover {
    color: var(--_ink);
  }
  .tabs button[aria-pressed='true'] {
    background: var(--_card);
    color: var(--_ink);
  }
  .zoomed {
    display: inline-flex;
    flex-wrap: wrap;
    gap: 0 8px;
    align-items: center;
    padding: 1px 10px;
    border-radius: 8px;
    background: var(--_faint);
    color: var(--_ink);
    font-size: 13px;
  }
  .zoomed button {
    min-height: 24px;
    color: var(--_accent);
  }
`
