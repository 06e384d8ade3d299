/** `hailwhale token` on a data folder, and a server that runs on it. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { TokenFile } from '../access/token-file.js'
import { describeError } from './exit.js'
import { openAccess } from './open-access.js'
import { createProgram } from './program.js'
import { fileSettings, resolveSettings } from './resolve.js'
import { startServer } from './serve.js'

let folder: string
let dir: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hailwhale-token-'))
  dir = join(folder, 'data')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** Runs a command; answers what it printed. */
async function token(args: readonly string[], env: Record<string, string> = {}): Promise<string> {
  const printed: string[] = []
  const program = createProgram({
    env,
    fetch,
    print: text => printed.push(text),
    columns: 80,
    colours: false,
    setExitCode: () => {},
  })
  await program.parseAsync(['token', ...args], { from: 'user' })
  return printed.join('\n')
}

/** Why a command failed. */
function refusal(args: readonly string[], env: Record<string, string> = {}): Promise<string> {
  return token(args, env).then(
    printed => `printed ${printed}`,
    error => describeError(error),
  )
}

test('create prints the token alone, once; list shows all but it; revoke takes it away', async () => {
  const at = ['--data-dir', dir]
  const text = await token([
    ...['create', ...at, '--scope', 'count', '--scope', 'read', '--key', 'site', '--key', '["shop","eu"]'],
    ...['--rate', '100/500', '--name', 'shop pages'],
  ])
  expect(text).toMatch(/^hw_[0-9a-f]{10}_[0-9a-f]{40}$/)
  const id = text.slice(3, 13)
  await token(['create', ...at, '--scope', 'admin'])
  const lines = (await token(['list', ...at])).split('\n').map(line => line.split(/ {2,}/))
  expect(lines[0]).toEqual(['ID', 'NAME', 'SCOPES', 'KEYS', 'RATE', 'CREATED'])
  expect(lines[1]!.slice(0, 5)).toEqual([
    id,
    'shop pages',
    'count,read',
    '["site"] ["shop","eu"]',
    '100/s, 500 at once',
  ])
  expect(lines[2]!.slice(1, 5)).toEqual(['-', 'admin', 'all', '-'])
  expect(readFileSync(join(dir, 'tokens.json'), 'utf8')).not.toContain(text.slice(14))
  expect(await token(['revoke', ...at, id])).toBe(`revoked ${id} (shop pages)`)
  expect(await refusal(['revoke', ...at, id])).toBe(`there is no token ${id} in ${join(dir, 'tokens.json')}`)
})

test('a whole token can be revoked as well; the last one says what that means', async () => {
  const text = await token(['create', '--data-dir', dir, '--scope', 'read'])
  expect(await token(['revoke', '--data-dir', dir, text])).toBe(
    `revoked ${text.slice(3, 13)}. It was the last: nobody is let in until there is another`,
  )
  expect(await token(['list', '--data-dir', dir])).toContain('nobody is let in')
})

test('the place can be named as for a server: variable, config file', async () => {
  await token(['create', '--scope', 'read', '--name', 'x'], { HAILWHALE_DATA_DIR: dir })
  expect(await token(['list', '--data-dir', dir])).toContain(' x ')
  expect(await token(['list', '--data-dir', folder])).toBe(
    `no tokens in ${join(folder, 'tokens.json')}: so on loopback nobody needs one`,
  )
})

test.each([
  [['--scope', 'write'], "--scope: 'write' is none of count, read, admin"],
  [['--scope', 'read', '--key', ''], '--key: a name, or a JSON array of names'],
  [['--scope', 'read', '--key', '["a"'], '--key: '],
  [['--scope', 'read', '--key', '{"a":1}'], '--key: '],
  [['--scope', 'read', '--rate', 'fast'], "--rate: 'fast' is no rate"],
  [['--scope', 'read', '--rate', '0'], "--rate: '0' is no rate"],
  [['--scope', 'read', '--rate', '5/0'], "--rate: '5/0' is no rate"],
  [['--scope', 'read', '--name', 'a\nb'], '--name: at most 100 characters on one line'],
  [
    ['--scope', 'read', '--queue', 'redis://127.0.0.1:1'],
    '--data-dir and --queue: tokens are in one of them',
  ],
])('create %j is refused, and nothing is made', async (args, why) => {
  expect(await refusal(['create', '--data-dir', dir, ...args])).toContain(why)
  expect((await new TokenFile(dir).load()).tokens).toEqual([])
})

