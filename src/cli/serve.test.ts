import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFile, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { check } from './check.js'
import { fileSettings, resolveSettings } from './resolve.js'
import type { RunningServer } from './running.js'
import { startServer } from './serve.js'

let dir: string
const running = new Set<RunningServer>()

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'hailwhale-serve-'))
})

afterEach(async () => {
  for (const server of running) await server.close()
  running.clear()
  await rm(dir, { recursive: true, force: true })
})

/** A server on any free port over the test's folder, with these lines as its config file. */
async function start(lines: readonly string[] = []): Promise<RunningServer> {
  const ours = ['port = 0', `data-dir = ${dir}`].filter(
    line => !lines.some(other => other.startsWith(line.slice(0, 5))),
  )
  const settings = resolveSettings([fileSettings([...ours, ...lines].join('\n'), 'test.conf')])
  const server = await startServer(settings, {
    log: pino({ level: 'silent' }),
    now: Date.now,
    random: () => 0.5,
    onFatal: error => {
      throw error
    },
  })
  await server.recovered
  running.add(server)
  return server
}

async function stop(server: RunningServer): Promise<void> {
  running.delete(server)
  await server.close()
}

async function checked(repair = false): Promise<{ code: number; text: string }> {
  const printed: string[] = []
  const code = await check(dir, { repair, print: text => printed.push(text) })
  return { code, text: printed.join('\n') }
}

describe('startServer', () => {
  test('counts, stops, starts again and still knows', async () => {
    const first = await start(['base-path = /stats'])
    expect(first.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/stats$/)
    expect(await (await fetch(`${first.url}/count?dimension=a&metrics={"dollars":2}`)).text()).toContain('OK')
    await stop(first)
    const second = await start()
    const graph = (await (await fetch(`${second.url}/graph?metrics=dollars`)).json()) as {
      overall: { total: object }
    }
    expect(graph.overall.total).toEqual({ dollars: 2 })
  })

  test('on an address that others can reach everybody needs a token, unless it is open', async () => {
    const asked = async ({ url }: RunningServer) =>
      (await fetch(`http://127.0.0.1:${new URL(url).port}/graph`)).status
    const first = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
    const closed = await start(['host = 0.0.0.0'])
    expect(first).toHaveBeenCalledWith(expect.stringContaining('hw_'))
    first.mockRestore()
    expect(await asked(closed)).toBe(401)
    await stop(closed)
    expect(await asked(await start(['host = 0.0.0.0', 'open = true']))).toBe(200)
  })

  test('a port in use is one clear line, and the folder is free again', async () => {
    const other = await start()
    const { port } = new URL(other.url)
    const folder = `data-dir = ${join(dir, 'other')}`
    await expect(start([folder, `port = ${port}`])).rejects.toThrow(`port ${port} of 127.0.0.1 is in use`)
    await start([folder])
  })

  test('a folder in use says by whom', async () => {
    await start()
    await expect(start()).rejects.toThrow(String(process.pid))
  })

  test('an open stream does not hold up the stop', async () => {
    const server = await start()
    const stream = await fetch(`${server.url}/stream`)
    expect(stream.status).toBe(200)
    await stop(server)
    await stream.text().catch(() => {})
  })
})

describe('check', () => {
  async function count(): Promise<void> {
    const server = await start()
    await fetch(`${server.url}/count?key=["shop","eu"]&dimensions={"sales":"p1"}`)
    await fetch(`${server.url}/count?key=shop&dimension=sales`)
    await stop(server)
  }

  test('says what is there', async () => {
    await count()
    const { code, text } = await checked()
    expect(code).toBe(0)
    for (const part of [
      'journal: 2 records',
      '2 keys',
      '["shop"]: 2 dimension paths',
      '["shop","eu"]: 2 ',
      'sound',
    ]) {
      expect(text).toContain(part)
    }
  })

  test('a torn end is sound; damage before the end is not, until it is repaired', async () => {
    await count()
    const journal = join(dir, 'journal')
    const segment = join(journal, (await readdir(journal)).filter(name => name.endsWith('.hwj')).sort()[0]!)
    await appendFile(segment, 'torn')
    expect(await checked()).toMatchObject({
      code: 0,
      text: expect.stringContaining('next start cuts it off'),
    })
    await rm(segment)
    const damaged = await checked()
    expect(damaged).toMatchObject({ code: 1, text: expect.stringContaining('--repair') })
    expect(await checked(true)).toMatchObject({ code: 0, text: expect.stringContaining('repair: ') })
    await start()
  })

  test('no data folder', async () => {
    await expect(checked()).rejects.toThrow('is no data folder')
  })
})

describe('the process', () => {
  test('a signal ends it with everything on disk and exit code 0', async () => {
    const main = join(import.meta.dirname, '..', '..', 'dist', 'cli', 'main.js')
    const child = spawn(process.execPath, [main, 'serve', '--port', '0', '--data-dir', dir], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let log = ''
    child.stdout.on('data', chunk => {
      log += chunk
      if (log.includes('"url"') && !child.killed) child.kill('SIGTERM')
    })
    const [code] = await once(child, 'exit')
    expect(code).toBe(0)
    expect(
      log
        .trim()
        .split('\n')
        .map(line => JSON.parse(line).msg)
        .at(-1),
    ).toContain('bye')
    expect((await checked()).code).toBe(0)
  })
})
