import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { HailWhaleError } from '../model/errors.js'
import { Hub, type Outlet, TICK_PERIOD_MS } from './hub.js'
import type { LiveSource } from './topic.js'

/** A world of named counters: the question is a name, the answer its value. */
class World implements LiveSource<string, { value: number; to: number }> {
  readonly values = new Map<string, number>()
  nowMs = 1_000_000
  versionNumber = 0
  asked = 0
  failing: HailWhaleError | null = null
  readonly wrong = new Set<string>()
  readonly held = new Map<string, Promise<void>>()
  widthMs = 1e9

  count(name: string, by = 1): void {
    this.values.set(name, (this.values.get(name) ?? 0) + by)
    this.versionNumber++
  }
  /** Lets nobody have the answer to a question until the answered function is called. */
  hold(name: string): () => void {
    let release = () => {}
    this.held.set(
      name,
      new Promise(resolve => {
        release = resolve
      }),
    )
    return release
  }
  identity(name: string): string {
    return name
  }
  async answer(name: string): Promise<{ value: number; to: number }> {
    this.asked++
    await this.held.get(name)
    if (this.failing) throw this.failing
    if (this.wrong.has(name)) throw new HailWhaleError('not_kept', 'no such bucket')
    return {
      value: this.values.get(name) ?? 0,
      to: Math.floor(this.nowMs / this.widthMs) * this.widthMs + this.widthMs,
    }
  }
  change(before: { value: number; to: number }, after: { value: number; to: number }): unknown {
    return before.value === after.value && before.to === after.to
      ? null
      : { plus: after.value - before.value }
  }
  untilMs(answer: { to: number }): number {
    return answer.to
  }
  version(): number {
    return this.versionNumber
  }
  now(): number {
    return this.nowMs
  }
}

/** A reader that keeps what it is told the way a page would, and can stop reading. */
class Page implements Outlet {
  text = ''
  full = false
  closed = false
  written = 0
  readonly values: (number | string)[] = []
  lastId: string | undefined

  write(text: string): void {
    this.written += text.length
    this.text += text
    for (const block of text.split('\n\n')) this.#take(block)
  }
  isFull(): boolean {
    return this.full
  }
  close(): void {
    this.closed = true
  }
  #take(block: string): void {
    const id = block.match(/^id: (.*)$/m)?.[1]
    if (id) this.lastId = id
    const data = block.match(/^data: (.*)$/m)?.[1]
    if (!data) return
    const { index, graph, change, error } = JSON.parse(data)
    if (graph) this.values[index] = graph.value
    if (change) this.values[index] = (this.values[index] as number) + change.plus
    if (error) this.values[index] = error.code
  }
}

function setup() {
  const world = new World()
  let running = 0
  const hub = new Hub(
    world,
    periodMs => {
      expect(periodMs).toBe(TICK_PERIOD_MS)
      running++
      return () => running--
    },
    { epoch: 'run1', onError: error => expect.fail(String(error)) },
  )
  const tick = async (): Promise<void> => {
    world.nowMs += TICK_PERIOD_MS
    await hub.tick()
  }
  const join = async (names: string[], lastId?: string) => {
    const page = new Page()
    const prepared = hub.prepare(names)
    const unanswered = await prepared.answered()
    if (unanswered) {
      prepared.abandon()
      throw unanswered.error
    }
    return { page, leave: prepared.open(page, { lastEventId: lastId }) }
  }
  return { world, hub, tick, join, running: () => running }
}

/** Until nothing goes on any more: here answers take no more than turns of the microtask queue. */
function settled(): Promise<void> {
  return new Promise(resolve => setImmediate(resolve))
}

