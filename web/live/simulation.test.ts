/**
 * Whatever happens to a page, its network and its server: when it is over, every follower has the truth. The real `Live` on the
 * real hub, with a network in between that is cut, held and slow as the generated steps say.
 */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Hub, type Outlet } from '../../src/http/hub.js'
import { liveGraphs } from '../../src/http/live-graphs.js'
import { problemAnswer } from '../../src/http/problem.js'
import type { HailWhaleError } from '../../src/model/errors.js'
import { DEFAULT_LIMITS } from '../../src/model/limits.js'
import { Zones } from '../../src/model/timezone.js'
import { type GraphAnswer, graph } from '../../src/query/graph.js'
import { fieldsOf, GRAPH_PARAMETERS, graphQuestion, graphQuestions } from '../../src/query/parameters.js'
import { BruteReader } from '../../test/support/brute-reader.js'
import { FakePage, settled } from '../../test/support/live-page.js'
import { type Follower, type GraphFields, Live } from './live.js'

const NOW = Date.UTC(2026, 2, 1, 12, 30, 7)
const ZONES = new Zones()

/** The questions there are; the last one is refused. */
const QUESTIONS: readonly GraphFields[] = [
  { key: 'a', period: '10s:1m' },
  { key: 'b', period: '10s:1m', by: 'x', threshold: '0' },
  { key: 'a', period: '1d:2d', metrics: 'hits,dollars/hits' },
  { key: 'b', period: 'x' },
]
const WRONG = QUESTIONS.length - 1

/** The server with its network. */
class World {
  readonly reader = new BruteReader(NOW)
  network: 'up' | 'down' | 'held' = 'up'
  isSlow = false
  readonly #cuts = new Set<() => void>()
  #runs = 0
  #hub = this.#start()

  readonly fetch = async (url: string, init: RequestInit): Promise<Response> => {
    await Promise.resolve()
    if (this.network === 'down' || init.signal!.aborted) throw new TypeError('network')
    const path = url.slice('http://whale/'.length)
    return path === 'stream' ? this.#stream(init) : Response.json(await this.truth(fieldsIn(path)))
  }

  truth(fields: GraphFields): Promise<GraphAnswer> {
    const question = graphQuestion(fieldsOf(fields, GRAPH_PARAMETERS), DEFAULT_LIMITS)
    return graph(this.reader, ZONES, question, DEFAULT_LIMITS)
  }

  async tick(): Promise<void> {
    this.reader.nowMs += 250
    await this.#hub.tick()
    await settled()
  }

  cut(): void {
    for (const cut of this.#cuts) cut()
  }

  restart(): void {
    this.#hub.close()
    this.cut()
    this.#hub = this.#start()
  }

  get readers(): number {
    return this.#hub.readers
  }

  #start() {
    const source = liveGraphs(this.reader, ZONES, DEFAULT_LIMITS)
    const options = { epoch: `run${++this.#runs}`, onError: (error: unknown) => expect.fail(String(error)) }
    return new Hub(source, () => () => {}, options)
  }

  async #stream(init: RequestInit): Promise<Response> {
    const { graphs, since, whole = [] } = JSON.parse(init.body as string)
    try {
      const prepared = this.#hub.prepare(graphQuestions(graphs, DEFAULT_LIMITS))
      const { body, outlet, onCut } = this.#pipe(init.signal!)
      onCut(prepared.open(outlet, { lastEventId: since, whole: new Set(whole) }))
      return new Response(body, { headers: { 'content-type': 'text/event-stream' } })
    } catch (error) {
      const { status, headers, body } = problemAnswer(error as HailWhaleError)
      return new Response(body, { status, headers })
    }
  }

  /** A body that the server writes to, until somebody cuts it or its reader goes away. */
  #pipe(signal: AbortSignal) {
    let to: ReadableStreamDefaultController<Uint8Array>
    let leave = () => {}
    const body = new ReadableStream<Uint8Array>({
      start: controller => {
        to = controller
      },
    })
    const cut = () => {
      if (!this.#cuts.delete(cut)) return
      leave()
      to.error(new TypeError('network'))
    }
    this.#cuts.add(cut)
    signal.addEventListener('abort', cut)
    const outlet: Outlet = {
      write: text => {
        if (this.#cuts.has(cut) && this.network !== 'held') to.enqueue(new TextEncoder().encode(text))
      },
      isFull: () => this.isSlow,
      close: cut,
    }
    return {
      body,
      outlet,
      onCut: (run: () => void) => {
        leave = run
      },
    }
  }
}

