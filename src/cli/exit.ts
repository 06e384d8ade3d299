/** What the command's exit codes mean, and how an error is told to a person. */
import { CommandError } from './client.js'
import { SettingError } from './resolve.js'

/** Exit codes of all commands. */
export const EXIT = {
  done: 0,
  /** It didn't work, the command line or a setting is wrong; `check`: the folder is damaged. */
  failed: 1,
  /** The server had to stop, because what it had promised could not be kept (a failed sync). */
  fatal: 70,
} as const

/** One line for the errors we know, the whole trace for those that are ours to fix. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const known =
    error instanceof CommandError || error instanceof SettingError || error.name === 'HailWhaleError'
  const told = known || error.name === 'JournalDamagedError'
  const cause = error.cause instanceof Error ? ` (${error.cause.message})` : ''
  return told ? `${error.message}${cause}` : (error.stack ?? error.message)
}
