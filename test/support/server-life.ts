/**
 * A server's life as a list of operations, for the seeded simulation: each is plain data, so that a failing list can be printed,
 * shrunk and replayed. After each operation some questions are asked; at the end many, before and after a crash and a restart.
 */
import fc from 'fast-check'
import { expect } from 'vitest'
import type { CountEvent } from '../../src/model/event.js'
import { DAY_MS, HOUR_MS } from '../../src/model/interval.js'
import type { Path } from '../../src/model/path.js'
import { readableFromMs } from '../../src/model/retention.js'
import { Dice } from './dice.js'
import { type EventStyle, makeEvent } from './made-events.js'
import { askMany, checkFamily, checkPoints, countBoth } from './server-checks.js'
import type { ServerHarness } from './server-harness.js'

/** One thing that happens to a server. */
export type Operation =
  | { readonly kind: 'count'; readonly seed: number; readonly requests: number }
  | { readonly kind: 'update'; readonly seed: number }
  | { readonly kind: 'reset'; readonly seed: number }
  | { readonly kind: 'halfway'; readonly cells: number }
  | { readonly kind: 'flush' | 'let go' | 'crash' | 'reopen' }
  | { readonly kind: 'pass'; readonly ms: number }
  | { readonly kind: 'ask'; readonly seed: number }

/** How long may pass at once: over the edges of every interval, and of what is kept. */
const PASSES_MS = [1000, 10_000, 59_000, 15 * 60_000, HOUR_MS, 7 * HOUR_MS, DAY_MS, 9 * DAY_MS, 45 * DAY_MS]

/** Lists of operations; `resets`: also taking counts away. */
export function operations(resets: boolean): fc.Arbitrary<Operation[]> {
  const seed = fc.nat()
  const count = fc.record({
    kind: fc.constant('count' as const),
    seed,
    requests: fc.integer({ min: 1, max: 6 }),
  })
  const simple = fc.record({
    kind: fc.constantFrom('flush', 'let go', 'crash', 'crash', 'reopen') as fc.Arbitrary<'flush'>,
  })
  const halfway = fc.record({
    kind: fc.constant('halfway' as const),
    cells: fc.integer({ min: 1, max: 300 }),
  })
  const operation: fc.Arbitrary<Operation> = fc.oneof(
    { arbitrary: count, weight: 6 },
    { arbitrary: halfway, weight: 2 },
    { arbitrary: simple, weight: 3 },
    {
      arbitrary: fc.record({ kind: fc.constant('pass' as const), ms: fc.constantFrom(...PASSES_MS) }),
      weight: 2,
    },
    { arbitrary: fc.record({ kind: fc.constant('update' as const), seed }), weight: 1 },
    { arbitrary: fc.record({ kind: fc.constant('ask' as const), seed }), weight: 1 },
    ...(resets ? [{ arbitrary: fc.record({ kind: fc.constant('reset' as const), seed }), weight: 1 }] : []),
  )
  return fc.array(operation, { minLength: 4, maxLength: 24 })
}

/** Lives through the operations; throws where the server and its model differ. */
export async function live(
  harness: ServerHarness,
  style: EventStyle,
  list: readonly Operation[],
): Promise<void> {
  const seeds = new Dice(list.length)
  for (const operation of list) {
    await happen(harness, style, operation)
    await askMany(harness, seeds, 2, `after ${operation.kind}`)
  }
  await check(harness, style, seeds, 'at the end')
  await harness.crash()
  await check(harness, style, seeds, 'after the last crash')
  await harness.reopen()
  await check(harness, style, seeds, 'after the last restart')
  expect(harness.fatal).toEqual([])
}

async function check(harness: ServerHarness, style: EventStyle, dice: Dice, when: string): Promise<void> {
  await askMany(harness, dice, 15, when)
  const { allSeries } = harness.model
  for (let i = 0; i < 3 && allSeries.length > 0; i++) {
    const { key, path } = dice.pick(allSeries)
    await checkPoints(harness, key, path, when)
    if (style.mostPaths === 1) await checkFamily(harness, key, path, when)
  }
}

