import { afterEach, describe, expect, test } from 'vitest'
import { textRecord } from '../../../test/conformance/journal-suite.js'
import { Applied } from '../../../test/support/queue-consumer.js'
import { QueueJournals, SHORT_TIMES, type TestWhale } from '../../../test/support/queue-journals.js'
import { RedisServer } from '../../../test/support/redis-servers.js'
import type { RedisJournal } from './redis-journal.js'

const journals = new QueueJournals()
const servers = new Set<RedisServer>()

afterEach(async () => {
  await journals.closeAll()
  for (const server of servers) await server.close()
  servers.clear()
})

async function start(...options: string[]): Promise<RedisServer> {
  const server = await RedisServer.start(...options)
  servers.add(server)
  return server
}

const WAIT = { timeout: 30_000, interval: 20 }
const has = (whale: TestWhale) => () => whale.consumer.has.size

/** Appends until it is taken. */
async function append(journal: RedisJournal, text: string): Promise<number> {
  let sequence = 0
  const appended = () =>
    journal.append(0, textRecord(text)).then(
      given => {
        sequence = given
        return true
      },
      error => {
        expect(error).toMatchObject({ code: 'unavailable' })
        return false
      },
    )
  await expect.poll(appended, WAIT).toBe(true)
  return sequence
}

describe('a Redis that is killed and started again', () => {
  test.each([
    ['with its append-only file has all that was acknowledged', true],
    ['without one has nothing, and gives no sequence twice', false],
  ])(
    '%s',
    async (_name, isKept) => {
      const server = await (isKept ? start() : start('--appendonly', 'no'))
      const [namespace, applied] = [journals.newNamespace(), new Applied()]
      const hail = await journals.open(server.url, { namespace, partitions: 2 })
      const { secret } = hail
      const sequences = [await append(hail, 'a0'), await append(hail, 'a1')]
      const whale = await journals.whale(server.url, applied, { namespace, address: 'http://a' })
      await expect.poll(has(whale), WAIT).toBe(2)
      const epochs = new Map(whale.consumer.has)
      for (let round = 0; round < 3; round++) {
        await server.restart()
        sequences.push(await append(hail, `b${round}`), await append(hail, `c${round}`))
        const { texts } = applied.of(0)
        await expect.poll(() => texts.at(-1), WAIT).toBe(`c${round}`)
      }
      const expected = ['a0', 'a1', 'b0', 'c0', 'b1', 'c1', 'b2', 'c2']
      expect(applied.of(0).texts).toEqual(expected)
      expect(sequences).toEqual([...new Set(sequences)].sort((a, b) => a - b))
      await expect.poll(has(whale), WAIT).toBe(2)
      if (!isKept) {
        await expect.poll(() => whale.consumer.has.get(0) ?? 0, WAIT).toBeGreaterThan(epochs.get(0)!)
        expect(whale.consumer.story.filter(line => line === 'revoked 0').length).toBeGreaterThan(0)
      }
      // Those that run make the queue again as it was, within a tick.
      const isThere = () => server.command('exists', `{${namespace}}queue`)
      await expect.poll(isThere, WAIT).toBe('1')
      const another = await journals.open(server.url, { namespace })
      expect(another.secret).toBe(secret)
      expect(another.partitions).toBe(2)
      expect(hail.durability).toBe(isKept ? 'fdatasync' : 'memory')
    },
    60_000,
  )

  test('without its last writes gives later sequences than those that were lost', async () => {
    const server = await start()
    const [namespace, applied] = [journals.newNamespace(), new Applied()]
    const whale = await journals.whale(server.url, applied, { namespace, partitions: 1, address: 'http://a' })
    await append(whale.journal, 'kept')
    await expect.poll(() => applied.of(0).texts, WAIT).toEqual(['kept'])
    await whale.journal.close()
    // As if it had given, and forgotten, sequences for the next minutes: its clock was put back.
    applied.of(0).through += 64 * 300_000
    const { through } = applied.of(0)
    const again = await journals.whale(server.url, applied, { namespace, address: 'http://a' })
    await expect.poll(() => again.consumer.caughtUpAt.get(0), WAIT).toBe(through)
    const hail = await journals.open(server.url, { namespace })
    expect(await append(hail, 'next')).toBe(through + 1)
    await expect.poll(() => applied.of(0).texts, WAIT).toEqual(['kept', 'next'])
  })
})

describe('a Redis that hangs', () => {
  test('longer than a lease: partitions are nobody’s, appends are refused, and both come back', async () => {
    const server = await start()
    const [namespace, applied] = [journals.newNamespace(), new Applied()]
    const hail = await journals.open(server.url, { namespace, partitions: 2 })
    const whale = await journals.whale(server.url, applied, { namespace, address: 'http://a' })
    await expect.poll(has(whale), WAIT).toBe(2)
    await expect.poll(() => hail.ownerOf(0), WAIT).toEqual({ address: 'http://a' })
    await server.kill('SIGSTOP')
    const stoppedMs = performance.now()
    await expect(hail.append(0, textRecord('lost'))).rejects.toMatchObject({ code: 'unavailable' })
    await expect.poll(() => performance.now() - stoppedMs > SHORT_TIMES.ttlMs, WAIT).toBe(true)
    expect([0, 1].map(partition => whale.journal.ownerOf(partition))).toEqual([null, null])
    expect([0, 1].map(partition => hail.ownerOf(partition))).toEqual([null, null])
    await expect.poll(has(whale), WAIT).toBe(0)
    await server.kill('SIGCONT')
    await append(hail, 'after')
    await expect.poll(() => applied.of(0).texts.at(-1), WAIT).toBe('after')
    await expect.poll(has(whale), WAIT).toBe(2)
    // Said once, however often it was tried.
    expect(new Set(whale.troubles).size).toBe(whale.troubles.length)
  }, 60_000)

  test('does not hold up the closing for long', async () => {
    const server = await start()
    const [namespace, applied] = [journals.newNamespace(), new Applied()]
    const whale = await journals.whale(server.url, applied, { namespace, partitions: 2, address: 'http://a' })
    await expect.poll(has(whale), WAIT).toBe(2)
    await server.kill('SIGSTOP')
    const startedMs = performance.now()
    await whale.journal.close()
    expect(performance.now() - startedMs).toBeLessThan(15_000)
    expect(whale.consumer.has.size).toBe(0)
    await server.kill('SIGCONT')
  }, 60_000)

  test('can be opened again after it could not', async () => {
    const server = await start()
    await server.kill('SIGKILL')
    const journal = journals.make(server.url, { namespace: journals.newNamespace() })
    await expect(journal.open()).rejects.toMatchObject({ code: 'unavailable' })
    expect(() => journal.risk).toThrow('not open')
    await server.restart()
    await journal.open()
    expect(journal.risk).toBe(null)
    expect(await append(journal, 'a')).toBeGreaterThan(0)
  })
})
