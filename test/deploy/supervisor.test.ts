/** `deploy/supervisor/` in a real supervisor: paths, user and ports are replaced, nothing else. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { has } from '../support/deploy-files.js'
import { freePort, freePorts } from '../support/free-port.js'
import { RedisServer } from '../support/redis-servers.js'
import { buildIfStale, runCommand } from '../support/server-process.js'
import { Supervisor } from '../support/supervisor.js'

let dir: string
const running = new Set<{ close(): Promise<unknown> }>()

beforeAll(buildIfStale, 120_000)

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'hailwhale-supervisor-'))
})

afterEach(async () => {
  for (const each of [...running].reverse()) await each.close()
  running.clear()
  await rm(dir, { recursive: true, force: true })
})

function closing<T extends { close(): Promise<unknown> }>(started: T): T {
  running.add(started)
  return started
}

/** Waits until the server counts and answers. */
async function ready(url: string): Promise<void> {
  await expect.poll(() => statusOf(`${url}/readyz`), { timeout: 30_000 }).toBe(200)
}

async function statusOf(url: string): Promise<number> {
  return fetch(url).then(
    ({ status }) => status,
    () => 0,
  )
}

async function hits(url: string): Promise<number> {
  const { today, yesterday } = await (await fetch(`${url}/totals?key=shop&period=today,yesterday`)).json()
  return today._.hits + yesterday._.hits
}

/** A supervisor with one file, in a folder of its own. */
async function supervise(file: string, here: readonly (readonly [string, string])[]): Promise<Supervisor> {
  const folder = join(dir, file)
  await mkdir(folder)
  return closing(await Supervisor.start(folder, file, new Map(here), {}))
}

/** Kills a program, and waits until it runs again. */
async function killed(supervisor: Supervisor, program: string): Promise<void> {
  const before = await supervisor.ask('pid', program)
  process.kill(Number(before), 'SIGKILL')
  await expect.poll(() => supervisor.ask('pid', program)).not.toMatch(new RegExp(`^(0|${before})$`))
}

async function countAtEach(urls: readonly string[]): Promise<void> {
  for (const url of urls) expect(await (await fetch(`${url}/count?key=shop`)).text()).toBe('QUEUED')
}

describe.runIf(has('supervisord'))('supervisor', () => {
  test('serve.conf: comes back from a kill -9 with what was counted; a stop flushes all', async () => {
    const port = await freePort()
    const data = join(dir, 'data')
    const folders = new Map([['/var/lib/hailwhale', data]])
    const env = { HAILWHALE_PORT: String(port) }
    await mkdir(data)
    const supervisor = closing(await Supervisor.start(dir, 'serve.conf', folders, env))
    const url = `http://127.0.0.1:${port}`
    await ready(url)
    for (let i = 0; i < 20; i++) expect(await (await fetch(`${url}/count?key=shop`)).text()).toBe('OK')

    await killed(supervisor, 'hailwhale-serve')
    await ready(url)
    expect(await hits(url)).toBe(20)
    expect(await (await fetch(`${url}/count?key=shop`)).text()).toBe('OK')

    expect(await supervisor.ask('stop', 'hailwhale-serve')).toBe('hailwhale-serve: stopped')
    expect(await statusOf(`${url}/healthz`)).toBe(0)
    const { code, stdout } = await runCommand('check', data)
    expect({ code, stdout }).toMatchObject({ code: 0 })
    const last = /journal: \d+ records? \(\d+ to (\d+)\)/.exec(stdout)?.[1]
    expect(stdout).toContain(`store: applied through record ${last},`)
    expect((await supervisor.log('hailwhale-serve')).at(-1)?.msg).toBe('all is on disk; bye')
  })

  test('hail.conf and whale.conf: each comes back from a kill -9, and a stop loses nothing', async () => {
    const redis = closing(await RedisServer.start())
    const [hailPort, whalePort] = [await freePorts(), await freePort()]
    const queue = ['redis://127.0.0.1:6379', redis.url] as const
    const hails = await supervise('hail.conf', [queue, ['numprocs_start=8085', `numprocs_start=${hailPort}`]])
    const whales = await supervise('whale.conf', [queue, ['--port 8087', `--port ${whalePort}`]])
    const names = [hailPort, hailPort + 1].map(port => `hailwhale-hail:hail-${port}`)
    const urls = [hailPort, hailPort + 1].map(port => `http://127.0.0.1:${port}`)
    const whale = `http://127.0.0.1:${whalePort}`
    for (const url of [...urls, whale]) await ready(url)
    await countAtEach(urls)

    await killed(hails, names[0]!)
    await ready(urls[0]!)
    await countAtEach(urls)
    expect(await (await fetch(`${urls[1]}/flush_hail`)).text()).toBe('OK')
    expect(await hits(whale)).toBe(4)

    await killed(whales, 'hailwhale-whale')
    await countAtEach(urls)
    await ready(whale)
    expect(await (await fetch(`${urls[0]}/flush_hail`)).text()).toBe('OK')
    expect(await hits(whale)).toBe(6)

    await countAtEach(urls)
    expect(await hails.ask('stop', 'hailwhale-hail:*')).toBe(names.map(name => `${name}: stopped`).join('\n'))
    expect(await whales.ask('stop', 'hailwhale-whale')).toBe('hailwhale-whale: stopped')
    expect(await statusOf(`${whale}/healthz`)).toBe(0)
    await whales.ask('start', 'hailwhale-whale')
    await ready(whale)
    await expect.poll(() => hits(whale), { timeout: 20_000 }).toBe(8)
  })
})
