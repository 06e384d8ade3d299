import { afterEach, expect, test } from 'vitest'
import { textRecord } from '../../../test/conformance/journal-suite.js'
import { Applied } from '../../../test/support/queue-consumer.js'
import { QueueJournals } from '../../../test/support/queue-journals.js'
import { RedisCluster } from '../../../test/support/redis-servers.js'
import { LEASE_TIMES } from './options.js'

const journals = new QueueJournals()
let cluster: RedisCluster | undefined

afterEach(async () => {
  await journals.closeAll()
  await cluster?.close()
})

const WAIT = { timeout: 40_000, interval: 20 }
const PARTITIONS = [0, 1, 2, 3, 4, 5, 6, 7]

test.each(['SIGKILL', 'SIGSTOP'] as const)(
  'a cluster of which a master gets %s: all goes on when its replica has taken over',
  async signal => {
    cluster = await RedisCluster.start(1)
    const { url } = cluster
    const [namespace, applied] = [journals.newNamespace(), new Applied()]
    const times = LEASE_TIMES
    const hail = await journals.open(url, { namespace, times })
    const whale = await journals.whale(url, applied, { namespace, times, address: 'http://a' })
    await expect.poll(() => whale.consumer.has.size, WAIT).toBe(8)
    const { master } = (await cluster.pairs())[0]!
    const acknowledged: string[][] = PARTITIONS.map(() => [])
    const afterwards = PARTITIONS.map(() => 0)
    let [isAppending, isDown] = [true, false]
    const appending = PARTITIONS.map(async partition => {
      for (let i = 0; isAppending; i++) {
        const text = `${partition}.${i}`
        const isTaken = await hail.append(partition, textRecord(text)).then(
          () => true,
          () => false,
        )
        if (isTaken) acknowledged[partition]!.push(text)
        if (isTaken && isDown) afterwards[partition]!++
        await new Promise(resolve => setTimeout(resolve, 5))
      }
    })
    await expect.poll(() => applied.texts().length, WAIT).toBeGreaterThan(100)
    await master.kill(signal)
    isDown = true
    await expect.poll(() => Math.min(...afterwards), WAIT).toBeGreaterThan(100)
    isAppending = false
    await Promise.all(appending)
    const missing = () =>
      PARTITIONS.flatMap(partition => {
        const texts = new Set(applied.of(partition).texts)
        return acknowledged[partition]!.filter(text => !texts.has(text))
      })
    await expect.poll(() => missing().length, WAIT).toBe(0)
    await expect.poll(() => whale.consumer.has.size, WAIT).toBe(8)
  },
  90_000,
)
