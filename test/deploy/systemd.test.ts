/** `deploy/systemd/` as systemd itself reads it: no mistakes, and little that a server is allowed. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { EXIT } from '../../src/cli/exit.js'
import { adapted, has, ROOT } from '../support/deploy-files.js'

const FOLDER = 'deploy/systemd'
const UNITS = readdirSync(join(ROOT, FOLDER))
/** The mark of `systemd-analyze security` from 0 (nothing allowed) to 10; a server without any hardening has 9.6. */
const MOST_EXPOSED = 2

let dir: string

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'hailwhale-systemd-'))
})

afterAll(() => rmSync(dir, { recursive: true, force: true }))

function analyze(...args: string[]) {
  const { status, stdout, stderr } = spawnSync('systemd-analyze', args, { encoding: 'utf8' })
  return { status, said: stdout + stderr }
}

test('there is a unit for each form', () => {
  expect(UNITS).toEqual(['hailwhale-hail@.service', 'hailwhale-serve.service', 'hailwhale-whale.service'])
})

test.each(UNITS)('%s: does not loop on a wrong setting, and starts again after what a start mends', name => {
  const text = adapted(`${FOLDER}/${name}`, new Map())
  expect(text).toContain('\nRestart=on-failure\n')
  expect(text).toContain(`\nRestartPreventExitStatus=${EXIT.misconfigured}\n`)
})

describe.runIf(has('systemd-analyze'))('systemd-analyze', () => {
  test.each(UNITS)('%s has no mistakes', name => {
    const path = join(dir, name)
    writeFileSync(path, adapted(`${FOLDER}/${name}`, new Map([['/usr/bin/hailwhale', process.execPath]])))
    expect(analyze('verify', '--man=no', path)).toEqual({ status: 0, said: '' })
  })

  test.each(UNITS)('%s allows little', name => {
    const { status, said } = analyze(
      'security',
      '--offline=true',
      '--no-pager',
      `--threshold=${MOST_EXPOSED * 10}`,
      join(ROOT, FOLDER, name),
    )
    expect(status, said).toBe(0)
  })
})
