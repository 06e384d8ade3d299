/** A page with nothing but charts on it, for tests, the bench and to look at: `stage` in its console. Not part of what is shipped. */
import { adoptStyles, css } from 'lit'
import { themeStyles } from '../../elements/theme.js'
import { Chart, type ChartEvents, type ChartView, chartStyles } from '../chart.js'
import { goOn, measureUpdates, type Updates } from './measure.js'
import { type Sample, sampleView } from './sample.js'

const stageStyles = css`
  :host {
    margin: 0 0 16px;
    padding: 16px 20px;
    border-radius: 16px;
    background: var(--_card);
  }
`

/** A chart on the stage, and what it told. */
class StageChart extends HTMLElement {
  readonly told: unknown[][] = []
  readonly chart: Chart
  readonly place = document.createElement('div')

  constructor() {
    super()
    const root = this.attachShadow({ mode: 'open' })
    adoptStyles(root, [themeStyles, chartStyles, stageStyles])
    this.place.tabIndex = 0
    root.append(this.place)
    const events: ChartEvents = {
      cursor: index => this.told.push(['cursor', index]),
      zoom: (fromMs, untilMs) => this.told.push(['zoom', fromMs, untilMs]),
      unzoom: () => this.told.push(['unzoom']),
    }
    this.chart = new Chart(this.place, events)
  }
}
customElements.define('stage-chart', StageChart)

/** What tests and the bench drive. */
const stage = {
  charts: [] as StageChart[],
  /** Puts a chart on the page; `width` null: as wide as the page. */
  add(width: number | null, height: number, theme: 'light' | 'dark' = 'light'): StageChart {
    const added = document.createElement('stage-chart') as StageChart
    added.setAttribute('theme', theme)
    if (width !== null) added.style.width = `${width}px`
    added.place.style.height = `${height}px`
    document.body.append(added)
    stage.charts.push(added)
    return added
  },
  sampleView,
  draw(index: number, sample: Sample): void {
    stage.charts[index]!.chart.draw(sampleView(sample))
  },
  /** Milliseconds of each update of a chart of that size. */
  measure(width: number, height: number, updates: Updates): Promise<number[]> {
    const { place, chart } = stage.add(width, height)
    chart.destroy()
    return measureUpdates(place, updates)
  },
  /** All charts go on until the answer is called. */
  goOn(sample: Sample, perSecond: number): () => void {
    return goOn(
      stage.charts.map(({ chart }) => chart),
      sample,
      perSecond,
    )
  },
  /** Everything anew. */
  clear(): void {
    for (const { chart } of stage.charts) chart.destroy()
    stage.charts.length = 0
    document.body.replaceChildren()
  },
}

export type Stage = typeof stage
export type { ChartView, Sample }

Object.assign(globalThis, { stage })
