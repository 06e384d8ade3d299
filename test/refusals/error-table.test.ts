/** The error table, the documentation and /openapi.json say the same, in both directions. */
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ERRORS, type ErrorCode, HailWhaleError } from '../../src/model/errors.js'
import { LiveServer } from '../support/live-server.js'

const CODES = Object.keys(ERRORS).sort() as ErrorCode[]

let server: LiveServer
beforeAll(async () => {
  server = await LiveServer.start({ store: 'memory', over: 'inject', nowMs: Date.UTC(2026, 2, 1, 12, 30) })
})
afterAll(() => server.close())

test('docs/api.md has a row for every code, and for nothing else', () => {
  const page = readFileSync(new URL('../../docs/api.md', import.meta.url), 'utf8')
  const rows = [...page.matchAll(/^\| `([a-z_]+)` \| (\d{3}) \| ([^|]+) \| (yes|no) \|$/gm)]
  const documented = rows.map(([, code, status, title, again]) => [code, Number(status), title, again])
  const known = CODES.map(code => [
    code,
    ERRORS[code].status,
    ERRORS[code].title,
    ERRORS[code].retry ? 'yes' : 'no',
  ])
  expect(documented.sort(byFirst)).toEqual(known)
})

test('/openapi.json names every code, and no other, wherever it describes a problem', async () => {
  const api = JSON.parse((await server.get('/openapi.json')).text)
  const lists: string[][] = []
  collectCodes(api, lists)
  expect(lists.length).toBeGreaterThan(10)
  for (const list of lists) expect([...list].sort()).toEqual(CODES)
})

test('/openapi.json describes every path that answers, and no other', async () => {
  const api = JSON.parse((await server.get('/openapi.json')).text)
  for (const [path, methods] of Object.entries(api.paths as Record<string, object>)) {
    for (const method of Object.keys(methods)) {
      const answer = await server.send({ method: method.toUpperCase(), path: `${path}?nothing_known=1` })
      expect([path, method, answer.status].join(' ')).not.toMatch(/ (404|405|5\d\d)$/)
    }
  }
})

test('every code has a status that fits its advice, and an error of it the same', () => {
  for (const code of CODES) {
    const { status, retry } = ERRORS[code]
    expect(retry).toBe(status === 429 || status === 503)
    expect(new HailWhaleError(code, 'x').status).toBe(status)
  }
})

/** The lists of codes in a document: each schema of a property `code`. */
function collectCodes(node: unknown, lists: string[][]): void {
  if (typeof node !== 'object' || node === null) return
  const code = (node as { properties?: { code?: unknown } }).properties?.code
  if (code !== undefined) lists.push(literalsOf(code))
  for (const value of Object.values(node)) collectCodes(value, lists)
}

function literalsOf(schema: unknown): string[] {
  const {
    anyOf,
    enum: values,
    const: value,
  } = schema as { anyOf?: unknown[]; enum?: string[]; const?: string }
  return values ?? (value === undefined ? (anyOf ?? []).flatMap(literalsOf) : [value])
}

function byFirst(a: readonly unknown[], b: readonly unknown[]): number {
  return String(a[0]) < String(b[0]) ? -1 : 1
}
