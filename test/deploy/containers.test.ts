/** The Dockerfile and compose.yaml, as far as can be seen without Docker. */
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { adapted, has, ROOT, SYSTEM } from '../support/deploy-files.js'
import { freePort } from '../support/free-port.js'
import { buildIfStale, ServerProcess } from '../support/server-process.js'

const DOCKERFILE = readFileSync(join(ROOT, 'Dockerfile'), 'utf8')
const COMPOSE = readFileSync(join(ROOT, 'compose.yaml'), 'utf8')

test('the build is given what it copies, and nothing else', () => {
  const copied = [...DOCKERFILE.matchAll(/^COPY (?!--)(.+) \S+$/gm)].flatMap(([, names]) => names!.split(' '))
  const [ignored, ...given] = readFileSync(join(ROOT, '.dockerignore'), 'utf8').split('\n').slice(1, -1)
  expect(ignored).toBe('*')
  expect(given).toEqual(copied.map(name => `!${name}`))
  expect(copied.filter(name => !existsSync(join(ROOT, name)))).toEqual([])
})

test('what it ships is run by a user without rights, on the Node.js that the package asks for', () => {
  const [, shipped = ''] = DOCKERFILE.split(/^FROM node:20-slim$/m)
  expect(shipped).toMatch(/^USER node$/m)
  expect(shipped).toMatch(/^VOLUME \/data$/m)
  expect(DOCKERFILE).toContain('npm prune --omit=dev')
})

describe('the health check', () => {
  const [program, ...args] = JSON.parse(/^HEALTHCHECK [^\n]*\\\n +CMD (\[.+\])$/m.exec(DOCKERFILE)![1]!)
  beforeAll(buildIfStale, 120_000)

  async function check(env: Record<string, string>): Promise<number> {
    const child = spawn(program === 'node' ? process.execPath : program, args, {
      env: { ...process.env, ...env },
      stdio: 'ignore',
    })
    const [code] = await once(child, 'exit')
    return code
  }

  test.each(['', '/stats'])('says whether the server is alive, at base path "%s"', async basePath => {
    const dir = await mkdtemp(join(tmpdir(), 'hailwhale-health-'))
    const server = ServerProcess.start(dir, ...(basePath === '' ? [] : ['--base-path', basePath]))
    try {
      const { port } = new URL(await server.url())
      expect(await check({ HAILWHALE_PORT: port, HAILWHALE_BASE_PATH: basePath })).toBe(0)
      expect(await check({ HAILWHALE_PORT: port, HAILWHALE_BASE_PATH: '/elsewhere' })).toBe(1)
      expect(await check({ HAILWHALE_PORT: String(await freePort()) })).toBe(1)
    } finally {
      await server.end('SIGKILL')
      await rm(dir, { recursive: true, force: true })
    }
  })
})

describe('compose.yaml', () => {
  test('mounts files that are there, and nginx knows its servers', () => {
    const mounted = [...COMPOSE.matchAll(/- \.\/(\S+?):/g)].map(([, path]) => path!)
    expect(mounted.length).toBe(2)
    expect(mounted.filter(path => !existsSync(join(ROOT, path)))).toEqual([])
    const servers = adapted('deploy/nginx/compose-servers.conf', new Map())
    for (const [, name] of servers.matchAll(/server (\w+):8085/g)) expect(COMPOSE).toContain(`\n  ${name}:\n`)
  })

  test('its Redis keeps what it was given, and never throws counts away', () => {
    expect(COMPOSE).toMatch(/command: redis-server .*--appendonly yes .*--maxmemory-policy noeviction/)
  })

  test.runIf(has('nginx'))('its nginx takes both files', () => {
    const folder = mkdtempSync(join(tmpdir(), 'hailwhale-compose-'))
    try {
      // Outside of Docker nobody has the names.
      const local = new Map(['hail', 'whale'].map(name => [`server ${name}:`, 'server 127.0.0.1:']))
      const paths = new Map([['/var/log/nginx/', `${folder}/`]])
      const files = [
        adapted('deploy/nginx/compose-servers.conf', local),
        adapted('deploy/nginx/hailwhale.conf', paths),
      ]
      const main = join(folder, 'nginx.conf')
      writeFileSync(main, `pid ${folder}/pid;\nevents {}\nhttp {\n${files.join('\n')}\n}`)
      const tested = spawnSync('nginx', ['-t', '-q', '-c', main, '-p', folder], {
        encoding: 'utf8',
        env: SYSTEM,
      })
      expect(tested.status, tested.stderr).toBe(0)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })
})
