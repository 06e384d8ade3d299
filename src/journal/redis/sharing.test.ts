import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { textRecord } from '../../../test/conformance/journal-suite.js'
import { Applied } from '../../../test/support/queue-consumer.js'
import { QueueJournals, SHORT_TIMES, type TestWhale } from '../../../test/support/queue-journals.js'
import { RedisCluster, RedisServer } from '../../../test/support/redis-servers.js'
import { TcpProxy } from '../../../test/support/tcp-proxy.js'

let single: RedisServer
let cluster: RedisCluster
const journals = new QueueJournals()

beforeAll(async () => {
  ;[single, cluster] = await Promise.all([RedisServer.start(), RedisCluster.start()])
})

afterEach(() => journals.closeAll())

afterAll(async () => {
  await Promise.all([single?.close(), cluster?.close()])
})

const WAIT = { timeout: 20_000, interval: 20 }
const counts = (...whales: TestWhale[]) => whales.map(({ consumer }) => consumer.has.size).join(' ')
const partitionsOf = (...whales: TestWhale[]) =>
  whales.flatMap(({ consumer }) => [...consumer.has.keys()]).sort((a, b) => a - b)

describe.each([
  ['Redis', () => single.url],
  ['Redis Cluster', () => cluster.url],
])('whales share the partitions of a %s', (_name, url) => {
  test('as they come and go, while hails append: each record is applied once, in order', async () => {
    const [namespace, applied] = [journals.newNamespace(), new Applied()]
    const hails = await Promise.all([1, 2].map(() => journals.open(url(), { namespace, partitions: 8 })))
    const appended: string[] = []
    let isAppending = true
    const appending = Promise.all(
      hails.map(async (hail, number) => {
        for (let i = 0; isAppending; i++) {
          const texts = Array.from({ length: 8 }, (_, partition) => `${number}.${partition}.${i}`)
          await Promise.all(texts.map((text, partition) => hail.append(partition, textRecord(text))))
          appended.push(...texts)
          await new Promise(resolve => setImmediate(resolve))
        }
      }),
    )
    const whale = (name: string) => journals.whale(url(), applied, { namespace, address: `http://${name}` })
    const a = await whale('a')
    await expect.poll(() => counts(a), WAIT).toBe('8')
    const b = await whale('b')
    await expect.poll(() => counts(a, b), WAIT).toBe('4 4')
    const c = await whale('c')
    await expect
      .poll(() => [a, b, c].map(({ consumer }) => consumer.has.size).sort(), WAIT)
      .toEqual([2, 3, 3])
    expect(partitionsOf(a, b, c)).toEqual([0, 1, 2, 3, 4, 5, 6, 7])
    await expect.poll(() => hails[0]!.whales(), WAIT).toEqual(['http://a', 'http://b', 'http://c'])
    await b.journal.close()
    await b.consuming
    expect(b.consumer.has.size).toBe(0)
    await expect.poll(() => counts(a, c), WAIT).toBe('4 4')
    for (const [partition] of c.consumer.has) {
      expect(c.journal.ownerOf(partition)).toBe('self')
      await expect.poll(() => hails[1]!.ownerOf(partition), WAIT).toEqual({ address: 'http://c' })
      await expect.poll(() => a.journal.ownerOf(partition), WAIT).toEqual({ address: 'http://c' })
    }
    isAppending = false
    await appending
    await expect.poll(() => applied.texts().length, WAIT).toBe(appended.length)
    expect(applied.texts()).toEqual(appended.sort())
    for (let partition = 0; partition < 8; partition++) {
      for (const number of [0, 1]) {
        const own = applied.of(partition).texts.filter(text => text.startsWith(`${number}.`))
        expect(own).toEqual(own.map((_, i) => `${number}.${partition}.${i}`))
      }
    }
  }, 60_000)
})

