/**
 * Runs the made-up shop: fills the last day when its key is empty, then counts visits as they would come in, the way a caller
 * would. Time and chance are passed in.
 */
import type { Service } from '../http/service.js'
import type { CountEvent } from '../model/event.js'
import { type Random, SHOP_KEY, shopVisits } from './shop.js'

/** What the demo needs. */
export interface DemoOptions {
  readonly service: Pick<Service, 'readiness' | 'reader'>
  /** Counts visits. */
  readonly count: (visits: readonly CountEvent[]) => Promise<unknown>
  readonly now: () => number
  readonly random: Random
  /** Calls back every so many milliseconds until the answered function is called. */
  readonly every: (periodMs: number, tick: () => void) => () => void
  /** Told when counting failed; the demo goes on. */
  readonly onError: (error: unknown) => void
}

/** A running demo. */
export interface Demo {
  /** Stops; resolves when what was under way is counted. */
  stop(): Promise<void>
}

const BACKFILL_MS = 86_400_000
const TICK_MS = 500
/** One request of the back-fill: 20 minutes of the shop are a few thousand visits. */
const STEP_MS = 20 * 60_000
/** After a pause (a sleeping machine) only this much is made up for. */
const CATCH_UP_MS = 10_000

/** Starts the demo, as soon as the server is ready. A tick that comes while the last one is under way is left out. */
export function startDemo(options: DemoOptions): Demo {
  const { service, count, now, random, every, onError } = options
  let untilMs = now()
  let filled = false
  let stopped = false
  let underWay: Promise<void> | null = null

  const step = async () => {
    if (!service.readiness().ready) return
    if (!filled) await backfill(options, untilMs, () => stopped)
    filled = true
    const nowMs = now()
    const visits = shopVisits(Math.max(untilMs, nowMs - CATCH_UP_MS), nowMs, random)
    untilMs = nowMs
    if (visits.length > 0 && !stopped) await count(visits)
  }
  const tick = () => {
    const done = () => {
      underWay = null
    }
    underWay ??= step().catch(onError).finally(done)
  }
  const stopTicks = every(TICK_MS, tick)
  return {
    async stop() {
      stopped = true
      stopTicks()
      await underWay
    },
  }
}

async function backfill(
  { service, count, random }: DemoOptions,
  untilMs: number,
  stopped: () => boolean,
): Promise<void> {
  const metrics = await service.reader.listMetrics(SHOP_KEY, { limit: 1 })
  if (metrics.length > 0) return
  for (let fromMs = untilMs - BACKFILL_MS; fromMs < untilMs && !stopped(); fromMs += STEP_MS) {
    const visits = shopVisits(fromMs, Math.min(fromMs + STEP_MS, untilMs), random)
    if (visits.length > 0) await count(visits)
  }
}
