/** What a server under test is held to: the same answers as its model, and sums that fit together. */
import { expect } from 'vitest'
import type { CountEvent } from '../../src/model/event.js'
import { KEPT_INTERVAL_MS, type KeptInterval } from '../../src/model/interval.js'
import { type Path, pathLabel } from '../../src/model/path.js'
import { readableFromMs } from '../../src/model/retention.js'
import { answerOf, expectedAnswer, spellRequest } from './count-request.js'
import type { Dice } from './dice.js'
import type { ServerHarness } from './server-harness.js'
import { makeQuestion, modelAnswer, type Question, saysTheSame, toleranceOf } from './server-questions.js'

/** Counts the events of one request on both sides and compares what was answered. */
export async function countBoth(
  harness: ServerHarness,
  dice: Dice,
  events: readonly CountEvent[],
  idempotencyKey?: string,
): Promise<void> {
  // Where there is little memory, counting waits for a flush.
  if (harness.isShortOfMemory) await harness.letGo()
  const request = spellRequest(dice, events, harness.nowMs, idempotencyKey)
  const answer = await harness.send(request)
  const told = `${request.method} ${request.url} ${JSON.stringify(request.headers)} → ${answer.body.toString()}`
  if (request.wrong > 0 && !request.partial) {
    expect(answer.status, told).toBe(400)
    return
  }
  const outcome = harness.model.count(events, idempotencyKey)
  expect(answerOf(request, answer), told).toEqual(expectedAnswer(request, outcome))
}

/** Asks both sides the same. */
export async function askBoth(harness: ServerHarness, question: Question, when = ''): Promise<void> {
  const { model, limits } = harness
  const answer = await harness.send({ method: 'GET', url: question, headers: {} })
  const expected = await modelAnswer(model, question, limits)
  const text = answer.body.toString()
  if (answer.status !== 200) {
    const { code } = JSON.parse(text) as { readonly code: string }
    expect(
      { status: answer.status, text: code },
      `${decodeURIComponent(question)} ${when}: ${text.slice(0, 300)}`,
    ).toEqual(expected)
    return
  }
  if (expected.status === 200 && saysTheSame(text, expected.text, toleranceOf(question, model))) return
  expect(text, `${decodeURIComponent(question)} ${when}`).toBe(expected.text)
}

/** Asks both sides `count` generated questions. */
export async function askMany(
  harness: ServerHarness,
  dice: Dice,
  count: number,
  when: string,
): Promise<void> {
  for (let i = 0; i < count; i++) await askBoth(harness, makeQuestion(dice, harness.model), when)
}

/**
 * Adds the raw events of a series up by hand, in each interval over all that is kept of it, and compares with what the server
 * draws. No code of the questions takes part in it.
 */
export async function checkPoints(
  harness: ServerHarness,
  key: Path,
  path: Path,
  when: string,
): Promise<void> {
  const rules = harness.model.retention(key)
  for (const rule of rules) {
    const widthMs = KEPT_INTERVAL_MS[rule.interval]
    const untilMs = (Math.floor(harness.nowMs / widthMs) + 1) * widthMs
    const readableMs = Math.ceil(readableFromMs(rule, harness.nowMs) / widthMs) * widthMs
    const fromMs = Math.max(readableMs, untilMs - 3000 * widthMs)
    await checkInterval(harness, { key, path }, rule.interval, fromMs, untilMs, when)
  }
}

/** Where an event has one path at most: the children of a path, and what none of them has, are all that it has itself. */
export async function checkFamily(
  harness: ServerHarness,
  key: Path,
  path: Path,
  when: string,
): Promise<void> {
  if (path.length === 1 && path[0] === '_') return
  const place = `key=${encodeURIComponent(JSON.stringify(key))}&dimensions=${encodeURIComponent(JSON.stringify(path))}`
  for (const { interval } of harness.model.retention(key)) {
    const url = `/graph?${place}&threshold=0&limit=1000&metrics=hits,dollars&period=${interval}:${FAMILY_LENGTHS[interval]}`
    const answer = await harness.send({ method: 'GET', url, headers: {} })
    const told = `${decodeURIComponent(url)} ${when}: ${answer.body.toString().slice(0, 300)}`
    expect(answer.status, told).toBe(200)
    const { overall, series, unattributed } = JSON.parse(answer.body.toString()) as Family
    if (series.length === 0) continue
    for (const metric of ['hits', 'dollars']) {
      const parts = [...series, ...(unattributed ? [unattributed] : [])]
      const sum = parts.reduce((total, part) => total + part.total[metric]!, 0)
      expect(sum, `${told} ${metric}`).toBe(overall.total[metric])
    }
  }
}

const FAMILY_LENGTHS: Readonly<Record<KeptInterval, string>> = {
  '10s': '10m',
  '1m': '2h',
  '15m': '1d',
  '1h': '2d',
  '1d': '10d',
}

interface Family {
  readonly overall: { readonly total: Readonly<Record<string, number>> }
  readonly series: readonly { readonly total: Readonly<Record<string, number>> }[]
  readonly unattributed: { readonly total: Readonly<Record<string, number>> } | null
}

async function checkInterval(
  harness: ServerHarness,
  { key, path }: { readonly key: Path; readonly path: Path },
  interval: KeptInterval,
  fromMs: number,
  untilMs: number,
  when: string,
): Promise<void> {
  const widthMs = KEPT_INTERVAL_MS[interval]
  const dimension = path.length === 1 && path[0] === '_' ? '{"_":null}' : JSON.stringify(path)
  const text = encodeURIComponent(dimension)
  const times = `from=${fromMs}&to=${untilMs}&interval=${interval}`
  const url = `/plotpoints?key=${encodeURIComponent(JSON.stringify(key))}&dimensions=${text}&metrics=hits,dollars,price&${times}`
  const answer = await harness.send({ method: 'GET', url, headers: {} })
  const told = `${decodeURIComponent(url)} ${when}: ${answer.body.toString().slice(0, 300)}`
  expect(answer.status, told).toBe(200)
  const drawn = (JSON.parse(answer.body.toString()) as Drawn)[pathLabel(path)]!
  for (const metric of ['hits', 'dollars', 'price']) {
    const counted = harness.model.postings(key, path).filter(({ atMs }) => atMs >= fromMs && atMs < untilMs)
    const expected = new Map<number, { sum: number; size: number }>()
    for (const { atMs, metrics } of counted) {
      const value = metrics.get(metric) ?? 0
      const bucketMs = Math.floor(atMs / widthMs) * widthMs
      const before = expected.get(bucketMs) ?? { sum: 0, size: 0 }
      expected.set(bucketMs, { sum: before.sum + value, size: before.size + Math.abs(value) })
    }
    const points = drawn[metric]!
    expect(points.length, told).toBe((untilMs - fromMs) / widthMs)
    for (const [i, [ms, value]] of points.entries()) {
      const { sum, size } = expected.get(ms) ?? { sum: 0, size: 0 }
      const isRight =
        ms === fromMs + i * widthMs && Math.abs(value - sum) <= (metric === 'price' ? 1e-12 * size : 0)
      if (!isRight) expect([ms, value], `${told} ${metric}`).toEqual([fromMs + i * widthMs, sum])
    }
  }
}

type Drawn = Readonly<Record<string, Readonly<Record<string, readonly (readonly [number, number])[]>>>>