async function happen(harness: ServerHarness, style: EventStyle, operation: Operation): Promise<void> {
  switch (operation.kind) {
    case 'count':
      return count(harness, style, new Dice(operation.seed), operation.requests)
    case 'update':
      return update(harness, style, new Dice(operation.seed))
    case 'reset':
      return reset(harness, new Dice(operation.seed))
    case 'halfway':
      return harness.flushHalfway(operation.cells)
    case 'pass':
      return harness.pass(operation.ms)
    case 'ask':
      return check(harness, style, new Dice(operation.seed), 'asked')
    case 'flush':
      return harness.flush()
    case 'let go':
      return harness.letGo()
    case 'crash':
      return harness.crash()
    case 'reopen':
      return harness.reopen()
  }
}

async function count(harness: ServerHarness, style: EventStyle, dice: Dice, requests: number): Promise<void> {
  for (let i = 0; i < requests; i++) {
    const events: CountEvent[] = Array.from({ length: dice.pick([1, 1, 2, 8]) }, () => {
      const event = makeEvent(dice, style, harness.nowMs)
      return dice.once(3) ? { ...event, id: `id ${dice.below(12)}` } : event
    })
    await countBoth(harness, dice, events, dice.once(6) ? `key ${dice.below(6)}` : undefined)
  }
}

/** `/update_count_to` of a path that is there, or not yet. */
async function update(harness: ServerHarness, style: EventStyle, dice: Dice): Promise<void> {
  const { key, paths, atMs } = makeEvent(dice, { ...style, mostPaths: 1, latestMs: HOUR_MS }, harness.nowMs)
  const path = paths[0] ?? []
  if (path.includes('…') || (path.length === 1 && path[0] === '_')) return
  const value = dice.between(-50, 50)
  const metrics = dice.once(2) ? { dollars: value } : { dollars: value, weight: value / 8 }
  const interval = dice.pick([undefined, harness.model.retention(key)[1]!.interval])
  const fields = { key, dimensions: path, metrics, at: atMs, ...(interval && { period: interval }) }
  const headers = { 'content-type': 'application/json' }
  const body = Buffer.from(JSON.stringify(fields))
  const answer = await harness.send({ method: 'POST', url: '/update_count_to', headers, body })
  const retention = harness.model.retention(key)
  const rule = retention.find(kept => kept.interval === interval) ?? retention[0]!
  if (readableFromMs(rule, harness.nowMs) > atMs) {
    expect(answer.status, JSON.stringify(fields)).toBe(400)
    return
  }
  expect([answer.status, answer.body.toString()], JSON.stringify(fields)).toEqual([200, 'OK'])
  harness.model.updateCountTo({
    key,
    path,
    metrics: new Map(Object.entries(metrics)),
    atMs,
    ...(interval && { interval }),
  })
}

/** `/reset` of a path, a key, or some whole days of it. */
async function reset(harness: ServerHarness, dice: Dice): Promise<void> {
  await harness.letGo()
  const { allSeries, nowMs } = harness.model
  if (allSeries.length === 0) return
  const { key, path } = dice.pick(allSeries)
  if (path.includes('…') || (path.length === 1 && path[0] === '_')) return
  const day = Math.floor(nowMs / DAY_MS) * DAY_MS
  const times: { fromMs?: number; untilMs?: number } = dice.pick([
    {},
    {},
    { fromMs: day },
    { untilMs: day },
    { fromMs: day - 5 * DAY_MS, untilMs: day + DAY_MS },
  ])
  const metrics = dice.once(3) ? ['dollars', 'hits'] : undefined
  await sendReset(harness, key, path, times, metrics)
  harness.model.reset({ key, ...(path.length > 0 && { path }), ...times, ...(metrics && { metrics }) })
}

async function sendReset(
  harness: ServerHarness,
  key: Path,
  path: Path,
  { fromMs, untilMs }: { fromMs?: number; untilMs?: number },
  metrics: readonly string[] | undefined,
): Promise<void> {
  const fields = {
    key,
    ...(path.length > 0 && { dimensions: path }),
    ...(fromMs !== undefined && { from: String(fromMs) }),
    ...(untilMs !== undefined && { to: String(untilMs) }),
    ...(metrics && { metrics }),
  }
  const body = Buffer.from(JSON.stringify(fields))
  const answer = await harness.send({
    method: 'POST',
    url: '/reset',
    headers: { 'content-type': 'application/json' },
    body,
  })
  expect([answer.status, answer.body.toString()], JSON.stringify(fields)).toEqual([200, 'OK'])
}
