/**
 * The documentation is true: every command in it is run against the built server and prints what the page says, every link
 * leads somewhere, the tables are those of the code. What the pages may do is told in `blocks.ts`. Needs the build.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { BatchEncoder, decodeBatch } from '../../src/rollup/batch-codec.js'
import { anchorsOf, type Block, localLinks, type PageText, readPage, type Step, WALKS } from './blocks.js'
import { PageBrowser, WRITTEN_SITE } from './browser.js'
import { compareJson, compareText } from './compare.js'
import { PageServer, ROOT } from './server.js'

const PAGES = [
  'README.md',
  'ARCHITECTURE.md',
  'CHANGELOG.md',
  'docs/guide.md',
  'docs/api.md',
  'docs/embed.md',
  'docs/access.md',
  'docs/operations.md',
  'docs/glossary.md',
  'docs/non-goals.md',
  'docs/settings.md',
  'docs/format/journal.md',
  'docs/format/batch.md',
  'docs/format/rows.md',
  'examples/README.md',
]

const HOUR_MS = 3_600_000

/** What is looked at of an OpenAPI document: path → method → parameters. */
type Paths = Record<string, Record<string, { readonly parameters?: readonly { readonly name: string }[] }>>

/** Debian has nginx where only root looks. */
const SYSTEM = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` }

function textOf(page: string): string {
  return readFileSync(join(ROOT, page), 'utf8')
}

for (const page of PAGES) describe(page, () => describePage(page, readPage(textOf(page))))

function describePage(page: string, { steps, others, flags }: PageText): void {
  for (const block of others) testBlock(block)
  for (const step of steps) {
    if (step.kind === 'skip') test.skip(`line ${step.block.line} is not run: ${step.reason}`, () => {})
    if (step.kind === 'example') {
      test(`line ${step.block.line} stands in ${step.page}`, () =>
        expect(unindented(textOf(step.page))).toContain(unindented(step.block.text)))
    }
    if (step.kind === 'walk') {
      test(`line ${step.block.line} is run by a test of its own`, () => {
        const file = WALKS.get(step.walk)
        expect(file !== undefined && existsSync(join(ROOT, file))).toBe(true)
      })
    }
  }
  test('links lead somewhere', () =>
    expect(localLinks(textOf(page)).filter(link => isDead(page, link))).toEqual([]))
  if (!steps.some(step => step.kind === 'run')) return
  test('commands print what it says', () => runPage(steps, flags))
}

function unindented(text: string): string {
  return text.replace(/^ +/gm, '')
}

/** Runs a page; once more on a new server where the hour changed meanwhile, as what was counted "now" may have moved then. */
async function runPage(steps: readonly Step[], flags: readonly string[]): Promise<void> {
  const hourOf = () => Math.floor(Date.now() / HOUR_MS)
  const hour = hourOf()
  const problems = await problemsOf(steps, flags)
  expect(problems.length > 0 && hourOf() !== hour ? await problemsOf(steps, flags) : problems).toEqual([])
}

async function problemsOf(steps: readonly Step[], flags: readonly string[]): Promise<string[]> {
  const browser = await PageBrowser.create()
  const server = await PageServer.create(flags.map(flag => flag.replace(WRITTEN_SITE, browser.site)))
  const problems: string[] = []
  try {
    await server.start()
    for (const step of steps) {
      if (step.kind === 'server') await server[step.does]()
      if (step.kind === 'run') problems.push(...(await problemOf(server, step.block, step.expected)))
      if (step.kind === 'open')
        problems.push(...(await problemOfPage(server, browser, step.block, step.expected)))
    }
  } finally {
    await browser.close()
    await server.remove()
  }
  return problems
}

async function problemOf(server: PageServer, block: Block, expected: Block | undefined): Promise<string[]> {
  const missing = ['python3', 'nginx'].find(name => block.text.includes(`${name} `) && !has(name))
  if (missing !== undefined) {
    console.warn(`line ${block.line} is not run: there is no ${missing} here`)
    return []
  }
  try {
    const refused = await server.refused()
    const printed = await server.run(block.text)
    if (expected === undefined)
      return (await server.refused()) > refused ? [`line ${block.line} was refused`] : []
    const difference = compare(expected, printed, /\bfrom=\d/.test(block.text))
    return difference === null ? [] : [`line ${block.line}: ${difference}`]
  } catch (error) {
    return [`line ${block.line}: ${(error as Error).message}`]
  }
}

/** A page must show its text, and each `/count` in it must have counted an event. */
async function problemOfPage(
  server: PageServer,
  browser: PageBrowser,
  { text, line }: Block,
  expected: Block | undefined,
): Promise<string[]> {
  const counts = text.split('/count').length - 1
  const wanted = (await server.counted()) + counts
  const differs = (shown: string) => (expected ? compareText(expected.text, shown) : null)
  const isDone = async (shown: string) => differs(shown) === null && (await server.counted()) >= wanted
  const shown = await browser.open(server.here(text), isDone)
  const missing = wanted - (await server.counted())
  const difference =
    differs(shown) ?? (missing > 0 ? `${missing} of ${counts} events were not counted` : null)
  return difference === null ? [] : [`line ${line}: ${difference}`]
}

function compare({ language, text }: Block, printed: string, exactTimes: boolean): string | null {
  return language === 'json' ? compareJson(text, printed, exactTimes) : compareText(text, printed)
}

/** Blocks that no command prints: the ones that a program reads must be readable. */
function testBlock({ language, text, line }: Block): void {
  if (language === 'json') test(`line ${line} is JSON`, () => expect(() => JSON.parse(text)).not.toThrow())
  if (language === 'nginx') {
    const name = `line ${line} is a configuration that nginx takes`
    if (has('nginx')) test(name, () => checkNginx(text))
    else test.skip(`${name} (there is no nginx here)`, () => {})
  }
}

function checkNginx(block: string): void {
  const folder = mkdtempSync(join(tmpdir(), 'hailwhale-nginx-'))
  try {
    const file = join(folder, 'nginx.conf')
    const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    const paths = temporary.map(name => `${name}_temp_path ${folder};`).join('\n')
    const http = `http {\naccess_log off;\n${paths}\n${block}\n}`
    writeFileSync(file, `pid ${folder}/pid;\nerror_log ${folder}/error.log;\nevents {}\n${http}\n`)
    const args = ['-t', '-q', '-c', file, '-p', folder]
    const { status, stderr } = spawnSync('nginx', args, { encoding: 'utf8', env: SYSTEM })
    expect(status, stderr).toBe(0)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function has(command: string): boolean {
  return spawnSync('sh', ['-c', `command -v ${command}`], { env: SYSTEM }).status === 0
}

function isDead(page: string, link: string): boolean {
  const [path = '', anchor] = link.split('#')
  const target = path === '' ? page : join(dirname(page), path)
  if (!existsSync(join(ROOT, target))) return true
  return anchor !== undefined && !anchorsOf(textOf(target)).has(anchor)
}

test('the example of docs/format/batch.md is a batch', () => {
  const lines = /```hex\n([\s\S]*?)```/.exec(textOf('docs/format/batch.md'))![1]!.split('\n')
  const bytes = Buffer.from(
    lines
      .map(line => line.replace(/ {2,}.*/, ''))
      .join('')
      .replaceAll(' ', ''),
    'hex',
  )
  const batch = decodeBatch(bytes)
  const { nodes } = batch.interner
  const { parent, kind } = nodes
  expect({ count: batch.count, exact: batch.exact, receivedAtMs: batch.receivedAtMs }).toEqual({
    count: 2,
    exact: false,
    receivedAtMs: 1772366412345,
  })
  expect([1, 2, 3, 4].map(node => nodes.nameOf(node))).toEqual(['shop', 'sales', 'p1', 'p2'])
  expect([...parent.subarray(1, 5)]).toEqual([0, 1, 2, 2])
  expect([...kind.subarray(1, 5)]).toEqual([0, 1, 1, 1])
  expect(batch.interner.shapes.names).toEqual([['dollars', 'hits']])
  expect([...batch.leaves.subarray(0, 2)]).toEqual([3, 4])
  expect([...batch.values.subarray(0, 4)]).toEqual([12.5, 1, -3, 1])
  expect([...batch.ticks.subarray(0, 2)]).toEqual([177236640, 177236641])
  expect(Buffer.compare(new BatchEncoder().encode(batch), bytes)).toBe(0)
})

describe('the tables of docs/api.md', () => {
  test('are those of the code (npm run docs writes them)', () => {
    const { status, stderr } = spawnSync(process.execPath, ['script/docs.mjs', '--check'], {
      cwd: ROOT,
      encoding: 'utf8',
    })
    expect(status, stderr).toBe(0)
  })
})

describe('what a server says of itself', () => {
  let server: PageServer
  beforeAll(async () => {
    server = await PageServer.create([])
    await server.start()
  })
  afterAll(() => server?.remove())

  test('its routes and their parameters are in docs/api.md', async () => {
    const { paths } = (await (await fetch(`${server.url}/openapi.json`)).json()) as { paths: Paths }
    const page = textOf('docs/api.md')
    const names = Object.values(paths).flatMap(methods =>
      Object.values(methods).flatMap(({ parameters = [] }) => parameters.map(({ name }) => `\`${name}\``)),
    )
    expect(Object.keys(paths).length).toBeGreaterThan(15)
    expect(names.length).toBeGreaterThan(50)
    expect([...Object.keys(paths), ...names].filter(text => !page.includes(text))).toEqual([])
  })

  test('its numbers in /metrics are in docs/operations.md', async () => {
    await fetch(`${server.url}/count`)
    const text = await (await fetch(`${server.url}/metrics`)).text()
    const names = [...text.matchAll(/^# TYPE (hailwhale_\S+)/gm)].map(match => match[1]!)
    expect(names.length).toBeGreaterThan(5)
    const page = textOf('docs/operations.md')
    expect(names.filter(name => !page.includes(`\`${name}\``))).toEqual([])
  })
})

test('the command of the pages is the one of the package', () => {
  const version = JSON.parse(textOf('package.json')).version
  expect(
    execFileSync(process.execPath, ['dist/cli/main.js', '--version'], { cwd: ROOT, encoding: 'utf8' }).trim(),
  ).toBe(version)
})