function fieldsIn(path: string): GraphFields {
  return Object.fromEntries(new URLSearchParams(path.slice(path.indexOf('?'))))
}

/** A follower that knows its newest state. */
class Told implements Follower {
  answer: GraphAnswer | null = null
  state = 'new'
  stop = () => {}

  constructor(readonly question: number) {}

  graph(answer: GraphAnswer): void {
    this.answer = answer
    this.state = 'live'
  }
  refused(): void {
    this.state = 'refused'
  }
  lost(): void {
    this.state = 'lost'
  }
}

/** Lets time pass on both sides: the server ticks now and then. */
async function pass(world: World, page: FakePage, ms: number): Promise<void> {
  for (let leftMs = ms; leftMs > 0; leftMs -= 5_000) {
    const passedMs = Math.min(leftMs, 5_000)
    world.reader.nowMs += passedMs
    await page.pass(passedMs)
    if (passedMs === 5_000) await world.tick()
  }
}

const STEP = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('count' as const), key: fc.constantFrom('a', 'b') }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('tick' as const) }) },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('follow' as const), which: fc.nat(QUESTIONS.length - 1) }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('stop' as const), who: fc.nat(9) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('pass' as const),
      ms: fc.constantFrom(1, 30, 600, 5_500, 15_000),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('network' as const), is: fc.constantFrom('up', 'down', 'held') }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constantFrom('cut', 'restart', 'slow', 'quick', 'hidden', 'shown', 'online', 'later'),
    }),
  },
)

test('whatever happens, every follower has the truth in the end', { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(STEP, { maxLength: 40, size: 'max' }), async steps => {
      const world = new World()
      const page = new FakePage(world.fetch)
      const live = new Live('http://whale/', page)
      const followers: Told[] = []
      for (const step of steps) {
        if (step.do === 'count') {
          const paths = [['x', `${world.reader.events.length % 3}`]]
          const metrics = new Map([
            ['hits', 1],
            ['dollars', 7],
          ])
          world.reader.add({ key: [step.key], paths, metrics, atMs: world.reader.nowMs })
        } else if (step.do === 'tick') await world.tick()
        else if (step.do === 'follow') {
          const told = new Told(step.which)
          told.stop = live.follow(QUESTIONS[step.which]!, told)
          followers.push(told)
        } else if (step.do === 'stop') {
          const [told] = followers.splice(step.who % Math.max(1, followers.length), 1)
          told?.stop()
        } else if (step.do === 'pass') await pass(world, page, step.ms)
        else if (step.do === 'network') {
          world.network = step.is as World['network']
          world.cut()
        } else if (step.do === 'cut') world.cut()
        else if (step.do === 'restart') world.restart()
        else if (step.do === 'slow' || step.do === 'quick') world.isSlow = step.do === 'slow'
        else if (step.do === 'later') world.reader.nowMs += 10_000
        else page.change(step.do as 'hidden' | 'shown' | 'online')
      }
      if (world.network === 'held') world.cut()
      world.network = 'up'
      world.isSlow = false
      page.change('shown')
      await pass(world, page, 70_000)
      await world.tick()
      for (const told of followers) {
        expect(told.state).toBe(told.question === WRONG ? 'refused' : 'live')
        if (told.question === WRONG) continue
        expect(told.answer).toEqual(await world.truth(QUESTIONS[told.question]!))
      }
      expect(world.readers).toBe(followers.some(({ question }) => question !== WRONG) ? 1 : 0)
    }),
    { numRuns: 500 },
  )
})
