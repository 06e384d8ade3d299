/** A board that was answered is there after a kill -9 at any moment; one that wasn't is there as before, or as sent. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { buildIfStale, ServerProcess } from '../support/server-process.js'

const KILLS = 4
/** Writes that are answered before each kill. */
const ANSWERED = 25
const NAMES = ['a', 'b', 'c'] as const

let dir: string
let server: ServerProcess | undefined

beforeAll(buildIfStale, 120_000)
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'hailwhale-boards-kill-'))
})
afterEach(async () => {
  await server?.end('SIGKILL')
  await rm(dir, { recursive: true, force: true })
})

test('boards and kill -9', async () => {
  /** What was answered last of each board, and what was sent since. */
  const known = new Map<string, { answered: string | null; sent: string | null }>()
  let write = 0
  for (let kill = 0; kill <= KILLS; kill++) {
    server = ServerProcess.start(dir, '--flush-interval', '100ms')
    const url = await server.ready()
    for (const [name, { answered, sent }] of known) {
      const title = await titleOf(url, name)
      expect([answered, sent]).toContain(title)
      known.set(name, { answered: title, sent: title })
    }
    if (kill === KILLS) break
    const loading = load(url, async () => {
      const name = NAMES[write % NAMES.length]!
      const title = write % 10 === 9 ? null : `write ${write}`
      write++
      known.set(name, { answered: known.get(name)?.answered ?? null, sent: title })
      await (title === null ? remove(url, name) : put(url, name, title))
      known.set(name, { answered: title, sent: title })
    })
    await loading.atLeast(ANSWERED)
    expect((await server.end('SIGKILL')).signal).toBe('SIGKILL')
    await loading.ended
  }
  expect(write).toBeGreaterThanOrEqual(KILLS * ANSWERED)
})

/** Does one write after the other, with counts beside them, until one has no answer. */
function load(url: string, next: () => Promise<void>) {
  let answered = 0
  let wake = () => {}
  const run = async (): Promise<void> => {
    for (;;) {
      await fetch(`${url}/count?key=k&dimensions=d${answered}`)
      await next()
      answered++
      wake()
    }
  }
  const ended = run().catch(error => {
    // What fetch throws where the connection ends is a TypeError; a wrong status is not.
    if (!(error instanceof TypeError)) throw error
  })
  const atLeast = async (count: number): Promise<void> => {
    let isOver = false
    const over = ended.finally(() => {
      isOver = true
    })
    while (answered < count && !isOver) {
      const woken = new Promise<void>(resolve => {
        wake = resolve
      })
      await Promise.race([woken, over])
    }
    expect(answered).toBeGreaterThanOrEqual(count)
  }
  return { ended, atLeast }
}

async function put(url: string, name: string, title: string): Promise<void> {
  const body = JSON.stringify({ title, panels: [{ element: 'graph', attributes: { key: name } }] })
  const { status } = await fetch(`${url}/board?name=${name}`, { method: 'PUT', body })
  expect([200, 201]).toContain(status)
}

async function remove(url: string, name: string): Promise<void> {
  const { status } = await fetch(`${url}/board?name=${name}`, { method: 'DELETE' })
  expect([200, 404]).toContain(status)
}

async function titleOf(url: string, name: string): Promise<string | null> {
  const answer = await fetch(`${url}/board?name=${name}`)
  return answer.status === 404 ? null : ((await answer.json()) as { title: string }).title
}
