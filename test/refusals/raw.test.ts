/** Bytes that never become a request: each is answered with a problem and the connection ends; the server goes on. */
import { connect } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { LiveServer } from '../support/live-server.js'

let server: LiveServer
beforeAll(async () => {
  server = await LiveServer.start({ store: 'memory', over: 'http', nowMs: Date.UTC(2026, 2, 1, 12, 30) })
})
afterAll(() => server.close())

const HOST = 'Host: localhost\r\n'
const END = '\r\n\r\n'

/** Bytes → status and code. */
const GARBAGE: readonly [string, string, number, string][] = [
  ['no HTTP', `garbage${END}`, 400, 'invalid_parameter'],
  ['nothing but line ends', `\r\n\r\n\0${END}`, 400, 'invalid_parameter'],
  ['binary', `\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03${END}`, 400, 'invalid_parameter'],
  ['a version that is none', `GET /count?key=a HTTP/9.9\r\n${HOST}\r\n`, 400, 'invalid_parameter'],
  ['a method that is none', `COUNT /count?key=a HTTP/1.1\r\n${HOST}\r\n`, 400, 'invalid_parameter'],
  ['a method in lower case', `get /count?key=a HTTP/1.1\r\n${HOST}\r\n`, 400, 'invalid_parameter'],
  ['a blank in the URL', `GET /count?key=a b HTTP/1.1\r\n${HOST}\r\n`, 400, 'invalid_parameter'],
  ['no slash at the start', `GET count?key=a HTTP/1.1\r\n${HOST}\r\n`, 400, 'invalid_parameter'],
  [
    'a header without a colon',
    `GET /count?key=a HTTP/1.1\r\n${HOST}nonsense\r\n\r\n`,
    400,
    'invalid_parameter',
  ],
  ['a header with a NUL', `GET /count?key=a HTTP/1.1\r\n${HOST}A: b\0c\r\n\r\n`, 400, 'invalid_parameter'],
  ['a header folded', `GET /count?key=a HTTP/1.1\r\n${HOST} folded: x\r\n\r\n`, 400, 'invalid_parameter'],
  ['no Host', 'GET /count?key=a HTTP/1.1\r\n\r\n', 400, 'invalid_parameter'],
  [
    'two lengths',
    `POST /count HTTP/1.1\r\n${HOST}Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}`,
    400,
    'invalid_parameter',
  ],
  [
    'a length that is none',
    `POST /count HTTP/1.1\r\n${HOST}Content-Length: -1\r\n\r\n{}`,
    400,
    'invalid_parameter',
  ],
  [
    'a length and chunks',
    `POST /count HTTP/1.1\r\n${HOST}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}`,
    400,
    'invalid_parameter',
  ],
  [
    'a transfer encoding that is none',
    `POST /count HTTP/1.1\r\n${HOST}Transfer-Encoding: rot13\r\n\r\n{}`,
    400,
    'invalid_parameter',
  ],
  [
    'headers of 40 KiB',
    `GET /count?key=a HTTP/1.1\r\n${HOST}A: ${'x'.repeat(40_000)}${END}`,
    431,
    'headers_too_large',
  ],
  [
    '5,000 headers',
    `GET /count?key=a HTTP/1.1\r\n${HOST}${'Ab: 12345\r\n'.repeat(5000)}\r\n`,
    431,
    'headers_too_large',
  ],
  [
    'a URL of 40 KiB',
    `GET /count?key=${'x'.repeat(40_000)} HTTP/1.1\r\n${HOST}\r\n`,
    431,
    'headers_too_large',
  ],
]

test.each(GARBAGE)('%s', async (_, bytes, status, code) => {
  const answer = await exchange(bytes)
  expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
  expect(answer).toMatch(/\r\ncontent-type: application\/problem\+json/i)
  const problem = JSON.parse(answer.slice(answer.indexOf('\r\n\r\n') + 4))
  expect([problem.status, problem.code]).toEqual([status, code])
  await expectNothingCounted()
})

/** What a request that was cut short is answered is nobody's to read: it must only leave nothing behind. */
const CUT_SHORT: readonly [string, string][] = [
  ['nothing', ''],
  ['half a request line', 'GET /count?key=a'],
  ['half the headers', `GET /count?key=a HTTP/1.1\r\n${HOST}`],
  [
    'half a body',
    `POST /count HTTP/1.1\r\n${HOST}Content-Type: application/json\r\nContent-Length: 99\r\n\r\n{"key":"a"}`,
  ],
  ['half a chunk', `POST /count HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\n\r\nff\r\n{"key":"a"}`],
  [
    'a chunk of no size',
    `POST /count HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\n\r\nzz\r\n{"key":"a"}${END}`,
  ],
]

test.each(CUT_SHORT)('cut short: %s', async (_, bytes) => {
  await exchange(bytes, true)
  await expectNothingCounted()
})

test('an expectation that nobody can meet is no reason to refuse', async () => {
  const answer = await exchange(`GET /healthz HTTP/1.1\r\n${HOST}Expect: miracles\r\nConnection: close${END}`)
  expect(answer).toMatch(/^HTTP\/1.1 200 /)
})

test('a chunked body of more than 16 MiB', async () => {
  const chunk = `100000\r\n${' '.repeat(0x10_0000)}\r\n`
  const head = `POST /count HTTP/1.1\r\n${HOST}Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n`
  const answer = await exchange(`${head}d\r\n{"key":"big"}\r\n${chunk.repeat(17)}0${END}`)
  expect(answer).toMatch(/^HTTP\/1.1 413 /)
  expect(answer).toContain('"code":"body_too_large"')
  await expectNothingCounted()
})

async function expectNothingCounted(): Promise<void> {
  expect((await server.get('/keys')).text).toBe('{"key":[],"keys":[],"next":null}')
  expect(server.embedded.whale.events).toBe(0)
  expect(server.logged).toEqual([])
}

/** Sends bytes as they are; answers what comes back until the server closes, or at once where `end` closes this side. */
function exchange(bytes: string, end = false): Promise<string> {
  return new Promise(resolve => {
    let text = ''
    const socket = connect(server.port, '127.0.0.1', () => {
      if (end) socket.end(bytes, 'latin1')
      else socket.write(bytes, 'latin1')
    })
    socket.on('data', data => {
      text += data.toString('utf8')
      // An answer that keeps the connection open is one to a request, not to garbage.
      if (!/connection: close/i.test(text)) socket.end()
    })
    socket.on('close', () => resolve(text))
    socket.on('error', () => resolve(text))
  })
}
