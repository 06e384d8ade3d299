/** What the command's exit codes mean, and how an error is told to a person. */
import { CommanderError } from 'commander'
import { QueueRefusedError } from '../journal/redis/queue-refused-error.js'
import { CommandError } from './client.js'
import { SettingError } from './setting-error.js'

/** Exit codes of all commands. */
export const EXIT = {
  done: 0,
  /** It didn't work; `check`: the folder is damaged. */
  failed: 1,
  /** The server had to stop, because what it had promised could not be kept (a failed sync). */
  fatal: 70,
  /** The command line or a setting is wrong: another start would end the same way. */
  misconfigured: 78,
} as const

/** The exit code for what ended a command. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.misconfigured
  const isWrong = error instanceof SettingError || error instanceof QueueRefusedError
  return isWrong ? EXIT.misconfigured : EXIT.failed
}

/** Errors that say all there is to say. */
const TOLD: ReadonlySet<string> = new Set([
  'JournalDamagedError',
  'UnreadableTokensError',
  'QueueRefusedError',
])

/** One line for the errors we know, the whole trace for those that are ours to fix. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const known =
    error instanceof CommandError || error instanceof SettingError || error.name === 'HailWhaleError'
  const told = known || TOLD.has(error.name)
  const cause = error.cause instanceof Error ? ` (${error.cause.message})` : ''
  return told ? `${error.message}${cause}` : (error.stack ?? error.message)
}
