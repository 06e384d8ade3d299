/** Group commit: what a request, a job and a failing journal may count on. What becomes of batches is played by hand. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { CountEvent } from '../model/event.js'
import { type Batch, BatchBuilder, Interner } from '../rollup/batch.js'
import { type Commitment, type CommitOutcome, NOTHING_ODD } from './commitment.js'
import { Committer } from './committer.js'

const NOW_MS = 1_770_000_000_000

/** A batch whose fate is not decided yet. */
interface Pending {
  readonly batch: Batch
  readonly names: readonly string[]
  /** Makes it durable; it is applied too, unless `later`. */
  readonly accept: (later?: 'later') => void
  readonly apply: (outcome?: CommitOutcome) => void
  readonly fail: (error: Error) => void
}

/** Commits that wait for the test. */
class HandJournal {
  readonly all: Pending[] = []
  /** Accepts and applies each batch at once. */
  isEasy = false

  readonly commit = (batch: Batch): Commitment => {
    let resolveDurable: () => void = () => undefined
    let resolveApplied: (outcome: CommitOutcome) => void = () => undefined
    let fail: (error: Error) => void = () => undefined
    const durable = new Promise<void>((resolve, reject) => {
      resolveDurable = resolve
      fail = reject
    })
    const outcome = new Promise<CommitOutcome>(resolve => {
      resolveApplied = resolve
    })
    const apply = (outcome: CommitOutcome = NOTHING_ODD): void => resolveApplied(outcome)
    const accept = (later?: 'later'): void => {
      resolveDurable()
      if (!later) apply()
    }
    this.all.push({ batch, names: namesOf(batch), accept, apply, fail })
    if (this.isEasy) accept()
    return { durable, applied: durable.then(() => outcome) }
  }
}

/** The key of each entry. */
function namesOf(batch: Batch): string[] {
  return Array.from({ length: batch.count }, (_, e) =>
    batch.interner.nodes.nameOf(batch.leaves[e === 0 ? 0 : batch.leafEnd[e - 1]!]!),
  )
}

function event(name: string, id?: string): CountEvent {
  const plain = { key: [name], paths: [], metrics: new Map([['hits', 1]]), atMs: NOW_MS }
  return id === undefined ? plain : { ...plain, id }
}

function setUp(): { journal: HandJournal; committer: Committer } {
  const journal = new HandJournal()
  const committer = new Committer({ commit: journal.commit, now: () => NOW_MS, internerBytes: 2 ** 20 })
  return { journal, committer }
}

/** Everything that can happen without the test has happened. */
async function settle(): Promise<void> {
  for (let i = 0; i < 5; i++) await new Promise(resolve => setImmediate(resolve))
}

/** Notes in `log` when and how a promise ends. */
function note(log: string[], name: string, promise: Promise<unknown>): void {
  promise.then(
    () => log.push(name),
    error => log.push(`${name}: ${error.message}`),
  )
}

/** Adds an entry in the way that the fast scanner does. */
function fillWith(names: readonly string[], answer = true): (builder: BatchBuilder) => boolean {
  return builder => {
    for (const name of names) {
      builder.leaf(builder.interner.key([name]))
      builder.value(1)
      builder.entry(1, builder.interner.shapes.intern(['hits']))
    }
    return answer
  }
}

