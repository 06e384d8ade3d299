/**
 * The server's own numbers for `/metrics`. The counting path adds to plain numbers; prom-client turns them into text
 * when somebody asks. One meter per server; nothing is global.
 */
import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client'
import type { ErrorCode } from '../model/errors.js'
import type { CountOutcome } from './service.js'

/** A number that another part of the server reports when it is asked. */
export interface GaugeReading {
  /** A Prometheus metric name: `hailwhale_journal_bytes`. */
  readonly name: string
  readonly help: string
  readonly value: number
  /** What tells it from others of its name; those of one name have labels of the same names. */
  readonly labels?: Readonly<Record<string, string | number>>
}

/** Asks for the numbers of other parts. What can't be told now is left out. */
export type Gauges = () => readonly GaugeReading[] | Promise<readonly GaugeReading[]>

/** Upper ends of the duration buckets, seconds. */
const BUCKETS_S = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] as const

/** How much there has been since the start. */
export interface Totals {
  /** Events counted now, not before. */
  readonly events: number
  readonly duplicates: number
  /** Requests answered, those that were refused too; live streams are not among them. */
  readonly requests: number
  /** Requests answered with an error. */
  readonly refused: number
}

/** The requests of one route: how many of each status, and how long they took. */
export class RouteMeter {
  readonly statuses = new Map<number, number>()
  /** One more than there are ends: the last one holds what took longer. */
  readonly buckets = new Float64Array(BUCKETS_S.length + 1)
  seconds = 0

  constructor(readonly route: string) {}

  /** Adds one answered request. */
  observe(status: number, tookMs: number): void {
    this.statuses.set(status, (this.statuses.get(status) ?? 0) + 1)
    const seconds = tookMs / 1000
    this.seconds += seconds
    let i = 0
    while (i < BUCKETS_S.length && seconds > BUCKETS_S[i]!) i++
    this.buckets[i]!++
  }
}

/** One sample of the text format. */
interface Sample {
  readonly metricName?: string
  readonly labels: Readonly<Record<string, string | number>>
  readonly value: number
}

/** Requests, events, refusals, and what other parts report. */
export class Meter {
  readonly #registry = new Registry()
  readonly #routes = new Map<string, RouteMeter>()
  readonly #gauges: Gauges
  readonly #refused = new Map<ErrorCode, number>()
  #counted = 0
  #duplicates = 0
  #overflowed = 0

  /** `gauges` is called for each scrape; `fate` is what becomes of the events here. */
  constructor(gauges: Gauges, fate: 'counted' | 'queued' = 'counted') {
    this.#gauges = gauges
    collectDefaultMetrics({ register: this.#registry })
    this.#registerEvents(fate)
    this.#registerRequests()
    this.#registerDurations()
  }

  /** The meter of a route; the same one for the same name. */
  route(name: string): RouteMeter {
    const known = this.#routes.get(name)
    if (known) return known
    const meter = new RouteMeter(name)
    this.#routes.set(name, meter)
    return meter
  }

  /** Adds what became of one counted request. */
  counted(outcome: CountOutcome): void {
    this.#counted += outcome.counted
    this.#duplicates += outcome.duplicates
    this.#overflowed += outcome.overflowed
  }

  /** Adds one refused request. */
  refused(code: ErrorCode): void {
    this.#refused.set(code, (this.#refused.get(code) ?? 0) + 1)
  }

  /** The totals so far. */
  totals(): Totals {
    let requests = 0
    for (const { statuses } of this.#routes.values()) for (const count of statuses.values()) requests += count
    let refused = 0
    for (const count of this.#refused.values()) refused += count
    return { events: this.#counted, duplicates: this.#duplicates, requests, refused }
  }

  /** Everything as Prometheus text, with the content type it has. */
  async text(): Promise<{ readonly contentType: string; readonly text: string }> {
    const readings = await this.#gauges()
    // What is not told any more is gone.
    for (const reading of readings) this.#gauge(reading).reset()
    for (const reading of readings) this.#gauge(reading).set({ ...reading.labels }, reading.value)
    return { contentType: this.#registry.contentType, text: await this.#registry.metrics() }
  }

  #gauge({ name, help, labels = {} }: GaugeReading): Gauge<string> {
    const known = this.#registry.getSingleMetric(name)
    if (known instanceof Gauge) return known
    return new Gauge({ name, help, labelNames: Object.keys(labels), registers: [this.#registry] })
  }

  #registerEvents(fate: 'counted' | 'queued'): void {
    this.#counter(`hailwhale_events_${fate}_total`, `Events ${fate}.`, [], () => [one(this.#counted)])
    if (fate === 'counted') this.#registerOdd()
    this.#counter('hailwhale_requests_refused_total', 'Requests answered with an error.', ['code'], () =>
      [...this.#refused].map(([code, value]) => ({ labels: { code }, value })),
    )
  }

  /** What turns out when events are counted. */
  #registerOdd(): void {
    this.#counter('hailwhale_events_duplicate_total', 'Events that had been counted before.', [], () => [
      one(this.#duplicates),
    ])
    this.#counter('hailwhale_events_overflowed_total', 'Events counted under an overflow child.', [], () => [
      one(this.#overflowed),
    ])
  }

  #registerRequests(): void {
    this.#counter('hailwhale_http_requests_total', 'Requests answered.', ['route', 'status'], () =>
      [...this.#routes.values()].flatMap(({ route, statuses }) =>
        [...statuses].map(([status, value]) => ({ labels: { route, status }, value })),
      ),
    )
  }

  /** A prom-client counter whose values are read from `samples` at each scrape. */
  #counter(name: string, help: string, labelNames: string[], samples: () => readonly Sample[]): void {
    const counter: Counter<string> = new Counter({
      name,
      help,
      labelNames,
      registers: [this.#registry],
      collect() {
        counter.reset()
        for (const { labels, value } of samples()) counter.inc({ ...labels }, value)
      },
    })
  }

  /** prom-client's own histogram can't take over ready-made buckets: the registry only needs what `get` answers. */
  #registerDurations(): void {
    const name = 'hailwhale_http_request_seconds'
    const routes = this.#routes
    const histogram = {
      name,
      get: async () => ({
        name,
        help: 'How long requests took, from their head to their answer.',
        type: 'histogram',
        aggregator: 'sum',
        values: [...routes.values()].flatMap(meter => durationSamples(name, meter)),
      }),
      reset: () => {},
    }
    this.#registry.registerMetric(histogram as unknown as Counter)
  }
}

function durationSamples(name: string, { route, buckets, seconds }: RouteMeter): Sample[] {
  let sum = 0
  const samples: Sample[] = []
  for (let i = 0; i < buckets.length; i++) {
    sum += buckets[i]!
    samples.push({ metricName: `${name}_bucket`, labels: { le: BUCKETS_S[i] ?? '+Inf', route }, value: sum })
  }
  samples.push({ metricName: `${name}_sum`, labels: { route }, value: seconds })
  samples.push({ metricName: `${name}_count`, labels: { route }, value: sum })
  return samples
}

function one(value: number): Sample {
  return { labels: {}, value }
}
