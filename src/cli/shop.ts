/**
 * The made-up shop of `--demo`: visits that come through channels to products, from countries, on devices; some of them buy.
 * Pure: the same stretch of time and the same random numbers give the same events.
 */
import type { CountEvent } from '../model/event.js'

/** The demo's key. */
export const SHOP_KEY = ['demo']

/** A number from 0 up to, and without, 1. */
export type Random = () => number

interface Product {
  readonly name: string
  readonly dollars: number
  readonly weight: number
}

const PRODUCTS: readonly Product[] = [
  { name: 'tea pot', dollars: 34, weight: 5 },
  { name: 'enamel mug', dollars: 12.5, weight: 9 },
  { name: 'wool blanket', dollars: 89, weight: 3 },
  { name: 'field notebook', dollars: 7.5, weight: 8 },
  { name: 'brass lamp', dollars: 129, weight: 2 },
  { name: 'gift card', dollars: 25, weight: 3 },
]

interface Channel {
  readonly name: string
  readonly weight: number
  /** Share of the visits that buy. */
  readonly buys: number
  /** How much of the channel is there at an hour of the day (0 to 24), around 1. */
  readonly mood: (hour: number, minutes: number) => number
}

const CHANNELS: readonly Channel[] = [
  { name: 'search', weight: 9, buys: 0.16, mood: hour => rhythm(hour, 14) },
  { name: 'direct', weight: 6, buys: 0.24, mood: hour => rhythm(hour, 11) },
  { name: 'social', weight: 7, buys: 0.06, mood: (hour, minutes) => rhythm(hour, 20) * wobble(minutes, 47) },
  { name: 'newsletter', weight: 4, buys: 0.32, mood: hour => 0.15 + burst(hour, 8.5) + burst(hour, 17) },
  {
    name: 'partners',
    weight: 2,
    buys: 0.12,
    mood: (hour, minutes) => rhythm(hour, 13) * wobble(minutes, 113),
  },
]

const COUNTRIES = [
  ...[
    { name: 'Germany', weight: 9 },
    { name: 'France', weight: 6 },
    { name: 'Japan', weight: 5 },
  ],
  ...[
    { name: 'Brazil', weight: 4 },
    { name: 'Canada', weight: 4 },
    { name: 'Kenya', weight: 2 },
  ],
]

const DEVICES = [
  { name: 'phone', weight: 11 },
  { name: 'laptop', weight: 8 },
  { name: 'tablet', weight: 2 },
]

/** Visits a second that the busiest ordinary time brings. */
const VISITS_PER_SECOND = 3

/** The visits of `[fromMs, untilMs)`, in order of time. */
export function shopVisits(fromMs: number, untilMs: number, random: Random): CountEvent[] {
  const events: CountEvent[] = []
  const weights = CHANNELS.reduce((sum, channel) => sum + channel.weight, 0)
  const meanPerMs = (channel: Channel, atMs: number) =>
    (VISITS_PER_SECOND / 1000) * (channel.weight / weights) * channel.mood(...clock(atMs))
  for (let startMs = fromMs; startMs < untilMs; startMs += 1000) {
    const widthMs = Math.min(1000, untilMs - startMs)
    for (const channel of CHANNELS) {
      const visits = poisson(meanPerMs(channel, startMs) * widthMs, random)
      for (let i = 0; i < visits; i++)
        events.push(visit(channel, startMs + Math.floor(random() * widthMs), random))
    }
  }
  return events.sort((a, b) => a.atMs - b.atMs)
}

function visit(channel: Channel, atMs: number, random: Random): CountEvent {
  const product = pick(PRODUCTS, random)
  const metrics = new Map([['hits', 1]])
  if (random() < channel.buys) {
    metrics.set('orders', 1).set('dollars', product.dollars * (random() < 0.2 ? 2 : 1))
  }
  const paths = [
    ['channel', channel.name, product.name],
    ['country', pick(COUNTRIES, random).name],
    ['device', pick(DEVICES, random).name],
  ]
  return { key: SHOP_KEY, paths, metrics, atMs }
}

function pick<T extends { readonly weight: number }>(choices: readonly T[], random: Random): T {
  let left = random() * choices.reduce((sum, choice) => sum + choice.weight, 0)
  for (const choice of choices) {
    left -= choice.weight
    if (left < 0) return choice
  }
  return choices[0]!
}

/** How many came where `mean` come on average. Multiplies uniform numbers until they fall below e^-mean (Knuth). */
function poisson(mean: number, random: Random): number {
  const floor = Math.exp(-mean)
  let count = 0
  for (let product = random(); product > floor; product *= random()) count++
  return count
}

/** Hour of the UTC day with its fraction, and minutes since 1970. */
function clock(atMs: number): [hour: number, minutes: number] {
  return [(atMs % 86_400_000) / 3_600_000, atMs / 60_000]
}

/** A day that is quiet 12 hours away from its peak. */
function rhythm(hour: number, peakHour: number): number {
  return 0.2 + 0.4 * (1 + Math.cos(((hour - peakHour) / 24) * 2 * Math.PI))
}

/** Ups and downs that take some minutes. */
function wobble(minutes: number, periodMinutes: number): number {
  const angle = (minutes / periodMinutes) * 2 * Math.PI
  return 1 + 0.35 * Math.sin(angle) + 0.2 * Math.sin(angle * 2.7 + 1)
}

/** A mailing: many at once, then fewer and fewer over two hours. */
function burst(hour: number, atHour: number): number {
  const since = (hour - atHour + 24) % 24
  return since < 3 ? 2.6 * Math.exp(-since * 1.8) : 0
}