describe('group commit', () => {
  test('what comes while a batch is on its way goes out in the next, together', async () => {
    const { journal, committer } = setUp()
    const log: string[] = []
    note(log, 'a', committer.count([event('a')]))
    await settle()
    note(log, 'b', committer.count([event('b'), event('b')]))
    note(log, 'c', committer.count([event('c')]))
    await settle()
    expect(journal.all.map(({ names }) => names)).toEqual([['a']])
    expect(committer.waiting).toBe(3)
    journal.all[0]!.accept()
    await settle()
    expect(log).toEqual(['a'])
    expect(journal.all[1]!.names).toEqual(['b', 'b', 'c'])
    journal.all[1]!.accept()
    await settle()
    expect(log).toEqual(['a', 'b', 'c'])
    expect(committer.waiting).toBe(0)
  })

  test('a request is answered when it is applied, not when it is durable', async () => {
    const { journal, committer } = setUp()
    const log: string[] = []
    note(log, 'a', committer.count([event('a')]))
    await settle()
    journal.all[0]!.accept('later')
    await settle()
    expect(log).toEqual([])
    journal.all[0]!.apply()
    await settle()
    expect(log).toEqual(['a'])
  })

  test('only so many batches may be durable and not applied', async () => {
    const { journal, committer } = setUp()
    for (let i = 0; i < 8; i++) {
      committer.count([event(`${i}`)]).catch(() => undefined)
      await settle()
      journal.all[i]?.accept('later')
    }
    await settle()
    expect(journal.all).toHaveLength(4)
    journal.all[0]!.apply()
    await settle()
    expect(journal.all).toHaveLength(5)
    expect(journal.all[4]!.names).toEqual(['4', '5', '6', '7'])
  })

  test('no events are nothing to commit', async () => {
    const { journal, committer } = setUp()
    expect(await committer.count([])).toEqual({ counted: 0, duplicates: 0, overflowed: 0 })
    await settle()
    expect(journal.all).toEqual([])
  })

  test('each request hears of its own duplicates and overflows', async () => {
    const { journal, committer } = setUp()
    const answers = [
      committer.count([event('a', '1'), event('a', '2'), event('a')]),
      committer.count([event('b'), event('b')], 'request'),
      committer.count([event('c'), event('c', '3')], 'other'),
    ]
    await settle()
    const { batch, accept, apply } = journal.all[0]!
    accept('later')
    const duplicate = Uint8Array.from({ length: batch.count }, (_, e) => ([1, 3, 4, 6].includes(e) ? 1 : 0))
    apply({ duplicate, overflowed: new Set([0, 5]) })
    expect(await Promise.all(answers)).toEqual([
      { counted: 2, duplicates: 1, overflowed: 1 },
      { counted: 0, duplicates: 2, overflowed: 0 },
      { counted: 1, duplicates: 1, overflowed: 1 },
    ])
  })
})

test('whatever comes, in whatever way: in order, all or none, no request split', async () => {
  const request = fc.record({
    size: fc.integer({ min: 1, max: 4 }),
    how: fc.constantFrom('events', 'filled', 'filled and refused', 'job', 'wait'),
    fate: fc.constantFrom('accept', 'accept', 'fail'),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(request, { maxLength: 30 }), async requests => {
      const { journal, committer } = setUp()
      let decided = 0
      const decide = (): void => {
        while (decided < journal.all.length) {
          const { fate } = requests[decided % requests.length]!
          const pending = journal.all[decided++]!
          if (fate === 'accept') pending.accept()
          else pending.fail(new Error('no'))
        }
      }
      const expected: { names: string[]; answer: Promise<string> }[] = []
      for (const [i, { size, how }] of requests.entries()) {
        const names = Array.from({ length: size }, (_, e) => `${i} ${e}`)
        if (how === 'wait') await settle()
        if (how === 'wait') decide()
        if (how === 'job') {
          const seen = expected.length
          committer.exclusive(async () => {
            const before = expected.slice(0, seen).flatMap(one => one.names)
            expect(journal.all.flatMap(one => one.names)).toEqual(before)
          })
        }
        const fill = fillWith(names, how === 'filled')
        const made = how.startsWith('filled')
          ? committer.countFilled(fill)
          : how === 'events'
            ? committer.count(names.map(name => event(name)))
            : undefined
        if (how === 'filled and refused') expect(made).toBeUndefined()
        if (!made) continue
        const answer = made.then(({ counted }) => `${counted}`).catch(error => error.message)
        expected.push({ names, answer })
      }
      const drained = committer.drain()
      for (let i = 0; i < 2 * requests.length + 3; i++) {
        await settle()
        decide()
      }
      await drained
      expect(journal.all.flatMap(({ names }) => names)).toEqual(expected.flatMap(({ names }) => names))
      for (const { names, answer } of expected) {
        const index = journal.all.findIndex(one => one.names.includes(names[0]!))
        expect(names.every(name => journal.all[index]!.names.includes(name))).toBe(true)
        const { fate } = requests[index % requests.length]!
        expect(await answer).toBe(fate === 'accept' ? `${names.length}` : 'no')
      }
      expect(committer.waiting).toBe(0)
    }),
    { numRuns: 25 },
  )
})

describe('a failed append', () => {
  test('rejects the requests of its batch, and the next batch goes on', async () => {
    const { journal, committer } = setUp()
    const log: string[] = []
    note(log, 'a', committer.count([event('a')]))
    note(log, 'b', committer.count([event('b')]))
    await settle()
    note(log, 'c', committer.count([event('c')]))
    journal.all[0]!.fail(new Error('disk full'))
    await settle()
    expect(log).toEqual(['a: disk full', 'b: disk full'])
    journal.all[1]!.accept()
    await settle()
    expect(log.slice(2)).toEqual(['c'])
  })

  test('does not use up the room for batches that are not applied', async () => {
    const { journal, committer } = setUp()
    for (let i = 0; i < 10; i++) {
      committer.count([event(`${i}`)]).catch(() => undefined)
      await settle()
      journal.all[i]!.fail(new Error('no'))
      await settle()
    }
    expect(journal.all).toHaveLength(10)
    await committer.drain()
  })
})

