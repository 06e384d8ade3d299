/** The servers' own numbers, for `/metrics`. */
import type { Hail } from '../hail/hail.js'
import type { GaugeReading, Gauges } from '../http/meter.js'
import type { RedisJournal } from '../journal/redis/redis-journal.js'
import type { Embedded } from '../whale/embedded.js'
import type { WhaleServer } from '../whale/open-whale.js'

/** Reads the numbers each time it is called. */
export function gaugesOf({ whale }: Pick<Embedded, 'whale'>): () => readonly GaugeReading[] {
  return () => [
    reading('rollup_bytes', 'Memory held by names and by counts that wait for the store.', whale.bytes),
    reading('journal_sequence', 'The last journal record that is counted.', whale.through),
    reading('flushed_sequence', 'The last journal record that the store holds.', whale.flushedThrough),
  ]
}

/** The numbers of a whale behind a queue: of the partitions that it has. */
export function whaleGauges(
  { partitions }: Pick<WhaleServer, 'partitions'>,
  journal: Pick<RedisJournal, 'stats'>,
): Gauges {
  return async () => {
    const { owned } = partitions
    const bytes = owned.reduce((sum, { whale }) => sum + whale.bytes, 0)
    return [
      reading('rollup_bytes', 'Memory held by names and by counts that wait for the store.', bytes),
      reading('partitions_owned', 'Partitions that this server has.', owned.length),
      ...owned.flatMap(({ partition, whale }) => [
        {
          ...reading('partition_sequence', 'The last record that is counted.', whale.through),
          labels: { partition },
        },
        {
          ...reading(
            'partition_flushed_sequence',
            'The last record that the store holds.',
            whale.flushedThrough,
          ),
          labels: { partition },
        },
      ]),
      ...(await inQueue(journal)),
    ]
  }
}

/** The numbers of a hail. Where the queue can't be asked, what it holds is left out. */
export function queueGauges(journal: Pick<RedisJournal, 'stats'>, hail: Pick<Hail, 'waiting'>): Gauges {
  return async () => [
    reading('hail_waiting_events', 'Events that wait to be queued.', hail.waiting),
    ...(await inQueue(journal)),
  ]
}

async function inQueue(journal: Pick<RedisJournal, 'stats'>): Promise<GaugeReading[]> {
  const stats = await journal.stats().catch(() => null)
  if (stats === null) return []
  return [
    reading('queue_records', 'Records in the queue, of all partitions.', stats.records),
    reading('queue_bytes', 'Bytes of the records in the queue.', stats.bytes),
  ]
}

function reading(name: string, help: string, value: number): GaugeReading {
  return { name: `hailwhale_${name}`, help, value }
}
