/** The page, put together: the view in the address, the pickers, the live graph, the legend and the words around them. */
import { Looks, linesOf } from '../../src/picture/lines.js'
import { numberFormat } from '../../src/picture/numbers.js'
import { bucketFormat } from '../../src/picture/times.js'
import type { GraphAnswer } from '../../src/query/graph.js'
import { Chart } from './chart.js'
import { button, byId, element } from './elements.js'
import { showEmpty } from './empty.js'
import { Legend } from './legend.js'
import { keyName, listKeys, listOf, type Offers, Pickers, periodName } from './pickers.js'
import { BASE, follow } from './server.js'
import { DEMO_VIEW, graphParameters, pathText, queryOf, type View, viewFrom } from './view.js'

const TZ = Intl.DateTimeFormat().resolvedOptions().timeZone

class Page {
  readonly #looks = new Looks()
  readonly #pickers = new Pickers(changed => this.#go(changed))
  readonly #legend = new Legend(byId<HTMLTableElement>('legend'), {
    toggle: id => this.#toggle(id),
    enter: name => this.#go({ by: [...this.#view.by, name] }),
  })
  readonly #chart = new Chart(byId('chart'), TZ, cursor => {
    if (cursor === this.#cursor) return
    this.#cursor = cursor
    this.#drawNumbers()
  })
  #view: View = viewFrom(new URLSearchParams(location.search))
  #offers: Offers = { keys: [], dimensions: [], metrics: [] }
  #graph: GraphAnswer | null = null
  #graphAtMs = 0
  #metric = 0
  #off = new Set<string>()
  #cursor: number | null = null
  #stop = () => {}

  async start(): Promise<void> {
    byId('zone').textContent = `Times in ${TZ.replaceAll('_', ' ')}`
    addEventListener('popstate', () => this.#show(viewFrom(new URLSearchParams(location.search))))
    this.#pickers.show(this.#view, this.#offers)
    await this.#choose()
    this.#show(this.#view)
  }

  /** Chooses a key where the address names none: the default one, or the first that there is. */
  async #choose(): Promise<void> {
    const keys = await listKeys().catch(() => null)
    if (keys === null) return
    this.#offers = { ...this.#offers, keys }
    if (this.#view.key !== null || keys.length === 0) return
    const key = keys.find(path => pathText(path) === '_') ?? keys[0]!
    const isDemo = pathText(key) === 'demo' && location.search === ''
    this.#view = isDemo ? DEMO_VIEW : { ...this.#view, key }
  }

  /** A person chose something else: it becomes a step in the browser's history. */
  #go(changed: Partial<View>): void {
    const view = { ...this.#view, ...changed }
    if (queryOf(view) === queryOf(this.#view)) return
    history.pushState(null, '', queryOf(view) || location.pathname)
    this.#show(view)
  }

  #show(view: View): void {
    this.#stop()
    if (view.metrics !== this.#view.metrics) this.#metric = 0
    if (pathText(view.by) !== pathText(this.#view.by)) this.#off = new Set()
    this.#view = view
    this.#graph = null
    this.#cursor = null
    this.#setStatus('wait', 'Connecting…')
    this.#setNotice(null)
    this.#pickers.show(view, this.#offers)
    this.#drawCrumbs()
    this.#drawLinks()
    void this.#refreshOffers()
    this.#stop = follow(graphParameters(view, TZ), {
      onGraph: graph => this.#onGraph(graph),
      onRefused: detail => this.#onRefused(detail),
      onLost: detail => this.#onLost(detail),
    })
  }

  #onGraph(graph: GraphAnswer): void {
    const isNew = this.#graph === null || this.#graph.children !== graph.children || isEmpty(this.#graph)
    this.#graph = graph
    this.#graphAtMs = Date.now()
    this.#setStatus('live', 'Live')
    this.#setNotice(null)
    byId('card').hidden = false
    this.#draw()
    if (isNew && !isEmpty(graph)) void this.#refreshOffers()
  }

  #onRefused(detail: string): void {
    this.#setStatus('lost', 'No graph')
    byId('card').hidden = true
    this.#setNotice(detail)
  }

  #onLost(detail: string | null): void {
    this.#setStatus('lost', 'Reconnecting…')
    const since = this.#graph === null ? '' : ` The graph is as of ${timeOfDay(this.#graphAtMs)}.`
    const why = detail ?? `No connection to ${BASE}. Is the server running? 'hailwhale serve' starts it.`
    this.#setNotice(`${why}${since} Trying again.`)
  }

  /** Asks what there is to choose from; what can't be had right now stays as it was. */
  async #refreshOffers(): Promise<void> {
    const view = this.#view
    try {
      const [keys, rest] = await Promise.all([listKeys(), listOf(view.key ?? ['_'])])
      if (view !== this.#view) return
      this.#offers = { keys, ...rest }
      this.#pickers.show(view, this.#offers)
      if (this.#graph !== null) this.#drawEmpty(this.#graph)
    } catch {
      // The graph's own connection says what is wrong.
    }
  }

  #toggle(id: string): void {
    if (!this.#off.delete(id)) this.#off.add(id)
    this.#draw()
  }

  #draw(): void {
    const graph = this.#graph
    if (graph === null) return
    const lines = linesOf(graph, this.#metricName(graph), this.#looks)
    this.#chart.draw(graph.times, graph.to, lines, this.#off)
    this.#drawTabs(graph)
    this.#drawNumbers()
    this.#drawEmpty(graph)
  }

  #metricName(graph: GraphAnswer): string {
    return graph.metrics[this.#metric] ?? graph.metrics[0] ?? ''
  }

  /** The figure, its caption and the table: totals, or the values of the bucket under the cursor. */
  #drawNumbers(): void {
    const graph = this.#graph
    if (graph === null) return
    const metric = this.#metricName(graph)
    const cursor = this.#cursor !== null && this.#cursor < graph.times.length ? this.#cursor : null
    const at = cursor === null ? null : bucketFormat(TZ, graph.to - graph.times.at(-1)!)(graph.times[cursor]!)
    const value = cursor === null ? graph.overall.total[metric] : graph.overall.points[metric]?.[cursor]
    byId('figure').textContent = numberFormat('').full(value ?? 0)
    byId('caption').textContent =
      `${metric} ${at === null ? `in ${periodName(this.#view.period)}` : `at ${at}`}`
    byId('legend-value').textContent = at === null ? 'Total' : 'At the cursor'
    this.#legend.draw({ lines: linesOf(graph, metric, this.#looks), off: this.#off, cursor })
    const last = graph.times.length - 1
    const label = `${metric} in ${periodName(this.#view.period)}`
    describeChart(label, last, cursor ?? last, byId('figure').textContent, at)
  }

  #drawTabs({ metrics }: GraphAnswer): void {
    const tabs = byId('tabs')
    tabs.hidden = metrics.length < 2
    if (
      tabs.children.length !== metrics.length ||
      [...tabs.children].some((tab, i) => tab.textContent !== metrics[i])
    ) {
      const choose = (index: number) => {
        this.#metric = index
        this.#draw()
      }
      tabs.replaceChildren(...metrics.map((name, index) => button(name, () => choose(index), 'tab')))
    }
    for (const [index, tab] of [...tabs.children].entries())
      tab.setAttribute('aria-pressed', String(index === this.#metric))
  }

  #drawCrumbs(): void {
    const { key, by } = this.#view
    const steps = [keyName(key ?? ['_']), ...by]
    const crumbs = steps.map((name, index) => {
      if (index === steps.length - 1) return element('span', { 'aria-current': 'page' }, [name])
      return button(name, () => this.#go({ by: by.slice(0, index) }))
    })
    byId('crumbs').replaceChildren(
      ...crumbs.flatMap((crumb, i) => (i === 0 ? [crumb] : [element('span', {}, ['›']), crumb])),
    )
  }

  #drawLinks(): void {
    const query = graphParameters(this.#view, TZ)
    byId<HTMLAnchorElement>('as-json').href = `${BASE}graph?${query}`
    byId<HTMLAnchorElement>('as-csv').href = `${BASE}graph?${query}&format=csv`
  }

  #drawEmpty(graph: GraphAnswer): void {
    const longer = (period: string) => this.#go({ period })
    showEmpty(byId('empty'), {
      view: this.#view,
      isEmpty: isEmpty(graph),
      metrics: this.#offers.metrics,
      longer,
    })
    byId('legend').hidden = isEmpty(graph)
    byId('card').toggleAttribute('data-empty', isEmpty(graph))
  }

  #setStatus(state: 'wait' | 'live' | 'lost', text: string): void {
    const status = byId('status')
    status.dataset.state = state
    if (status.textContent !== text) status.textContent = text
    byId('card').toggleAttribute('data-stale', state === 'lost')
  }

  #setNotice(text: string | null): void {
    const notice = byId('notice')
    notice.hidden = text === null
    if (notice.textContent !== (text ?? '')) notice.textContent = text ?? ''
  }
}

/** The chart is a slider over its points: arrows move it, and what it is at is read out. */
function describeChart(label: string, last: number, index: number, figure: string, at: string | null): void {
  const chart = byId('chart')
  chart.setAttribute('aria-label', `Graph of ${label}`)
  chart.setAttribute('aria-valuemin', '0')
  chart.setAttribute('aria-valuemax', String(last))
  chart.setAttribute('aria-valuenow', String(index))
  chart.setAttribute('aria-valuetext', at === null ? `${figure} in all` : `${figure} at ${at}`)
}

function isEmpty(graph: GraphAnswer): boolean {
  return (
    graph.children === 0 &&
    Object.values(graph.overall.points).every(points => points.every(value => value === 0))
  )
}

function timeOfDay(ms: number): string {
  return new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' }).format(ms)
}

void new Page().start()
