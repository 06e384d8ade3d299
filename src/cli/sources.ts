/** Reads the settings from where they are: flags, this environment, the config file. */
import { readFileSync } from 'node:fs'
import { TOKEN_VARIABLE, URL_VARIABLE } from './client.js'
import {
  environmentSettings,
  fileSettings,
  resolveSettings,
  SettingError,
  type WrittenSettings,
} from './resolve.js'
import type { SettingName, Settings } from './settings.js'

/** The environment variable that names the config file. */
export const CONFIG_VARIABLE = 'HAILWHALE_CONFIG'

/** The settings of this start: the command's `own`. `config` is the file that `--config` named. Throws a `SettingError`. */
export function loadSettings(
  own: readonly SettingName[],
  flags: WrittenSettings,
  env: Readonly<Record<string, string | undefined>>,
  config: string | undefined,
): Settings {
  const file = config ?? env[CONFIG_VARIABLE]
  const inEnvironment = environmentSettings(env, [CONFIG_VARIABLE, URL_VARIABLE, TOKEN_VARIABLE])
  const inFile: WrittenSettings = file === undefined ? new Map() : fileSettings(readConfig(file), file)
  return resolveSettings([flags, inEnvironment, inFile], own)
}

function readConfig(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new SettingError(`config file ${file} can't be read: ${(error as Error).message}`)
  }
}
