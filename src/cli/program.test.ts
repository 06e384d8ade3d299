import { describe, expect, test } from 'vitest'
import type { Fetch } from './client.js'
import { describeError } from './exit.js'
import { createProgram } from './program.js'

interface Asked {
  readonly url: string
  readonly method: string
  readonly body: string
  readonly headers: Record<string, string> | undefined
}

/** Runs one command line against a server that always gives the same answer. */
async function run(
  args: string[],
  answer: Response | null,
  options: { columns?: number; colours?: boolean } = {},
) {
  const asked: Asked[] = []
  const printed: string[] = []
  const fetch: Fetch = async (url, init) => {
    asked.push({ url, method: init?.method ?? 'GET', body: String(init?.body ?? ''), headers: init?.headers })
    if (answer === null) throw new TypeError('fetch failed')
    return answer
  }
  const program = createProgram({
    env: {},
    fetch,
    print: text => printed.push(text),
    columns: options.columns ?? 80,
    colours: options.colours ?? false,
    setExitCode: () => {},
  })
  const error = await program.parseAsync(args, { from: 'user' }).then(
    () => null,
    (thrown: unknown) => describeError(thrown),
  )
  return { asked, printed: printed.join('\n'), error }
}

const hour = Array.from({ length: 60 }, (_, i) => Date.UTC(2030, 0, 1, 9, i))
const line = (scale: number) => ({
  total: { dollars: scale * 60 },
  points: { dollars: hour.map((_, i) => scale * (1 + Math.sin(i / 6))) },
})
const graph = {
  key: '_',
  dimension: '_',
  from: hour[0],
  to: hour[0]! + 3_600_000,
  interval: '1m',
  tz: 'UTC',
  metrics: ['dollars'],
  times: hour,
  overall: line(100),
  series: [
    { name: 'sales', share: 0.7, ...line(70) },
    { name: 'a very long name that has to be cut somewhere \u001b[31m', share: 0.2, ...line(20) },
  ],
  other: { children: 12, ...line(10) },
  unattributed: null,
}

describe('the servers', () => {
  test.each([
    ['serve', ['--data-dir', '--demo', '--store'], ['--queue', '--advertise']],
    ['hail', ['--queue', '--namespace', '--open'], ['--store', '--retain', '--demo', '--advertise']],
    ['whale', ['--queue', '--store', '--retain', '--advertise'], ['--data-dir', '--demo']],
  ])('%s takes its own settings alone', (name, own, others) => {
    const program = createProgram({
      ...{ env: {}, fetch: async () => new Response(), print: () => {}, columns: 80, colours: false },
      setExitCode: () => {},
    })
    const help = program.commands.find(command => command.name() === name)!.helpInformation()
    for (const flag of own) expect(help).toMatch(new RegExp(`^  ${flag}\\b`, 'm'))
    for (const flag of others) expect(help).not.toMatch(new RegExp(`^  ${flag}\\b`, 'm'))
  })
})

describe('hailwhale count', () => {
  test('sends the fields as they were typed and prints the answer', async () => {
    const args = [
      'count',
      '--url',
      'http://h:1/stats/',
      '--key',
      'k',
      '--metrics',
      '{"dollars":2}',
      '--id',
      '7',
    ]
    const { asked, printed } = await run(args, new Response('{"counted":1,"duplicates":0}'))
    expect(asked[0]).toMatchObject({ url: 'http://h:1/stats/count', method: 'POST' })
    expect(Object.fromEntries(new URLSearchParams(asked[0]!.body))).toEqual({
      key: 'k',
      metrics: '{"dollars":2}',
      id: '7',
    })
    expect(printed).toBe('{"counted":1,"duplicates":0}')
  })

  test('sends the token that it is given, in a header', async () => {
    const { asked } = await run(['count', '--url', 'http://h:1', '--token', 'hw_x'], new Response('OK'))
    expect([asked[0]!.headers, asked[0]!.body]).toEqual([{ authorization: 'Bearer hw_x' }, ''])
  })

  test('says what the server refused, and where no server is', async () => {
    const refusal = JSON.stringify({
      detail: 'at: is no time',
      errors: [{ field: 'at', message: 'is no time' }],
    })
    expect((await run(['count', '--at', 'x'], new Response(refusal, { status: 400 }))).error).toBe(
      'at: is no time',
    )
    expect((await run(['count'], null)).error).toContain("start one with 'hailwhale serve'")
    expect((await run(['count'], new Response('<h1>', { status: 502 }))).error).toContain('502')
    expect((await run(['count', '--url', 'here'], null)).error).toContain('is no address')
  })
})

describe('hailwhale graph', () => {
  test('asks for what was said', async () => {
    const { asked } = await run(
      ['graph', '--by', 'country', '--period', '1m:1h', '--tz', 'UTC'],
      Response.json(graph),
    )
    expect(asked[0]!.url).toBe('http://127.0.0.1:8085/graph?tz=UTC&by=country&period=1m%3A1h')
    expect(asked[0]!.headers).toBeUndefined()
  })

  test.each([30, 48, 80, 200])('fits %i columns, with a legend of all lines', async columns => {
    const { printed } = await run(['graph'], Response.json(graph), { columns })
    expect(Math.max(...printed.split('\n').map(row => row.length))).toBeLessThanOrEqual(columns)
    for (const text of ['overall', '6,000', 'sales', '70%', '12 others', '09:00'])
      expect(printed).toContain(text)
    expect(printed).not.toContain('\u001b')
  })

  test('colours where they are wanted', async () => {
    const { printed } = await run(['graph'], Response.json(graph), { colours: true })
    expect(printed).toContain('\u001b[34m')
    expect(printed).not.toContain('\u001b[31m')
  })

  test('draws nothing but zeros, and numbers below zero', async () => {
    const flat = { total: { dollars: 0 }, points: { dollars: hour.map(() => 0) } }
    const zeros = await run(['graph'], Response.json({ ...graph, overall: flat, series: [], other: null }))
    expect(zeros.error).toBeNull()
    const below = { total: { dollars: -600 }, points: { dollars: hour.map(() => -10) } }
    const negative = await run(
      ['graph'],
      Response.json({ ...graph, overall: below, series: [], other: null }),
    )
    expect(negative.printed).toContain('-10')
    expect(negative.printed).toContain('-600')
  })
})
