/** Runs the text scripts against a server: what each statement does, and how what it expects is compared. */
import { expect } from 'vitest'
import { INTERVALS, type Interval, intervalMs } from '../../src/model/interval.js'
import { parseRetention } from '../../src/model/retention.js'
import { type LiveAnswer, type LiveOptions, LiveServer } from './live-server.js'
import { readScript, runLength, type Statement, valueAt } from './query-script.js'

/** How a script is run. */
export interface ScriptMode {
  readonly name: string
  readonly store: LiveOptions['store']
  readonly over: LiveOptions['over']
  /** Flush to the store after every request that counts. */
  readonly flushing?: boolean
  /** Close and open again before the first question after a change. */
  readonly reopening?: boolean
}

/** The four ways of the contract, and twice more with the counts in the store instead of in memory. */
export const SCRIPT_MODES: readonly ScriptMode[] = [
  { name: 'memory, in process', store: 'memory', over: 'inject' },
  { name: 'lmdb, in process', store: 'lmdb', over: 'inject' },
  { name: 'memory, over HTTP', store: 'memory', over: 'http' },
  { name: 'lmdb, over HTTP', store: 'lmdb', over: 'http' },
  { name: 'memory, flushed after every request', store: 'memory', over: 'inject', flushing: true },
  { name: 'lmdb, flushed and reopened', store: 'lmdb', over: 'inject', flushing: true, reopening: true },
]

/** Where the clock of a script stands that sets none: a Sunday. */
const START_MS = Date.UTC(2026, 2, 1, 12, 30)

const SETTINGS = new Set(['retain', 'limit', 'allow-get-reset'])

/** Runs a script; throws what vitest's `expect` throws, with the line of the statement in front. */
export async function runScript(text: string, mode: ScriptMode): Promise<void> {
  const statements = readScript(text)
  const server = await LiveServer.start(optionsOf(statements, mode))
  try {
    const run = new Run(server, mode)
    for (const statement of statements) if (!SETTINGS.has(statement.word)) await run.step(statement)
    expect(server.logged, 'nothing is logged as wrong').toEqual([])
  } finally {
    await server.close()
  }
}

function optionsOf(statements: readonly Statement[], mode: ScriptMode): LiveOptions {
  const settings = statements.filter(({ word }) => SETTINGS.has(word))
  const retain = settings.find(({ word }) => word === 'retain')
  const limits = settings.filter(({ word }) => word === 'limit').map(({ rest }) => rest.split(/\s+/))
  return {
    store: mode.store,
    over: mode.over,
    nowMs: START_MS,
    ...(retain && { retention: parseRetention(retain.rest) }),
    limits: Object.fromEntries(limits.map(([name, value]) => [name!, Number(value)])),
    http: { allowGetReset: settings.some(({ word }) => word === 'allow-get-reset') },
  }
}

class Run {
  readonly #server: LiveServer
  readonly #mode: ScriptMode
  #changed = false

  constructor(server: LiveServer, mode: ScriptMode) {
    this.#server = server
    this.#mode = mode
  }

  async step(statement: Statement): Promise<void> {
    const { word, rest, line } = statement
    const where = `line ${line}: ${word} ${rest}`
    switch (word) {
      case 'clock':
        this.#server.nowMs = timeMs(rest)
        return
      case 'count':
        return this.#counted(await this.#server.get(`/count?${queryOf(rest)}`), where)
      case 'post':
        return this.#counted(await this.#server.post('/count', textBelow(statement)), where)
      case 'ask':
        return this.#compare(await this.#ask(rest), statement, where)
      case 'send':
        return this.#compare(await this.#send(statement), statement, where)
      default:
        throw new Error(`${where}: there is no such statement`)
    }
  }