test('a queue that is away', async () => {
  expect(await refusal(['list', '--queue', 'redis://127.0.0.1:1'])).toMatch(
    /^Redis at redis:\/\/127\.0\.0\.1:1 can't be used/,
  )
})

describe('a server', () => {
  const start = (...lines: string[]) => {
    const settings = resolveSettings([
      fileSettings([`data-dir = ${dir}`, 'port = 0', ...lines].join('\n'), 'x'),
    ])
    return startServer(settings, {
      log: pino({ level: 'silent' }),
      now: Date.now,
      random: Math.random,
      onFatal: error => {
        throw error
      },
    })
  }
  const status = async (url: string, text?: string) =>
    (await fetch(url, text === undefined ? {} : { headers: { authorization: `Bearer ${text}` } })).status

  test('that runs knows a token within seconds, and that it was revoked', async () => {
    const server = await start()
    await server.recovered
    const url = `${server.url}/count?key=shop`
    expect(await status(url)).toBe(200)
    const text = await token(['create', '--data-dir', dir, '--scope', 'count', '--key', 'shop'])
    await expect.poll(() => status(url), { timeout: 5_000 }).toBe(401)
    expect(await status(url, text)).toBe(200)
    expect(await status(`${server.url}/count?key=other`, text)).toBe(403)
    expect(await status(`${server.url}/count?key=shop&token=${text}`)).toBe(200)
    await token(['revoke', '--data-dir', dir, text])
    await expect.poll(() => status(url, text), { timeout: 5_000 }).toBe(401)
    await server.close()
  })

  test('with tokens counts its own demo', async () => {
    const text = await token(['create', '--data-dir', dir, '--scope', 'read'])
    const server = await start('demo = true')
    await server.recovered
    expect(await status(`${server.url}/keys`)).toBe(401)
    const keys = async () =>
      (await fetch(`${server.url}/keys`, { headers: { authorization: `Bearer ${text}` } })).text()
    await expect.poll(keys, { timeout: 20_000 }).toContain('"demo"')
    await server.close()
  })
})

describe('an address', () => {
  const opened = async (host: string, open = false) => {
    const said: string[] = []
    const access = await openAccess({ host, open }, new TokenFile(dir), {
      log: { warn: () => {} },
      now: Date.now,
      announce: line => said.push(line),
    })
    await access.close()
    return { isOpen: access.isOpen, access, said: said.join('\n') }
  }

  test('that only this machine reaches asks for nothing', async () => {
    for (const host of ['127.0.0.1', '::1', 'localhost', '127.1.2.3'])
      expect(await opened(host)).toMatchObject({ isOpen: true, said: '' })
  })

  test('that others reach has a first token, told once', async () => {
    const { isOpen, access, said } = await opened('0.0.0.0')
    expect(isOpen).toBe(false)
    expect(said).toContain('Others can reach 0.0.0.0')
    const text = /^ {2}(hw_\w+)$/m.exec(said)![1]!
    expect(access.admit(`Bearer ${text}`, { scope: 'admin', allKeys: true }).hasToken).toBe(true)
    expect(await opened('0.0.0.0')).toMatchObject({ isOpen: false, said: '' })
    expect(await opened('127.0.0.1')).toMatchObject({ isOpen: false, said: '' })
  })

  test('that is open to all has none', async () => {
    expect(await opened('0.0.0.0', true)).toMatchObject({ isOpen: true, said: '' })
    expect((await new TokenFile(dir).load()).tokens).toEqual([])
  })
})