describe('a whale', () => {
  const setUp = () => ({ namespace: journals.newNamespace(), partitions: 4, applied: new Applied() })

  test('that is gone without a word is replaced when its leases are over', async () => {
    const { namespace, partitions, applied } = setUp()
    const proxy = await TcpProxy.start(() => single.port)
    const a = await journals.whale(`redis://127.0.0.1:${proxy.port}`, applied, {
      ...{ namespace, partitions, address: 'http://a' },
    })
    await expect.poll(() => counts(a), WAIT).toBe('4')
    const epochs = new Map(a.consumer.has)
    const b = await journals.whale(single.url, applied, { namespace, address: 'http://b' })
    await expect.poll(() => counts(a, b), WAIT).toBe('2 2')
    proxy.isUp = false
    proxy.cut()
    const goneMs = performance.now()
    // By its own clock, before anybody else can have them.
    await expect.poll(() => counts(a), WAIT).toBe('0')
    expect(b.consumer.has.size).toBe(2)
    await expect.poll(() => counts(b), WAIT).toBe('4')
    expect(performance.now() - goneMs).toBeLessThan(SHORT_TIMES.ttlMs * 3)
    for (const [partition, epoch] of epochs) expect(b.consumer.has.get(partition)).toBeGreaterThan(epoch)
    expect(b.journal.whales()).toEqual(['http://b'])
    expect(a.troubles).toContain('renewing the lease of partition 0')
    proxy.isUp = true
    await expect.poll(() => counts(a, b), WAIT).toBe('2 2')
    await a.journal.close()
    await proxy.close()
  }, 60_000)

  test('that was paused past its leases has none when it wakes, and takes them with new epochs', async () => {
    const { namespace, partitions, applied } = setUp()
    let pausedMs = 0
    const monotonic = () => performance.now() + pausedMs
    const a = await journals.whale(single.url, applied, {
      ...{ namespace, partitions, monotonic, address: 'http://a' },
    })
    await expect.poll(() => counts(a), WAIT).toBe('4')
    const before = new Map(a.consumer.has)
    const owners = () => [0, 1, 2, 3].map(partition => a.journal.ownerOf(partition))
    expect(owners()).toEqual(['self', 'self', 'self', 'self'])
    pausedMs = 60_000
    expect(owners()).toEqual([null, null, null, null])
    await expect.poll(() => a.consumer.story.filter(line => line.startsWith('revoked')).length, WAIT).toBe(4)
    await expect.poll(() => counts(a), WAIT).toBe('4')
    for (const [partition, epoch] of before) expect(a.consumer.has.get(partition)).toBeGreaterThan(epoch)
  })

  test('keeps a lease while it gives the partition back, however long that takes; the next one waits', async () => {
    const { namespace, partitions, applied } = setUp()
    const a = await journals.whale(single.url, applied, { namespace, partitions, address: 'http://a' })
    await expect.poll(() => counts(a), WAIT).toBe('4')
    let release = () => {}
    const flushed = new Promise<void>(resolve => {
      release = resolve
    })
    a.consumer.whileRevoked = () => flushed
    const b = await journals.whale(single.url, applied, { namespace, address: 'http://b' })
    const closing = a.journal.close()
    const heldSince = performance.now()
    await expect.poll(() => performance.now() - heldSince > SHORT_TIMES.ttlMs * 1.5, WAIT).toBe(true)
    expect(counts(b)).toBe('0')
    expect([0, 1, 2, 3].map(partition => a.journal.ownerOf(partition))).toEqual(Array(4).fill('self'))
    release()
    const releasedMs = performance.now()
    await closing
    await expect.poll(() => counts(b), WAIT).toBe('4')
    expect(performance.now() - releasedMs).toBeLessThan(SHORT_TIMES.ttlMs)
  }, 60_000)

  test('whose consumer throws gives that partition back and takes it again; the others go on', async () => {
    const { namespace, partitions, applied } = setUp()
    const a = await journals.whale(single.url, applied, { namespace, partitions, address: 'http://a' })
    let isBroken = true
    a.consumer.beforeRecord = (partition, text) => {
      if (partition === 1 && text === 'two' && isBroken) throw new Error('broken')
    }
    await expect.poll(() => counts(a), WAIT).toBe('4')
    for (const text of ['one', 'two', 'three']) {
      for (const partition of [0, 1]) await a.journal.append(partition, textRecord(text))
    }
    await expect.poll(() => applied.of(0).texts, WAIT).toEqual(['one', 'two', 'three'])
    await expect.poll(() => a.troubles.includes('consuming partition 1'), WAIT).toBe(true)
    expect(applied.of(1).texts).toEqual(['one'])
    isBroken = false
    await expect.poll(() => applied.of(1).texts, WAIT).toEqual(['one', 'two', 'three'])
    expect(a.consumer.story.filter(line => line.endsWith(' 0'))).toEqual(['assigned 0'])
  })

  test('whose consumer hangs in one partition hands the others over, and gives it back all the same', async () => {
    const { namespace, partitions, applied } = setUp()
    const a = await journals.whale(single.url, applied, { namespace, partitions, address: 'http://a' })
    a.consumer.beforeRecord = partition => (partition === 1 ? new Promise(() => undefined) : undefined)
    await expect.poll(() => counts(a), WAIT).toBe('4')
    for (const partition of [1, 2]) await a.journal.append(partition, textRecord('one'))
    await expect.poll(() => applied.of(2).texts, WAIT).toEqual(['one'])
    await a.journal.close()
    expect(counts(a)).toBe('0')
  })

  test('gives a partition back when it is told to, and takes it again', async () => {
    const { namespace, partitions, applied } = setUp()
    const a = await journals.whale(single.url, applied, { namespace, partitions, address: 'http://a' })
    await expect.poll(() => counts(a), WAIT).toBe('4')
    const epoch = a.consumer.has.get(3)!
    a.journal.giveBack(3)
    await expect.poll(() => a.consumer.has.get(3) ?? 0, WAIT).toBeGreaterThan(epoch)
    expect(a.consumer.story.slice(-2)).toEqual(['revoked 3', 'assigned 3'])
  })

  test('ends when its consumer throws what is final, with everything given back', async () => {
    const { namespace, partitions, applied } = setUp()
    const broken = new Error('broken for good')
    const isFinal = (error: unknown) => error === broken
    const a = await journals.whale(single.url, applied, {
      ...{ namespace, partitions, isFinal, address: 'http://a' },
    })
    a.consumer.beforeRecord = () => {
      throw broken
    }
    await expect.poll(() => counts(a), WAIT).toBe('4')
    await a.journal.append(2, textRecord('one'))
    await expect(a.consuming).rejects.toBe(broken)
    expect(counts(a)).toBe('0')
    await expect.poll(() => single.command('exists', `{${namespace}/2}lease`)).toBe('0')
    expect(await single.command('zcard', `{${namespace}}whales`)).toBe('0')
  })
})