  async #counted(answer: LiveAnswer, where: string): Promise<void> {
    expect(`${answer.status} ${answer.text}`, where).toMatch(/^200 /)
    await this.#change()
  }

  async #change(): Promise<void> {
    this.#changed = true
    if (this.#mode.flushing) await this.#server.flush()
  }

  async #ask(path: string): Promise<LiveAnswer> {
    if (this.#changed && this.#mode.reopening) await this.#server.reopen()
    this.#changed = false
    return this.#server.get(path)
  }

  /** `send METHOD path`, headers as `name: value` lines and the body as `> ` lines below. */
  async #send({ rest, block }: Statement): Promise<LiveAnswer> {
    const [method = 'GET', ...path] = rest.split(' ')
    const bodyLines = block.filter(line => line.startsWith('> ')).map(line => line.slice(2))
    const headers = block.flatMap(line => /^([A-Za-z-]+): (.*)$/.exec(line)?.slice(1, 3) ?? [])
    const named: Record<string, string> = {}
    for (let i = 0; i < headers.length; i += 2) named[headers[i]!] = headers[i + 1]!
    const url = path.join(' ')
    const answer =
      method === 'GET'
        ? await this.#server.get(url, named)
        : await this.#server.post(url, bodyLines.join('\n'), named)
    await this.#change()
    return answer
  }

  #compare(answer: LiveAnswer, { block }: Statement, where: string): void {
    const expected = block.filter(line => !line.startsWith('> ') && !/^[A-Za-z-]+: /.test(line))
    if (expected.length === 0) throw new Error(`${where}: expects nothing`)
    const status = /^(\d{3})(?: |$)/.exec(expected[0]!)
    if (!status) expect(`${answer.status} ${answer.text}`, where).toMatch(/^200 /)
    const text = expected.filter(line => line.startsWith('| ') || line === '|').map(line => line.slice(2))
    if (text.length > 0)
      expect(answer.text.replaceAll('\r\n', '\n').trimEnd().split('\n'), where).toEqual(text)
    const json: string[] = []
    for (const line of expected) {
      const place = `${where}\n  ${line}`
      if (line.startsWith('|')) continue
      if (/^[[{"]/.test(line) && !POINTS.test(line)) json.push(line)
      else if (json.length > 0 && /^\s/.test(line)) json.push(line)
      else if (line === ']' || line === '}') json.push(line)
      else compareLine(answer, line, place)
    }
    if (json.length > 0) expect(JSON.parse(answer.text), where).toEqual(JSON.parse(json.join('\n')))
  }
}

/** `points "a" dollars 10s 2026-03-01T12:00Z: 0*3 5`: a line of `/plotpoints`. */
const POINTS = /^points (\S+) (\S+) (\S+) (\S+Z): (.*)$/

function compareLine(answer: LiveAnswer, line: string, place: string): void {
  const points = POINTS.exec(line)
  if (points) {
    comparePoints(answer, points.slice(1), place)
    return
  }
  const value = /^(\.\S.*?) = (.*)$/.exec(line)
  if (value) {
    expect(valueAt(JSON.parse(answer.text), value[1]!.trim()), place).toEqual(expectedValue(value[2]!))
    return
  }
  const [status, code, field, ...words] = line.split(' ')
  expect(answer.status, `${place}\n${answer.text}`).toBe(Number(status))
  if (code === 'OK') expect(answer.text, place).toBe('OK')
  else if (code !== undefined) compareProblem(answer, code, field, words.join(' '), place)
}

function compareProblem(
  answer: LiveAnswer,
  code: string,
  field: string | undefined,
  words: string,
  place: string,
): void {
  const problem = JSON.parse(answer.text)
  expect(problem.code, place).toBe(code)
  if (field !== undefined && field !== '-') expect(problem.errors[0]?.field, place).toBe(field)
  if (words !== '') expect(problem.detail, place).toContain(words)
}

function comparePoints(answer: LiveAnswer, parts: readonly string[], place: string): void {
  const [dimension, metric, interval, start, values] = parts as [string, string, string, string, string]
  const found = JSON.parse(answer.text)[unquoted(dimension)]?.[unquoted(metric)]
  const expected = runLength(values)
  expect(
    (found as [number, number][] | undefined)?.map(([, value]) => value),
    place,
  ).toEqual(expected)
  const stepMs = intervalMs(INTERVALS.find(each => each === interval) as Interval)
  const times = (found as [number, number][]).map(([ms]) => ms)
  expect(
    times.map(ms => new Date(ms).toISOString()),
    place,
  ).toEqual(expected.map((_, i) => new Date(timeMs(start) + i * stepMs).toISOString()))
}

function unquoted(text: string): string {
  return text.startsWith("'") ? text.slice(1, -1) : text
}

/** JSON, or run-length numbers in angle brackets: `<0*3 5>`, or times `<2026-03-01T00:00Z …>`. */
function expectedValue(text: string): unknown {
  if (!text.startsWith('<')) return text === 'absent' ? undefined : JSON.parse(text)
  const inside = text.slice(1, -1).trim()
  return /^\d{4}-/.test(inside) ? inside.split(/\s+/).map(timeMs) : runLength(inside)
}

/** Blanks between `name=value` stand for `&`. */
function queryOf(text: string): string {
  return text.replace(/ +(?=[a-z_]+=)/g, '&')
}

function textBelow({ rest, block }: Statement): string {
  return [rest, ...block].join('\n').trim()
}

function timeMs(text: string): number {
  const ms = Date.parse(text)
  if (Number.isNaN(ms)) throw new Error(`'${text}' is no time`)
  return ms
}
