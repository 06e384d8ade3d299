/**
 * Time passes over the edges of buckets and of what is kept: after each, what is still kept is drawn to the last count, what is
 * not is refused as `not_kept`, and wider intervals are right as ever.
 */
import fc from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import { bucketStartMs, DAY_MS, HOUR_MS, KEPT_INTERVAL_MS, KEPT_INTERVALS } from '../../src/model/interval.js'
import { parseRetention } from '../../src/model/retention.js'
import { Dice } from '../support/dice.js'
import { ANY_STYLE, type EventStyle, makeEvent } from '../support/made-events.js'
import { runs } from '../support/runs.js'
import { askMany, checkPoints, countBoth } from '../support/server-checks.js'
import { ServerHarness } from '../support/server-harness.js'

const RETENTION = parseRetention('10s:1h,1m:6h,15m:3d,1h:10d,1d:60d')
const BY_KEY = new Map([['["site","blog"]', parseRetention('1m:2h,1d:30d')]])

const STYLE: EventStyle = {
  ...ANY_STYLE,
  keys: [['_'], ['site'], ['site', 'blog'], ['site', 'shop']],
  names: ANY_STYLE.names.slice(0, 12),
}

const harnesses = new Set<ServerHarness>()
afterEach(async () => {
  for (const harness of harnesses) await harness.stop()
  harnesses.clear()
})

async function start(nowMs: number): Promise<ServerHarness> {
  const harness = await ServerHarness.start({ nowMs, retention: RETENTION, retentionByKey: BY_KEY })
  harnesses.add(harness)
  return harness
}

async function count(harness: ServerHarness, dice: Dice, requests: number): Promise<void> {
  for (let i = 0; i < requests; i++) {
    const events = Array.from({ length: dice.pick([1, 3]) }, () => makeEvent(dice, STYLE, harness.nowMs))
    await countBoth(harness, dice, events)
  }
}

async function check(harness: ServerHarness, dice: Dice, when: string): Promise<void> {
  await askMany(harness, dice, 8, when)
  for (const key of STYLE.keys) await checkPoints(harness, key, [], when)
  await expectRefusals(harness)
}

/** One bucket before what is kept of each interval is refused, though the interval's own first bucket is answered. */
async function expectRefusals(harness: ServerHarness): Promise<void> {
  for (const { interval, keepMs } of RETENTION) {
    const widthMs = KEPT_INTERVAL_MS[interval]
    const firstMs = bucketStartMs(interval, harness.nowMs) + widthMs - keepMs
    // Days may reach a little further back, for zones; and a whole day is refused then.
    const beforeMs = interval === '1d' ? firstMs - widthMs : firstMs - KEPT_INTERVAL_MS[interval]
    expect(await statusOf(harness, interval, firstMs)).toEqual({ status: 200, code: undefined })
    // What is too old for its own interval may be built from nothing finer: that is kept for less.
    expect(await statusOf(harness, interval, beforeMs)).toEqual({ status: 400, code: 'not_kept' })
  }
}

async function statusOf(harness: ServerHarness, interval: string, fromMs: number): Promise<object> {
  const url = `/plotpoints?key=site&interval=${interval}&from=${fromMs}&to=${harness.nowMs}`
  const { status, body } = await harness.send({ method: 'GET', url, headers: {} })
  return { status, code: (JSON.parse(body.toString()) as { readonly code?: string }).code }
}

describe('time passes', () => {
  test('over the edges of buckets', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer(), async seed => {
        const dice = new Dice(seed)
        // A second before a day, an hour, a quarter, a minute and ten seconds end.
        const harness = await start(Date.UTC(2026, 1, 28, 23, 59, 59, 0))
        for (const interval of KEPT_INTERVALS) {
          await count(harness, dice, 3)
          if (dice.once(2)) await harness.flushHalfway(dice.between(1, 200))
          const widthMs = KEPT_INTERVAL_MS[interval]
          const edgeMs = bucketStartMs(interval, harness.nowMs) + widthMs
          harness.pass(edgeMs - 1 - harness.nowMs)
          await check(harness, dice, `before the end of ${interval}`)
          await count(harness, dice, 1)
          harness.pass(1)
          await count(harness, dice, 1)
          await check(harness, dice, `after the end of ${interval}`)
          if (dice.once(2)) await harness.flush()
        }
      }),
      runs(2),
    )
  })

  test('over the edges of what is kept', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer(), async seed => {
        const dice = new Dice(seed)
        const harness = await start(Date.UTC(2026, 1, 28, 21, 12, 34, 567))
        await count(harness, dice, 30)
        for (const passMs of [HOUR_MS, 6 * HOUR_MS, 3 * DAY_MS, 10 * DAY_MS, 31 * DAY_MS, 61 * DAY_MS]) {
          if (dice.once(2)) await harness.flush()
          harness.pass(passMs)
          await check(harness, dice, `${passMs / HOUR_MS} h later`)
          await count(harness, dice, 5)
          if (dice.once(2)) await harness.crash()
          await check(harness, dice, `counted ${passMs / HOUR_MS} h later`)
        }
        await harness.reopen()
        await check(harness, dice, 'reopened')
      }),
      runs(2),
    )
  })
})
