/** Every script of this folder, in every mode. README.md here describes the scripts. */
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, test } from 'vitest'
import { runScript, SCRIPT_MODES } from '../support/script-run.js'

const FOLDER = new URL('./', import.meta.url)
const SCRIPTS = readdirSync(fileURLToPath(FOLDER)).filter(name => name.endsWith('.txt'))

describe.each(SCRIPTS)('%s', name => {
  const text = readFileSync(new URL(name, FOLDER), 'utf8')
  test.each(SCRIPT_MODES)('$name', async mode => {
    await runScript(text, mode)
  })
})
