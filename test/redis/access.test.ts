/** Hails and whales that others can reach: one first token for all of them, and the same answer to a token from each. */
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { RedisServer } from '../support/redis-servers.js'
import { buildIfStale, runCommand, ServerProcess } from '../support/server-process.js'

let redis: RedisServer
const servers = new Set<ServerProcess>()

beforeAll(buildIfStale, 120_000)
beforeEach(async () => {
  redis = await RedisServer.start()
})
afterEach(async () => {
  await Promise.all([...servers].map(server => server.end('SIGKILL')))
  servers.clear()
  await redis.close()
})

function start(command: 'hail' | 'whale', ...flags: string[]): ServerProcess {
  const server = ServerProcess.command(command, '--queue', redis.url, '--host', '0.0.0.0', ...flags)
  servers.add(server)
  return server
}

const TOKEN = /hw_[0-9a-f]{10}_[0-9a-f]{40}/

async function token(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await runCommand('token', ...args, '--queue', redis.url)
  expect([code, stderr]).toEqual([0, ''])
  return stdout.trim()
}

function local(url: string): string {
  return url.replace('0.0.0.0', '127.0.0.1')
}

async function status(url: string, text?: string): Promise<number> {
  const answer = await fetch(url, text === undefined ? {} : { headers: { authorization: `Bearer ${text}` } })
  await answer.text()
  return answer.status
}

test('one first token, and tokens that hold at each of them', async () => {
  const whales = [0, 1].map(() => start('whale', '--store', redis.url))
  const hails = [0, 1].map(() => start('hail'))
  const urls = (await Promise.all([...hails, ...whales].map(server => server.url()))).map(local)
  for (const url of urls) {
    // A hail has its pages from a whale.
    await expect.poll(() => status(`${url}/`), { timeout: 20_000 }).toBe(200)
    expect(await status(`${url}/count?key=shop`)).toBe(401)
    expect(await status(`${url}/graph?key=shop`)).toBe(401)
    expect(await status(`${url}/nothing`)).toBe(401)
    expect((await fetch(`${url}/nothing`, { method: 'PUT' })).status).toBe(401)
    expect(await status(`${url}/healthz`)).toBe(200)
  }
  expect((await token('list')).split('\n')).toHaveLength(2)
  const shop = await token('create', '--scope', 'count', '--scope', 'read', '--key', 'shop')
  // Each looks every two seconds, and a hail passes on to a whale.
  for (const url of urls)
    await expect.poll(() => status(`${url}/count?key=shop`, shop), { timeout: 5_000 }).toBeLessThan(300)
  for (const url of urls) {
    expect(await status(`${url}/count?key=other`, shop)).toBe(403)
    expect(await status(`${url}/count?key=shop&token=${shop}`)).toBeLessThan(300)
    expect(await status(`${url}/count_now?key=shop`, shop)).toBe(200)
    expect(await status(`${url}/graph?key=shop`, shop)).toBe(200)
    expect(await status(`${url}/graph?key=shop&token=${shop}`)).toBe(200)
    expect(await status(`${url}/graph?key=other`, shop)).toBe(403)
    expect(await status(`${url}/state`, shop)).toBe(403)
    expect(await status(`${url}/nothing`, shop)).toBe(404)
  }
  await token('revoke', shop)
  for (const url of urls) {
    await expect.poll(() => status(`${url}/graph?key=shop`, shop), { timeout: 5_000 }).toBe(401)
    await expect.poll(() => status(`${url}/count?key=shop`, shop), { timeout: 5_000 }).toBe(401)
  }
  const ended = await Promise.all([...servers].map(server => server.end('SIGTERM')))
  servers.clear()
  const told = ended.flatMap(({ stderr }) => stderr.match(TOKEN) ?? [])
  expect(told).toHaveLength(1)
  for (const { log } of ended) expect(JSON.stringify(log)).not.toMatch(TOKEN)
})