describe('a whale that can not be beside another', () => {
  test.each([
    ['an exclusive one beside another', true, false, /must be the only one/],
    ['one beside an exclusive one', false, true, /consumes this queue into a store of its own/],
    ['two exclusive ones', true, true, /consumes this queue into a store of its own/],
  ])('%s', async (_name, exclusive, first, message) => {
    const [namespace, applied] = [journals.newNamespace(), new Applied()]
    const options = { namespace, partitions: 3 }
    const a = await journals.whale(single.url, applied, {
      ...{ ...options, address: 'http://a', exclusive: first },
    })
    await expect.poll(() => counts(a), WAIT).toBe('3')
    const b = await journals.whale(single.url, applied, { ...options, address: 'http://b', exclusive })
    await expect(b.consuming).rejects.toMatchObject({
      ...{ name: 'QueueRefusedError', message: expect.stringMatching(message) },
    })
    await expect(b.consuming).rejects.toThrow('http://a')
    expect(counts(a, b)).toBe('3 0')
  })

  test('two with one address', async () => {
    const [namespace, applied] = [journals.newNamespace(), new Applied()]
    const options = { namespace, address: 'http://a' }
    const a = await journals.whale(single.url, applied, options)
    await expect.poll(() => counts(a), WAIT).toBe('8')
    const b = await journals.whale(single.url, applied, options)
    await expect(b.consuming).rejects.toThrow(/registered with the address http:\/\/a: .*--advertise/)
  })

  test('comes in when the other goes', async () => {
    const [namespace, applied] = [journals.newNamespace(), new Applied()]
    const a = await journals.whale(single.url, applied, { namespace, address: 'http://a', exclusive: true })
    await expect.poll(() => counts(a), WAIT).toBe('8')
    const b = await journals.whale(single.url, applied, { namespace, address: 'http://a', exclusive: true })
    await a.journal.close()
    await expect.poll(() => counts(b), WAIT).toBe('8')
  })
})