describe('hub', () => {
  test('a stream may start before its questions are answered: each is told as soon as it is, the last with an id', async () => {
    const { world, hub, tick } = setup()
    const page = new Page()
    hub.prepare(['a', 'b', 'c']).open(page)
    expect(page.text).toBe('retry: 2000\n\n')
    await settled()
    expect(page.text.match(/^id: .*|^data: \{"index":\d/gm)).toEqual([
      'data: {"index":0',
      'data: {"index":1',
      'id: run1-3',
      'data: {"index":2',
    ])
    world.count('a')
    await tick()
    expect(page.values).toEqual([1, 0, 0])
    expect(page.lastId).toBe('run1-4')
  })

  test('what changes while others are still waited for is told, and no id claims more than was sent', async () => {
    const { world, hub, tick } = setup()
    const gate = world.hold('b')
    const page = new Page()
    hub.prepare(['a', 'b']).open(page)
    await settled()
    world.count('a')
    const ticked = tick()
    await settled()
    expect(page.lastId).toBeUndefined()
    gate()
    await ticked
    await settled()
    expect(page.values).toEqual([1, 0])
    expect(page.lastId).toBe('run1-3')
  })

  test('a reader that is behind with one graph gets no id with the last that it waited for', async () => {
    const { world, hub, tick } = setup()
    const gate = world.hold('b')
    const page = new Page()
    hub.prepare(['a', 'b']).open(page)
    await settled()
    page.full = true
    world.count('a')
    void tick()
    await settled()
    gate()
    await settled()
    expect([page.values, page.lastId]).toEqual([[0, 0], undefined])
    page.full = false
    await tick()
    expect([page.values, page.lastId]).toEqual([[1, 0], 'run1-3'])
  })

  test('a question without an answer is an error event, and the others go on', async () => {
    const { world, hub, tick } = setup()
    const page = new Page()
    world.wrong.add('b')
    hub.prepare(['a', 'b', 'c']).open(page)
    await settled()
    world.count('c')
    await tick()
    expect(page.values).toEqual([0, 'not_kept', 1])
  })

  test('who comes back says what it lacks, and gets that and what has changed', async () => {
    const { world, hub, join, tick } = setup()
    const first = await join(['a', 'b'])
    await join(['c'])
    world.count('b')
    await tick()
    first.leave()
    world.count('a')
    await tick()
    const page = new Page()
    hub.prepare(['b', 'a', 'c']).open(page, { lastEventId: first.page.lastId, whole: new Set([2]) })
    await settled()
    expect(page.text.match(/"index":\d/g)).toEqual(['"index":1', '"index":2'])
    const without = new Page()
    hub.prepare(['b', 'a', 'c']).open(without, { lastEventId: first.page.lastId })
    await settled()
    await tick()
    expect(without.text.match(/"index":\d/g)).toEqual(['"index":1'])
  })

  test('who leaves before all is answered is told nothing more', async () => {
    const { world, hub } = setup()
    const gate = world.hold('b')
    const page = new Page()
    const leave = hub.prepare(['a', 'b', 'c']).open(page)
    await settled()
    leave()
    const asked = world.asked
    gate()
    await settled()
    expect([page.values.length, world.asked, hub.readers]).toEqual([1, asked, 0])
  })

  test('first the whole answer, then changes, with ids', async () => {
    const { world, join, tick } = setup()
    world.count('a', 5)
    const { page } = await join(['a', 'b'])
    expect(page.text).toBe(
      'retry: 2000\n\nevent: graph\ndata: {"index":0,"graph":{"value":5,"to":1000000000}}\n\n' +
        'event: graph\nid: run1-2\ndata: {"index":1,"graph":{"value":0,"to":1000000000}}\n\n',
    )
    page.text = ''
    world.count('b')
    await tick()
    expect(page.text).toBe('event: change\nid: run1-3\ndata: {"index":1,"change":{"plus":1}}\n\n')
  })

  test('any number of readers of one question cost one answer a tick, and none while nothing is counted', async () => {
    const { world, join, tick, hub } = setup()
    for (let i = 0; i < 50; i++) await join(['a'])
    expect(world.asked).toBe(1)
    expect(hub.topics).toBe(1)
    await tick()
    expect(world.asked).toBe(1)
    world.count('a')
    await tick()
    expect(world.asked).toBe(2)
  })

  test('time alone moves the window, once an edge', async () => {
    const { world, join, tick } = setup()
    world.widthMs = 10_000
    const { page } = await join(['a'])
    const before = page.text
    world.nowMs += 10_000
    await tick()
    expect(page.text).not.toBe(before)
    const asked = world.asked
    await tick()
    expect(world.asked).toBe(asked)
  })

  test('a slow reader gets nothing, then the newest whole state', async () => {
    const { world, join, tick } = setup()
    const { page } = await join(['a', 'b'])
    page.full = true
    page.written = 0
    for (let i = 0; i < 40; i++) {
      world.count('a')
      await tick()
    }
    expect(page.written).toBe(0)
    page.full = false
    page.text = ''
    await tick()
    expect(page.text.match(/event: /g)).toHaveLength(1)
    expect(page.values).toEqual([40, 0])
  })

  test('a reader that never reads is let go', async () => {
    const { world, join, tick } = setup()
    const { page } = await join(['a'])
    page.full = true
    world.nowMs += 60_000
    await tick()
    expect(page.closed).toBe(true)
  })

  test('a comment line after 15 quiet seconds', async () => {
    const { join, tick } = setup()
    const { page } = await join(['a'])
    for (let i = 0; i < 30; i++) await tick()
    page.text = ''
    for (let i = 0; i < 31; i++) await tick()
    expect(page.text).toMatch(/^:\n\n$/m)
  })

  test('who comes back is sent only what has changed', async () => {
    const { world, join, tick } = setup()
    const first = await join(['a', 'b'])
    first.leave()
    world.count('b')
    await tick()
    const again = await join(['a', 'b'], first.page.lastId)
    expect(again.page.text.match(/"index":\d/g)).toEqual(['"index":1'])
    const other = await join(['a', 'b'], 'run0-99')
    expect(other.page.text.match(/"index":\d/g)).toEqual(['"index":0', '"index":1'])
  })

  test('an error before the start is thrown, a later one is an event, and the answer comes back whole', async () => {
    const { world, join, tick, hub } = setup()
    world.failing = new HailWhaleError('not_kept', 'no such bucket')
    await expect(join(['a'])).rejects.toThrow('no such bucket')
    expect(hub.topics).toBe(0)
    world.failing = null
    const { page } = await join(['a'])
    world.failing = new HailWhaleError('unavailable', 'the store is away')
    world.count('a')
    await tick()
    expect(page.text).toContain('event: error\n')
    expect(page.values).toEqual(['unavailable'])
    const before = page.text
    for (let i = 0; i < 10; i++) await tick()
    expect(page.text).toBe(before)
    world.failing = null
    for (let i = 0; i < 5; i++) await tick()
    expect(page.values).toEqual([1])
  })

  test('topics that nobody asks are forgotten, and then the timer rests', async () => {
    const { world, hub, join, tick, running } = setup()
    const { leave } = await join(['a'])
    leave()
    leave()
    await tick()
    expect(hub.topics).toBe(1)
    world.nowMs += 60_000
    await tick()
    expect(hub.topics).toBe(0)
    expect(running()).toBe(0)
    await join(['a'])
    expect(running()).toBe(1)
    hub.close()
    expect(running()).toBe(0)
  })

  test('whatever happens, a reader that keeps up ends with the truth', async () => {
    const step = fc.oneof(
      fc.record({ do: fc.constant('count' as const), name: fc.constantFrom('a', 'b', 'c') }),
      fc.record({
        do: fc.constant('join' as const),
        names: fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 4 }),
        atOnce: fc.boolean(),
      }),
      fc.record({ do: fc.constant('rejoin' as const), who: fc.nat(9) }),
      fc.record({ do: fc.constant('toggle' as const), who: fc.nat(9) }),
      fc.record({ do: fc.constant('tick' as const), wait: fc.boolean() }),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async steps => {
        const { world, hub, tick, join } = setup()
        const readers: { names: string[]; page: Page; leave: () => void }[] = []
        const pending: Promise<unknown>[] = []
        for (const s of steps) {
          if (s.do === 'count') world.count(s.name)
          if (s.do === 'join' && s.atOnce) {
            const page = new Page()
            readers.push({ names: s.names, page, leave: hub.prepare(s.names).open(page) })
          } else if (s.do === 'join')
            pending.push(join(s.names).then(r => readers.push({ names: s.names, ...r })))
          if (s.do === 'tick') pending.push(tick())
          if (s.do === 'tick' && s.wait) await Promise.all(pending)
          const who = 'who' in s ? readers[s.who % Math.max(1, readers.length)] : undefined
          if (who && s.do === 'toggle') who.page.full = !who.page.full
          if (who && s.do === 'rejoin') {
            await Promise.all(pending)
            who.leave()
            const page = new Page()
            const whole = new Set(who.names.keys())
            for (const [i, value] of who.page.values.entries()) {
              if (value === undefined) continue
              page.values[i] = value
              whole.delete(i)
            }
            const leave = hub.prepare(who.names).open(page, { lastEventId: who.page.lastId, whole })
            readers[readers.indexOf(who)] = { names: who.names, page, leave }
          }
        }
        await Promise.all(pending)
        for (const { page } of readers) page.full = false
        await settled()
        await tick()
        await tick()
        for (const { names, page } of readers)
          expect(page.values).toEqual(names.map(n => world.values.get(n) ?? 0))
      }),
      { numRuns: 300 },
    )
  })
})
