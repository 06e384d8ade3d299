/**
 * docs/operations.md, word by word: the commands that bring an embedded server's counts to a hail, a Redis and a whale, and back, run
 * in one shell, from the first to the last. Four ports are replaced by free ones, nothing else.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Block, readPage } from '../docs/blocks.js'
import { compareText } from '../docs/compare.js'
import { writeCommand } from '../docs/server.js'
import { adapted } from '../support/deploy-files.js'
import { freePort } from '../support/free-port.js'
import { buildIfStale } from '../support/server-process.js'

const WRITTEN_PORTS = ['8085', '8086', '8087', '6379']
/** Printed between the blocks: what is before it is of the block before. */
const MARK = '--- next block ---'

let dir: string

beforeAll(buildIfStale, 120_000)

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'hailwhale-move-'))
})

afterEach(() => rm(dir, { recursive: true, force: true }))

/** The blocks of the walk, and what each must print. */
function walk(): { readonly block: Block; readonly expected: Block | undefined }[] {
  const { steps } = readPage(adapted('docs/operations.md', new Map()))
  return steps.filter(step => step.kind === 'walk').filter(step => step.walk === 'move')
}

/** Runs a script to its end, and ends all that it has started. Answers what it printed. */
async function run(script: string, env: Readonly<Record<string, string>>): Promise<string> {
  const child = spawn('bash', ['-euo', 'pipefail', '-c', script], {
    cwd: dir,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  let [printed, complained] = ['', '']
  child.stdout.on('data', chunk => {
    printed += chunk
  })
  child.stderr.on('data', chunk => {
    complained += chunk
  })
  const [code] = await once(child, 'exit')
  try {
    process.kill(-child.pid!, 'SIGKILL')
  } catch {
    // All that it started has ended.
  }
  expect({ code, printed, complained }).toMatchObject({ code: 0 })
  return printed
}

test('from the embedded server to a hail, a Redis and a whale, and back, with the same answers', async () => {
  const blocks = walk()
  const ports = new Map<string, string>()
  for (const written of WRITTEN_PORTS) ports.set(written, String(await freePort()))
  const here = (text: string) => text.replace(/\b(8085|8086|8087|6379)\b/g, port => ports.get(port)!)
  await writeCommand(join(dir, 'bin', 'hailwhale'), '')
  const script = blocks.map(({ block }) => here(block.text)).join(`\necho '${MARK}'\n`)
  const printed = await run(script, {
    PATH: `${join(dir, 'bin')}:${process.env.PATH}`,
    HAILWHALE_PORT: ports.get('8085')!,
  })
  const outputs = printed.split(`${MARK}\n`)
  expect(outputs.length).toBe(blocks.length)
  const problems = blocks.map(({ block, expected }, i) => {
    const difference = expected ? compareText(expected.text, outputs[i]!) : null
    return difference && `line ${block.line}: ${difference}`
  })
  expect(problems.filter(Boolean)).toEqual([])
  const answers = await readFile(join(dir, 'before.txt'), 'utf8')
  expect(answers).toContain('"overall":{"total":{"dollars":50}')
})
