import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { textRecord } from '../../../test/conformance/journal-suite.js'
import { Applied } from '../../../test/support/queue-consumer.js'
import { QueueJournals } from '../../../test/support/queue-journals.js'
import { RedisServer } from '../../../test/support/redis-servers.js'

let server: RedisServer
const journals = new QueueJournals()
/** Those of single tests. */
const others = new Set<RedisServer>()

beforeAll(async () => {
  server = await RedisServer.start()
})

afterEach(async () => {
  await journals.closeAll()
  for (const other of others) await other.close()
  others.clear()
})

afterAll(() => server?.close())

async function startAnother(...options: string[]): Promise<RedisServer> {
  const another = await RedisServer.start(...options)
  others.add(another)
  return another
}

const WAIT = { timeout: 20_000, interval: 20 }
const unavailable = (message: RegExp) => ({ code: 'unavailable', message: expect.stringMatching(message) })
const refusal = (message: RegExp) => ({
  name: 'QueueRefusedError',
  message: expect.stringMatching(message),
})

describe('what a queue is', () => {
  test('is fixed when it is first used: partitions, and a secret that all share', async () => {
    const namespace = journals.newNamespace()
    const first = await journals.open(server.url, { namespace, partitions: 3 })
    const second = await journals.open(server.url, { namespace })
    const third = await journals.open(server.url, { namespace, partitions: 3 })
    expect([first, second, third].map(({ partitions }) => partitions)).toEqual([3, 3, 3])
    expect(first.secret).toMatch(/^[\w-]{43}$/)
    expect(new Set([first, second, third].map(({ secret }) => secret)).size).toBe(1)
    await expect(journals.open(server.url, { namespace, partitions: 4 })).rejects.toMatchObject(
      refusal(/has 3 partitions, not 4: .* Use 3, or another namespace/),
    )
    const other = await journals.open(server.url, { namespace: journals.newNamespace() })
    expect(other.partitions).toBe(8)
    expect(other.secret).not.toBe(first.secret)
  })

  test.each([0, 257, 1.5])('%d partitions are none', partitions => {
    expect(() => journals.make(server.url, { partitions })).toThrow('from 1 to 256 partitions')
  })

  test('of a newer version is refused', async () => {
    const namespace = journals.newNamespace()
    await server.command('hset', `{${namespace}}queue`, 'format', '2')
    await expect(journals.open(server.url, { namespace })).rejects.toMatchObject(
      refusal(/made by a newer HailWhale \(format 2/),
    )
  })

  test('its counts go to one store', async () => {
    const namespace = journals.newNamespace()
    const [a, b] = [
      await journals.open(server.url, { namespace }),
      await journals.open(server.url, { namespace }),
    ]
    await a.bindStore('store one')
    await b.bindStore('store one')
    const refused = refusal(/go to the store "store one", not to "store two".*HDEL \{.*\}queue store/)
    await expect(b.bindStore('store two')).rejects.toMatchObject(refused)
  })

  test('made anew with other partitions ends consuming, and appends are refused', async () => {
    const [namespace, applied] = [journals.newNamespace(), new Applied()]
    const whale = await journals.whale(server.url, applied, { namespace, partitions: 2, address: 'http://a' })
    await expect.poll(() => whale.consumer.has.size, WAIT).toBe(2)
    await server.command('hset', `{${namespace}}queue`, 'partitions', '5')
    await expect(whale.consuming).rejects.toMatchObject(refusal(/has 5 partitions, not 2/))
    expect(whale.consumer.has.size).toBe(0)
    await expect(whale.journal.append(0, textRecord('a'))).rejects.toMatchObject(
      unavailable(/has 5 partitions/),
    )
  })

  test('lost, it is made again as it was, with its secret and its store', async () => {
    const namespace = journals.newNamespace()
    const journal = await journals.open(server.url, { namespace, partitions: 2 })
    await journal.bindStore('store one')
    const fields = () => server.command('hgetall', `{${namespace}}queue`)
    const before = await fields()
    await server.command('del', `{${namespace}}queue`)
    await expect.poll(fields, WAIT).toBe(before)
  })

  test('needs a whale of its own to be consumed', async () => {
    const journal = await journals.open(server.url, { namespace: journals.newNamespace() })
    const { consumer } = await journals.whale(server.url, new Applied(), {
      ...{ namespace: journals.newNamespace(), address: 'http://a' },
    })
    await expect(journal.consume(consumer)).rejects.toThrow('only appends')
  })
})

describe('what a partition holds', () => {
  test('is bounded in records', async () => {
    const namespace = journals.newNamespace()
    const journal = await journals.open(server.url, { namespace, partitions: 2, mostRecords: 3 })
    const append = (partition: number) => journal.append(partition, textRecord('record'))
    const sequences = [await append(0), await append(0), await append(0)]
    const refused = {
      code: 'queue_full',
      message: expect.stringMatching(/^The queue is full: partition 0 holds 3 records/),
    }
    await expect(append(0)).rejects.toMatchObject(refused)
    await append(1)
    await journal.trim(0, sequences[0]!)
    expect(await append(0)).toBeGreaterThan(sequences[2]!)
    await expect(append(0)).rejects.toMatchObject(refused)
  })

  test('is bounded in bytes, exactly, through trims; one record is always taken', async () => {
    const namespace = journals.newNamespace()
    const journal = await journals.open(server.url, { namespace, partitions: 1, mostBytes: 1_000 })
    const append = (bytes: number) => journal.append(0, { bytes: Buffer.alloc(bytes, 'x') })
    const large = await append(5_000)
    expect(await journal.stats()).toEqual({ bytes: 5_000, records: 1, segments: 1 })
    await expect(append(0)).rejects.toMatchObject({ code: 'queue_full' })
    await journal.trim(0, large)
    expect(await journal.stats()).toEqual({ bytes: 0, records: 0, segments: 1 })
    const sequences = [await append(600), await append(300), await append(100)]
    await expect(append(1)).rejects.toMatchObject({ code: 'queue_full' })
    await journal.trim(0, sequences[0]! - 1)
    expect(await journal.stats()).toEqual({ bytes: 1_000, records: 3, segments: 1 })
    await journal.trim(0, sequences[1]!)
    await journal.trim(0, sequences[0]!)
    expect(await journal.stats()).toEqual({ bytes: 100, records: 1, segments: 1 })
    await append(900)
    await expect(append(1)).rejects.toMatchObject({ code: 'queue_full' })
  })

  test('may be records of 16 MiB, one after the other', async () => {
    const [namespace, applied] = [journals.newNamespace(), new Applied()]
    const whale = await journals.whale(server.url, applied, { namespace, partitions: 1, address: 'http://a' })
    const texts = ['a', 'b', 'c'].map(letter => letter.repeat(16 * 1024 * 1024))
    await Promise.all(texts.map(text => whale.journal.append(0, { bytes: Buffer.from(text) })))
    await expect.poll(() => applied.of(0).texts.length, WAIT).toBe(3)
    expect(applied.of(0).texts.map(text => `${text[0]} ${text.length}`)).toEqual(
      texts.map(text => `${text[0]} ${text.length}`),
    )
    await expect(whale.journal.append(0, { bytes: Buffer.alloc(65 * 1024 * 1024) })).rejects.toMatchObject({
      code: 'body_too_large',
    })
  }, 60_000)

  test('trimmed late, by one who has it no more, is what the stores have anyway', async () => {
    const [namespace, applied] = [journals.newNamespace(), new Applied()]
    const hail = await journals.open(server.url, { namespace, partitions: 1 })
    const sequences = [
      await hail.append(0, textRecord('a')),
      await hail.append(0, textRecord('b')),
      await hail.append(0, textRecord('c')),
    ]
    applied.of(0).through = sequences[1]!
    await hail.trim(0, sequences[0]!)
    await hail.trim(0, sequences[1]!)
    await hail.trim(0, sequences[0]!)
    const whale = await journals.whale(server.url, applied, { namespace, address: 'http://a' })
    await expect.poll(() => applied.of(0).texts, WAIT).toEqual(['c'])
    await expect.poll(() => whale.consumer.caughtUpAt.get(0), WAIT).toBe(sequences[2])
  })

  test('all trimmed: caught up at once, through the last sequence that was given', async () => {
    const [namespace, applied] = [journals.newNamespace(), new Applied()]
    const hail = await journals.open(server.url, { namespace, partitions: 1 })
    const sequence = await hail.append(0, textRecord('a'))
    await hail.trim(0, sequence)
    const whale = await journals.whale(server.url, applied, { namespace, address: 'http://a' })
    await expect.poll(() => whale.consumer.caughtUpAt.get(0), WAIT).toBe(sequence)
    const next = await hail.append(0, textRecord('b'))
    expect(next).toBeGreaterThan(sequence)
    await expect.poll(() => applied.of(0).texts, WAIT).toEqual(['b'])
  })
})

describe('appends', () => {
  test('keep their order when Redis forgets its scripts, and have sequences of this year', async () => {
    const journal = await journals.open(server.url, { namespace: journals.newNamespace(), partitions: 1 })
    const sequences: number[] = []
    for (let round = 0; round < 5; round++) {
      const appends = Array.from({ length: 50 }, () => journal.append(0, textRecord('a')))
      await server.command('script', 'flush')
      sequences.push(...(await Promise.all(appends)))
    }
    expect(sequences).toEqual([...new Set(sequences)].sort((a, b) => a - b))
    const sinceMs = Date.now() - Date.UTC(2026, 0, 1)
    expect(Math.abs(sequences.at(-1)! / 64 - sinceMs)).toBeLessThan(60_000)
  })

  test('to a Redis without memory are refused as to a full queue; leases and trims go on', async () => {
    const small = await startAnother()
    const [namespace, applied] = [journals.newNamespace(), new Applied()]
    const whale = await journals.whale(small.url, applied, { namespace, partitions: 2, address: 'http://a' })
    await expect.poll(() => whale.consumer.has.size, WAIT).toBe(2)
    const sequence = await whale.journal.append(0, textRecord('a'))
    await small.command('config', 'set', 'maxmemory', '1mb')
    await expect(whale.journal.append(0, textRecord('b'))).rejects.toMatchObject({
      code: 'queue_full',
      message: expect.stringContaining('maxmemory'),
    })
    const another = await journals.whale(small.url, applied, { namespace, address: 'http://b' })
    await expect.poll(() => another.consumer.has.size, WAIT).toBe(1)
    await whale.journal.trim(0, sequence)
    expect((await whale.journal.stats()).records).toBe(0)
    expect(whale.troubles).toEqual([])
    await small.command('config', 'set', 'maxmemory', '0')
    await whale.journal.append(0, textRecord('c'))
  })

  test('to a partition that there is none, or before it is open, or after it is closed, are refused', async () => {
    const namespace = journals.newNamespace()
    const closed = journals.make(server.url, { namespace, partitions: 2 })
    await expect(closed.append(0, textRecord('a'))).rejects.toMatchObject(unavailable(/not open/))
    await closed.open()
    await expect(closed.append(2, textRecord('a'))).rejects.toThrow(RangeError)
    await closed.close()
    await expect(closed.append(0, textRecord('a'))).rejects.toMatchObject(unavailable(/not open/))
  })
})

describe('what the configured Redis can lose', () => {
  test.each([
    ['synced before each answer', ['--appendonly', 'yes', '--appendfsync', 'always'], 'fdatasync', null],
    ['synced once a second', ['--appendonly', 'yes'], 'everysec', /last seconds \(appendfsync everysec\)$/],
    [
      ...(['when the system likes', ['--appendonly', 'yes', '--appendfsync', 'no'], 'memory'] as const),
      /appendfsync no/,
    ],
    ['not kept', ['--appendonly', 'no'], 'memory', /appendonly no/],
    [
      ...(['evicted', ['--maxmemory', '1gb', '--maxmemory-policy', 'allkeys-lru'], 'memory'] as const),
      /should be noeviction/,
    ],
  ] as const)('%s', async (_name, flags, durability, risk) => {
    const configured = await startAnother(...flags)
    const journal = await journals.open(configured.url, { partitions: 2 })
    expect(journal.durability).toBe(durability)
    if (risk === null) expect(journal.risk).toBe(null)
    else expect(journal.risk).toMatch(risk)
  })
})
