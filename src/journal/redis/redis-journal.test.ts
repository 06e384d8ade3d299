import { afterAll, beforeAll } from 'vitest'
import { journalSuite } from '../../../test/conformance/journal-suite.js'
import { QueueJournals } from '../../../test/support/queue-journals.js'
import { RedisCluster, RedisServer } from '../../../test/support/redis-servers.js'

let single: RedisServer
let cluster: RedisCluster
const journals = new QueueJournals()

beforeAll(async () => {
  ;[single, cluster] = await Promise.all([RedisServer.start(), RedisCluster.start()])
})

afterAll(async () => {
  await journals.closeAll()
  await Promise.all([single?.close(), cluster?.close()])
})

for (const [name, url] of [
  ['Redis', () => single.url],
  ['Redis Cluster', () => cluster.url],
] as const) {
  journalSuite({
    name,
    sequences: 'ascending',
    create: namespace =>
      journals.make(url(), {
        namespace,
        partitions: 1,
        self: { address: () => 'http://whale', exclusive: false },
        isFinal: () => true,
      }),
    newPlace: async () => journals.newNamespace(),
  })
}
