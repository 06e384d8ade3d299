/**
 * What every store must do, whatever it is made of: the port's promises (src/store/store.ts), each as a test, and random
 * operations side by side with the memory store, which is the reference model.
 */
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { MemoryStore } from '../../src/store/memory/memory-store.js'
import type { Cell, Change, MemberRange, Store } from '../../src/store/store.js'

/** A store under test. */
export interface StoreSubject {
  /** A new, empty store, not yet open. */
  create(): Promise<Store>
  /** Another store object over what `store`, now closed, holds; the same object where nothing outlives it. */
  reopen(store: Store): Promise<Store>
  /** Removes what `create` made; the store is closed. */
  destroy(store: Store): Promise<void>
}

type Seen = readonly (readonly [member: string, value: string, through: number])[]

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const hex = (data: Uint8Array): string => Buffer.from(data).toString('hex')
const GROUP = Uint8Array.of(0x10, 1, 2)
const cellOf = (member: string, value: string, through = 1, group = GROUP): Change => ({
  group,
  member: bytes(member),
  value: bytes(value),
  through,
})

async function seen(store: Store, group: Uint8Array, range: MemberRange = {}): Promise<Seen> {
  const cells: [string, string, number][] = []
  await store.scan(group, range, (member, value, through) => {
    cells.push([hex(member), hex(value), through])
  })
  return cells
}

const names = async (store: Store, range: MemberRange = {}): Promise<string[]> =>
  (await seen(store, GROUP, range)).map(([member]) => Buffer.from(member, 'hex').toString())

const plain = (cells: readonly (Cell | undefined)[]): unknown[] =>
  cells.map(cell => cell && [hex(cell.value), cell.through])

