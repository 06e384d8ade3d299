/** `update_count_to`: brings one bucket to a value by counting the difference. */

import type { UpdateCountTo } from '../model/changes.js'
import { HailWhaleError } from '../model/errors.js'
import { bucketStartMs, KEPT_INTERVAL_MS } from '../model/interval.js'
import { formatRetention, readableFromMs } from '../model/retention.js'
import { type RollupReader, singleBucket } from '../query/reader.js'
import { type Batch, BatchBuilder, Interner, tickOf } from '../rollup/batch.js'

/**
 * The batch that brings the bucket to the values, or undefined where it holds them already.
 * Must run alone: what it reads may not change before the batch is applied. Throws `not_kept` where the bucket is not kept.
 */
export async function updateBatch(
  change: UpdateCountTo,
  reader: RollupReader,
  nowMs: number,
): Promise<Batch | undefined> {
  const { key, path, atMs } = change
  const retention = reader.retention(key)
  const rule = retention.find(kept => kept.interval === (change.interval ?? retention[0]!.interval))
  if (!rule || readableFromMs(rule, nowMs) > atMs) {
    throw new HailWhaleError(
      'not_kept',
      `period: no such bucket is kept; of this key, ${formatRetention(retention)} is kept.`,
      {
        errors: [{ field: 'period', message: `kept are ${formatRetention(retention)}` }],
      },
    )
  }
  const fromMs = bucketStartMs(rule.interval, atMs)
  const plan = singleBucket(rule.interval, fromMs, fromMs + KEPT_INTERVAL_MS[rule.interval])
  const metrics = [...change.metrics.keys()]
  const { columns } = await reader.series(key, path, plan, metrics)
  const differences = metrics.map(
    metric => change.metrics.get(metric)! - (columns.get(metric)?.values[0] ?? 0),
  )
  if (differences.every(difference => difference === 0)) return undefined
  const builder = new BatchBuilder(new Interner())
  builder.leaf(builder.interner.dimension(builder.interner.key(key), path))
  for (const difference of differences) builder.value(difference)
  builder.entry(tickOf(atMs), builder.interner.shapes.intern(metrics))
  return builder.finish(nowMs)
}
