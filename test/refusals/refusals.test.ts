/**
 * Whatever is wrong is refused: with its 4xx, as `application/problem+json` with a code of the table, naming the field,
 * and nothing of it is counted. Each table is one test, whose failure lists every row that is not refused as it says.
 */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ERRORS } from '../../src/model/errors.js'
import { type LiveAnswer, LiveServer } from '../support/live-server.js'
import { BOARD_REFUSALS } from './board-cases.js'
import { BODY_REFUSALS } from './body-cases.js'
import { EVENT_REFUSALS, NOW_MS } from './event-cases.js'
import { PICTURE_REFUSALS } from './picture-cases.js'
import { QUESTION_REFUSALS } from './question-cases.js'
import type { Refusal } from './refusal.js'
import { ROUTE_REFUSALS } from './route-cases.js'

let server: LiveServer
beforeAll(async () => {
  server = await LiveServer.start({ store: 'memory', over: 'http', nowMs: NOW_MS })
})
afterAll(async () => {
  await server.close()
})

const TABLES: readonly [string, readonly Refusal[]][] = [
  ['events', EVENT_REFUSALS],
  ['bodies', BODY_REFUSALS],
  ['questions', QUESTION_REFUSALS],
  ['routes', ROUTE_REFUSALS],
  ['boards', BOARD_REFUSALS],
  ['pictures', PICTURE_REFUSALS],
]

test.each(TABLES)('%s: each is refused, and nothing of it is counted', async (_, table) => {
  const wrong: string[] = []
  for (const refusal of table) {
    const version = server.embedded.service.reader.version()
    const problems = problemsOf(await server.send(refusal), refusal)
    if (server.embedded.service.reader.version() !== version) problems.push('something was counted')
    if (problems.length > 0) wrong.push(`${refusal.name}: ${problems.join('; ')}`)
  }
  expect(wrong).toEqual([])
  expect(server.logged).toEqual([])
  expect((await server.get('/keys')).text).toBe('{"key":[],"keys":[],"next":null}')
  expect((await server.get('/boards')).text).toBe('{"boards":[]}')
  expect((await server.get('/healthz')).status).toBe(200)
})

test('there are a few hundred rows, no two the same', () => {
  const rows = TABLES.flatMap(([, table]) => table)
  const requests = rows.map(({ method, path, headers, body }) =>
    JSON.stringify([method, path, headers, String(body)]),
  )
  expect(requests.length).toBeGreaterThan(300)
  expect(new Set(requests).size).toBe(requests.length)
})

function problemsOf(answer: LiveAnswer, refusal: Refusal): string[] {
  const { status, retry, title } = ERRORS[refusal.code]
  const problems: string[] = []
  const check = (what: string, found: unknown, expected: unknown): void => {
    if (found !== expected)
      problems.push(`${what} is ${JSON.stringify(found)}, not ${JSON.stringify(expected)}`)
  }
  check('status', answer.status, status)
  check('type', String(answer.headers['content-type']).split(';')[0], 'application/problem+json')
  check('cache-control', answer.headers['cache-control'], 'no-store')
  check('retry-after', answer.headers['retry-after'] !== undefined, retry)
  if (refusal.allow !== undefined) check('allow', answer.headers.allow, refusal.allow)
  if (refusal.method === 'HEAD') {
    check('body', answer.text, '')
    return problems
  }
  const problem = problemOf(answer.text)
  check('code', problem.code, refusal.code)
  check('status in the body', problem.status, status)
  check('title', problem.title, title)
  check('type in the body', problem.type, `urn:hailwhale:error:${refusal.code}`)
  const first = problem.errors?.[0]
  if (refusal.field !== undefined) check('field', first?.field, refusal.field)
  if (refusal.index !== undefined) check('index', first?.index, refusal.index)
  if (refusal.says !== undefined && !problem.detail?.includes(refusal.says))
    problems.push(`says ${problem.detail}`)
  if (problems.length > 0) problems.push(answer.text.slice(0, 300))
  return problems
}

/** The parts of a problem that are looked at; nothing where the text is no JSON. */
function problemOf(text: string): {
  code?: string
  status?: number
  title?: string
  type?: string
  detail?: string
  errors?: { field: string; index?: number }[]
} {
  try {
    return JSON.parse(text)
  } catch {
    return {}
  }
}