/** Declares the suite for one store. */
export function storeSuite(name: string, subject: StoreSubject): void {
  describe(name, () => {
    let store: Store

    beforeEach(async () => {
      store = await subject.create()
      await store.open()
    })

    afterEach(async () => {
      await store.close()
      await subject.destroy(store)
    })

    const reopened = async (): Promise<void> => {
      await store.close()
      store = await subject.reopen(store)
      await store.open()
    }

    describe('read and write', () => {
      test('answers one cell for each address, in order, undefined where there is none', async () => {
        await store.write([cellOf('b', 'two', 2 ** 48 - 1), cellOf('a', '', 0), cellOf('', 'empty', 2 ** 32)])
        const addresses = ['a', 'missing', 'b', '', 'a'].map(member => ({
          group: GROUP,
          member: bytes(member),
        }))
        const expected = [
          ['', 0],
          undefined,
          [hex(bytes('two')), 2 ** 48 - 1],
          [hex(bytes('empty')), 2 ** 32],
          ['', 0],
        ]
        expect(plain(await store.read(addresses))).toEqual(expected)
        await reopened()
        expect(plain(await store.read(addresses))).toEqual(expected)
        expect(await store.read([])).toEqual([])
      })

      test('overwrites, removes, and the last of several changes to one address stands', async () => {
        await store.write([cellOf('a', '1'), cellOf('b', '1'), cellOf('c', '1')])
        await store.write([
          { ...cellOf('a', ''), value: null },
          cellOf('b', '2', 9),
          { ...cellOf('c', ''), value: null },
          cellOf('c', '3', 8),
          cellOf('d', '4'),
          { ...cellOf('d', ''), value: null },
          { ...cellOf('never there', ''), value: null },
        ])
        expect(await seen(store, GROUP)).toEqual([
          [hex(bytes('b')), hex(bytes('2')), 9],
          [hex(bytes('c')), hex(bytes('3')), 8],
        ])
        await store.write([])
      })

      test('copies what it is given, and what it gives', async () => {
        const change = cellOf('a', 'same')
        const written = store.write([change])
        change.value!.fill(0)
        change.member.fill(0)
        await written
        const address = { group: GROUP, member: bytes('a') }
        const [first] = await store.read([address])
        await store.write([cellOf('a', 'else')])
        await store.read([address])
        expect(Buffer.from(first!.value).toString()).toBe('same')
        first!.value.fill(0)
        expect(plain(await store.read([address]))).toEqual([[hex(bytes('else')), 1]])
      })

      test('keeps large members, large groups and large values', async () => {
        const large = {
          group: Uint8Array.of(0x77, ...new Uint8Array(63).fill(255)),
          member: new Uint8Array(1024).fill(255),
        }
        const sizes = [0, 1, 100, 4000, 16_384, 20_000, 70_000, 1_000_000]
        for (const size of sizes) {
          const value = new Uint8Array(size).map((_, i) => (i * 31) % 251)
          await store.write([{ ...large, value, through: size }])
          const [cell] = await store.read([large])
          expect(cell!.through).toBe(size)
          expect(Buffer.compare(cell!.value, value)).toBe(0)
          expect(await seen(store, large.group)).toEqual([[hex(large.member), hex(value), size]])
        }
      })

      test('views of a larger buffer are taken as they are', async () => {
        const around = Buffer.from('xxGxxmembervaluexx')
        const group = Uint8Array.of(0x20)
        await store.write([
          { group, member: around.subarray(5, 11), value: around.subarray(11, 16), through: 4 },
        ])
        expect(await seen(store, group)).toEqual([[hex(bytes('member')), hex(bytes('value')), 4]])
      })

      test('refuses addresses that the port forbids, and changes nothing', async () => {
        const value = bytes('v')
        await store.write([cellOf('a', '1')])
        const wrong = [
          { group: new Uint8Array(0), member: bytes('a') },
          { group: Uint8Array.of(0, 1), member: bytes('a') },
          { group: Uint8Array.of(0xff, 1), member: bytes('a') },
          { group: new Uint8Array(65).fill(1), member: bytes('a') },
          { group: Uint8Array.of(0x10, 1), member: bytes('a') },
          { group: GROUP, member: new Uint8Array(1025) },
        ]
        for (const address of wrong) {
          await expect(store.write([cellOf('b', '2'), { ...address, value, through: 1 }])).rejects.toThrow(
            RangeError,
          )
        }
        expect(await names(store)).toEqual(['a'])
      })
    })

    describe('scan', () => {
      const members = ['', 'a', 'a\0', 'a\0b', 'aa', 'ab', 'b', 'é', '…', '\u{1f433}']

      beforeEach(async () => {
        const next = Uint8Array.of(0x10, 1, 3)
        const before = Uint8Array.of(0x10, 1, 1)
        const around = [before, next].map(group => cellOf('a', 'x', 1, group))
        await store.write([
          ...around,
          ...[...members].reverse().map((member, i) => cellOf(member, String(i))),
        ])
      })

      test('visits a group in byte order, each member once, and no neighbour', async () => {
        expect(await names(store)).toEqual(members)
        await reopened()
        expect(await names(store)).toEqual(members)
        expect(await seen(store, Uint8Array.of(0x10, 9, 9))).toEqual([])
      })

      test('by prefix, after and limit, and all of them', async () => {
        expect(await names(store, { prefix: bytes('a') })).toEqual(['a', 'a\0', 'a\0b', 'aa', 'ab'])
        expect(await names(store, { prefix: bytes('zz') })).toEqual([])
        expect(await names(store, { after: bytes('a') })).toEqual(members.slice(2))
        expect(await names(store, { after: bytes('') })).toEqual(members.slice(1))
        expect(await names(store, { after: bytes('ac') })).toEqual(members.slice(6))
        expect(await names(store, { after: new Uint8Array(1024).fill(255) })).toEqual([])
        expect(await names(store, { limit: 3 })).toEqual(members.slice(0, 3))
        expect(await names(store, { limit: 0 })).toEqual([])
        expect(await names(store, { prefix: bytes('a'), after: bytes('a\0b') })).toEqual(['aa', 'ab'])
        expect(await names(store, { prefix: bytes('b'), after: bytes('a') })).toEqual(['b'])
        expect(await names(store, { prefix: bytes('a'), after: bytes('b') })).toEqual([])
        expect(await names(store, { prefix: bytes('a'), after: bytes('a'), limit: 2 })).toEqual([
          'a\0',
          'a\0b',
        ])
      })

      test('works for groups and prefixes of 0xFF', async () => {
        const group = Uint8Array.of(0xfe, 0xff)
        const full = Uint8Array.of(0xff, 0xff)
        await store.write([{ group, member: full, value: bytes('v'), through: 1 }])
        expect(await seen(store, group)).toHaveLength(1)
        expect(await seen(store, group, { prefix: full })).toHaveLength(1)
        expect(await seen(store, group, { prefix: full, after: full })).toHaveLength(0)
      })

      test('throws on what the visitor throws, and works again', async () => {
        const visitor = (): void => {
          throw new Error('enough')
        }
        await expect(store.scan(GROUP, {}, visitor)).rejects.toThrow('enough')
        expect(await names(store)).toEqual(members)
      })

      test('pages through a large group while it is written to', async () => {
        const group = Uint8Array.of(0x30)
        const count = 20_000
        const digits = (i: number): string => String(i).padStart(6, '0')
        const changes = Array.from({ length: count }, (_, i) => cellOf(digits(i), 'old', 1, group))
        await store.write(changes)
        const values = new Map<string, string>()
        const scanning = store.scan(group, {}, (member, value, through) => {
          values.set(Buffer.from(member).toString(), `${Buffer.from(value).toString()} ${through}`)
        })
        await Promise.all([
          store.write(changes.map(c => ({ ...c, value: bytes('newer'), through: 2 }))),
          scanning,
        ])
        expect([...values.keys()]).toEqual(changes.map((_, i) => digits(i)))
        expect(
          [...new Set(values.values())].filter(value => value !== 'old 1' && value !== 'newer 2'),
        ).toEqual([])
        const pages: string[] = []
        for (;;) {
          const after = pages.length === 0 ? {} : { after: bytes(pages[pages.length - 1]!) }
          const page = await seen(store, group, { ...after, limit: 7000 })
          if (page.length === 0) break
          pages.push(...page.map(([member]) => Buffer.from(member, 'hex').toString()))
        }
        expect(pages).toHaveLength(count)
      })
    })

    describe('drop', () => {
      test('removes the groups from one bound up to the other', async () => {
        const groups = [1, 2, 3, 4].map(i => Uint8Array.of(0x10, i, 0))
        const other = Uint8Array.of(0x20)
        await store.write(
          [...groups, other].flatMap(group => [cellOf('', 'x', 1, group), cellOf('b', 'x', 1, group)]),
        )
        const left = async (): Promise<number[]> => {
          const counts = await Promise.all([...groups, other].map(group => seen(store, group)))
          return counts.map(cells => cells.length)
        }
        await store.drop(Uint8Array.of(0x10, 2, 0), Uint8Array.of(0x10, 2, 0))
        await store.drop(Uint8Array.of(0x10, 3, 0), Uint8Array.of(0x10, 2, 0))
        expect(await left()).toEqual([2, 2, 2, 2, 2])
        await store.drop(Uint8Array.of(0x10, 2), Uint8Array.of(0x10, 3))
        expect(await left()).toEqual([2, 0, 2, 2, 2])
        await store.drop(Uint8Array.of(0x10), Uint8Array.of(0x10, 3, 1))
        expect(await left()).toEqual([0, 0, 0, 2, 2])
        await store.drop(Uint8Array.of(0x10), Uint8Array.of(0x11))
        expect(await left()).toEqual([0, 0, 0, 0, 2])
        await expect(store.drop(Uint8Array.of(), Uint8Array.of(0x11))).rejects.toThrow(RangeError)
        await expect(store.drop(Uint8Array.of(0x10), Uint8Array.of(0x10, 1, 0, 0))).rejects.toThrow(
          RangeError,
        )
      })

      test('removes tens of thousands of cells', async () => {
        const changes = Array.from({ length: 25_000 }, (_, i) =>
          cellOf(String(i), 'x', 1, Uint8Array.of(0x10, i % 3, 0)),
        )
        await store.write(changes)
        await store.drop(Uint8Array.of(0x10), Uint8Array.of(0x10, 2))
        const left = await Promise.all([0, 1, 2].map(i => seen(store, Uint8Array.of(0x10, i, 0))))
        expect(left.map(cells => cells.length)).toEqual([0, 0, 8333])
      })
    })

    describe('starts', () => {
      const startsOf = async (from: Uint8Array, until: Uint8Array, length: number): Promise<string[]> => {
        const starts = new Set<string>()
        for await (const start of store.starts(from, until, length)) starts.add(hex(start))
        return [...starts].sort()
      }

      test('says how the groups of a range begin', async () => {
        const groups = [[0x10, 1, 0], [0x10, 1, 255], [0x10, 2, 0], [0x10, 255, 255], [0x20], [0x30, 9]]
        await store.write(
          groups.flatMap(group => [
            cellOf('a', 'x', 1, Uint8Array.from(group)),
            { ...cellOf('b', 'x', 1, Uint8Array.from(group)), expiresAtMs: Date.now() + 600_000 },
          ]),
        )
        const [from, until] = [Uint8Array.of(0x10), Uint8Array.of(0x11)]
        expect(await startsOf(from, until, 1)).toEqual(['10'])
        expect(await startsOf(from, until, 2)).toEqual(['1001', '1002', '10ff'])
        expect(await startsOf(from, until, 3)).toEqual(['100100', '1001ff', '100200', '10ffff'])
        expect(await startsOf(from, Uint8Array.of(0x30), 1)).toEqual(['10', '20'])
        expect(await startsOf(Uint8Array.of(0x10, 1, 1), Uint8Array.of(0x10, 255), 3)).toEqual([
          '1001ff',
          '100200',
        ])
        expect(await startsOf(until, Uint8Array.of(0x20), 1)).toEqual([])
        await store.write(
          ['a', 'b']
            .map(member => ({ ...cellOf(member, '', 2), group: Uint8Array.of(0x20) }))
            .map(change => ({ ...change, value: null })),
        )
        expect(await startsOf(from, Uint8Array.of(0x40), 1)).toEqual(['10', '30'])
      })

      test('of a thousand groups, while the store is written', async () => {
        const groups = Array.from({ length: 1000 }, (_, i) => Uint8Array.of(0x10, i >> 8, i & 255))
        await store.write(groups.map(group => cellOf('a', 'x', 1, group)))
        const found = new Set<string>()
        for await (const start of store.starts(Uint8Array.of(0x10), Uint8Array.of(0x11), 3)) {
          if (found.size % 100 === 0) await store.write([cellOf('b', 'x', 1, Uint8Array.from(start))])
          found.add(hex(start))
        }
        expect(found.size).toBe(1000)
      })
    })

    describe('opening and closing', () => {
      test('a closed store refuses everything, and opens again', async () => {
        await store.write([cellOf('a', '1')])
        await store.close()
        await store.close()
        const calls = [
          () => store.read([{ group: GROUP, member: bytes('a') }]),
          () => store.scan(GROUP, {}, () => undefined),
          () => store.write([cellOf('b', '2')]),
          () => store.drop(Uint8Array.of(1), Uint8Array.of(2)),
          () => store.sizeBytes(),
        ]
        for (const call of calls) await expect(call()).rejects.toMatchObject({ code: 'unavailable' })
        store = await subject.reopen(store)
        await store.open()
        expect(await names(store)).toEqual(['a'])
      })

      test('a store that was never opened refuses', async () => {
        const fresh = await subject.create()
        await expect(fresh.write([cellOf('b', '2')])).rejects.toMatchObject({ code: 'unavailable' })
        await subject.destroy(fresh)
      })

      test('close waits for what is under way', async () => {
        const changes = Array.from({ length: 5000 }, (_, i) => cellOf(String(i).padStart(5, '0'), 'x'))
        const write = store.write(changes)
        await store.close()
        await write
        store = await subject.reopen(store)
        await store.open()
        expect(await names(store)).toHaveLength(5000)
        const scan = names(store)
        const closed = store.close()
        expect(await scan).toHaveLength(5000)
        await closed
        await store.open()
      })

      test('says how large it is', async () => {
        expect(await store.sizeBytes()).toBeGreaterThanOrEqual(0)
        await store.write(Array.from({ length: 5000 }, (_, i) => cellOf(`${i}`, 'some value')))
        expect(await store.sizeBytes()).toBeGreaterThan(50_000)
      })
    })

    test('writes that overlap all arrive, and a read after its write sees it', async () => {
      const writers = Array.from({ length: 20 }, async (_, w) => {
        for (let round = 0; round < 10; round++) {
          const mine = cellOf(`${w}`, `${round}`, round)
          await store.write([mine, cellOf(`${w}/${round}`, 'x')])
          expect(plain(await store.read([mine]))).toEqual([[hex(bytes(`${round}`)), round]])
        }
      })
      await Promise.all(writers)
      expect(await names(store)).toHaveLength(220)
    })

    test('does what the memory store does', async () => {
      const byte = fc.constantFrom(0, 1, 2, 127, 255)
      const group = fc
        .tuple(fc.constantFrom(0x10, 0x11, 0x20), byte)
        .map(([table, sub]) => Uint8Array.of(table, sub))
      const member = fc.array(byte, { maxLength: 3 }).map(list => Uint8Array.from(list))
      const change = fc.record({
        group,
        member,
        value: fc.option(fc.uint8Array({ maxLength: 8 }), { freq: 4 }),
        through: fc.integer({ min: 0, max: 2 ** 48 - 1 }),
      })
      const range = fc.record({ prefix: member, after: member, limit: fc.nat(5) }, { requiredKeys: [] })
      const bound = fc.oneof(
        group,
        fc.constantFrom(0x10, 0x11, 0x20, 0x21).map(table => Uint8Array.of(table)),
      )
      const operation = fc.oneof(
        { weight: 3, arbitrary: fc.record({ write: fc.array(change, { maxLength: 8 }) }) },
        { weight: 3, arbitrary: fc.record({ scan: group, range }) },
        {
          weight: 2,
          arbitrary: fc.record({ read: fc.array(fc.record({ group, member }), { maxLength: 4 }) }),
        },
        { weight: 1, arbitrary: fc.record({ from: bound, until: bound }) },
        { weight: 1, arbitrary: fc.constant('reopen' as const) },
      )
      await fc.assert(
        fc.asyncProperty(fc.array(operation, { maxLength: 25 }), async operations => {
          const model = new MemoryStore()
          await model.open()
          await store.drop(Uint8Array.of(0x10), Uint8Array.of(0x21))
          for (const step of operations) {
            if (step === 'reopen') await reopened()
            else if ('write' in step) await Promise.all([store, model].map(one => one.write(step.write)))
            else if ('read' in step)
              expect(plain(await store.read(step.read))).toEqual(plain(await model.read(step.read)))
            else if ('scan' in step) {
              expect(await seen(store, step.scan, step.range)).toEqual(
                await seen(model, step.scan, step.range),
              )
            } else await Promise.all([store, model].map(one => one.drop(step.from, step.until)))
          }
        }),
        { numRuns: 60 },
      )
    })
  })
}