describe('an exclusive job', () => {
  test('starts when all before it is applied, and nothing after it is appended until it ends', async () => {
    const { journal, committer } = setUp()
    const log: string[] = []
    let end: () => void = () => undefined
    note(log, 'before', committer.count([event('before')]))
    const job = committer.exclusive(async () => {
      log.push('job starts')
      await new Promise<void>(resolve => {
        end = resolve
      })
      return 'done'
    })
    note(log, 'after', committer.count([event('after')]))
    await settle()
    journal.all[0]!.accept('later')
    await settle()
    expect(log).toEqual([])
    journal.all[0]!.apply()
    await settle()
    expect(log.toSorted()).toEqual(['before', 'job starts'])
    expect(journal.all).toHaveLength(1)
    end()
    expect(await job).toBe('done')
    await settle()
    expect(journal.all[1]!.names).toEqual(['after'])
  })

  test('commits batches of its own, and hears when they cannot be appended', async () => {
    const { journal, committer } = setUp()
    const job = committer.exclusive(async () => {
      const commit = (batch: Batch) => journal.commit(batch).applied
      const batch = (name: string): Batch => {
        const builder = new BatchBuilder(new Interner())
        fillWith([name])(builder)
        return builder.finish(NOW_MS)
      }
      const first = await commit(batch('own'))
      const second = await commit(batch('lost')).catch(error => error.message)
      return [first, second]
    })
    await settle()
    journal.all[0]!.accept()
    await settle()
    journal.all[1]!.fail(new Error('no'))
    expect(await job).toEqual([NOTHING_ODD, 'no'])
    expect(journal.all.map(({ names }) => names)).toEqual([['own'], ['lost']])
  })

  test('that fails rejects its own promise alone', async () => {
    const { journal, committer } = setUp()
    journal.isEasy = true
    const job = committer.exclusive(() => Promise.reject(new Error('broken')))
    const after = committer.count([event('after')])
    await expect(job).rejects.toThrow('broken')
    expect(await after).toMatchObject({ counted: 1 })
  })
})

describe('entries that are taken back', () => {
  test('are in no batch', async () => {
    const { journal, committer } = setUp()
    journal.isEasy = true
    expect(committer.countFilled(fillWith(['x'], false))).toBeUndefined()
    await settle()
    expect(journal.all).toEqual([])
    const kept = committer.countFilled(fillWith(['a', 'b']))
    expect(committer.countFilled(fillWith(['x', 'y'], false))).toBeUndefined()
    expect(await kept).toEqual({ counted: 2, duplicates: 0, overflowed: 0 })
    expect(journal.all.map(({ names }) => names)).toEqual([['a', 'b']])
  })

  test('are those of a filling that throws, too', async () => {
    const { journal, committer } = setUp()
    journal.isEasy = true
    const kept = committer.count([event('a')])
    const broken = (builder: BatchBuilder): boolean => {
      fillWith(['x', 'y'])(builder)
      builder.leaf(builder.interner.key(['z']))
      throw new Error('broken')
    }
    expect(() => committer.countFilled(broken)).toThrow('broken')
    const next = committer.count([event('b')])
    await Promise.all([kept, next])
    expect(journal.all.map(({ names }) => names)).toEqual([['a', 'b']])
    expect(committer.waiting).toBe(0)
  })
})

test('past a million waiting entries the answer is queue_full, until they are on their way', async () => {
  const { journal, committer } = setUp()
  const flood = (count: number) => (builder: BatchBuilder) => {
    const node = builder.interner.key(['flood'])
    const shape = builder.interner.shapes.intern(['hits'])
    for (let i = 0; i < count; i++) {
      builder.leaf(node)
      builder.value(1)
      builder.entry(1, shape)
    }
    return true
  }
  const answers = [committer.countFilled(flood(1_000_000)), committer.countFilled(flood(1))]
  expect(() => committer.count([event('a')])).toThrow(expect.objectContaining({ code: 'queue_full' }))
  expect(() => committer.countFilled(flood(1))).toThrow(expect.objectContaining({ code: 'queue_full' }))
  journal.isEasy = true
  expect((await Promise.all(answers)).map(answer => answer?.counted)).toEqual([1_000_000, 1])
  expect(await committer.count([event('a')])).toMatchObject({ counted: 1 })
})
