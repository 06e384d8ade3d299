/**
 * The colours of a graph, light and dark: one list for the page, the elements in other people's pages, and pictures. Lines can be
 * told apart by people who are blind to some colours (after Okabe and Ito, 2008); text on its ground has a contrast of 4.5 or more.
 */

/** Colours as `#rrggbb`, or with an alpha as `#rrggbbaa`. */
export interface Palette {
  /** Behind the card. */
  readonly page: string
  /** The ground of a graph. */
  readonly card: string
  /** Text, and the line of overall. */
  readonly ink: string
  /** Quieter text: axes, captions. */
  readonly soft: string
  /** Lines between rows, tracks of bars. */
  readonly faint: string
  /** Lines of the chart's grid. */
  readonly grid: string
  /** Borders of controls. */
  readonly edge: string
  /** Links and what is chosen. */
  readonly accent: string
  readonly good: string
  readonly bad: string
  /** Ground of a warning. */
  readonly badGround: string
  /** Below the line of overall, and over the bucket that is still being counted. */
  readonly band: string
  /** The line of the others, and of what has no child. */
  readonly other: string
  /** The lines of the children. */
  readonly lines: readonly string[]
}

export const LIGHT: Palette = {
  page: '#f6f7f9',
  card: '#ffffff',
  ink: '#17202b',
  soft: '#5b6776',
  faint: '#e4e8ed',
  grid: '#eceff3',
  edge: '#cfd6de',
  accent: '#0069b4',
  good: '#00805c',
  bad: '#b3401a',
  badGround: '#fdf1ec',
  band: '#17202b0a',
  other: '#8a94a1',
  lines: ['#0072b2', '#d55e00', '#009066', '#b8558f', '#c08500', '#3b9ad9'],
}

export const DARK: Palette = {
  page: '#0e1319',
  card: '#161d26',
  ink: '#e8edf3',
  soft: '#98a5b5',
  faint: '#263140',
  grid: '#202a36',
  edge: '#37455a',
  accent: '#63b3ee',
  good: '#3fc79a',
  bad: '#f0946c',
  badGround: '#2b1d18',
  band: '#e8edf30d',
  other: '#7f8b9a',
  lines: ['#4a9fe0', '#ee7f3f', '#2cb88d', '#dc8fbb', '#e6b144', '#93d0f5'],
}
