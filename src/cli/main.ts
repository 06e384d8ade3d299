#!/usr/bin/env node
import { CommanderError } from 'commander'
import { describeError, exitCodeOf } from './exit.js'
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
  // What is wrong with a command line has been said.
  if (!(error instanceof CommanderError)) process.stderr.write(`hailwhale: ${describeError(error)}\n`)
  process.exitCode = exitCodeOf(error)
}
