#!/usr/bin/env node
import { describeError, EXIT } from './exit.js'
/** The command's entry: the program over this process's arguments, output and signals. */
import { createProgram } from './program.js'

try {
  await createProgram({
    env: process.env,
    fetch,
    print: text => process.stdout.write(text.endsWith('\n') ? text : `${text}\n`),
    columns: Number(process.env.COLUMNS) || process.stdout.columns || 80,
    colours: process.stdout.isTTY === true && process.env.NO_COLOR === undefined,
    setExitCode: code => {
      process.exitCode = code
    },
  }).parseAsync()
} catch (error) {
  process.stderr.write(`hailwhale: ${describeError(error)}\n`)
  process.exitCode = EXIT.failed
}
