/** `hailwhale export` and `hailwhale import`: what they take. What they do is loaded when it is asked for. */
import { Command } from 'commander'
import { flagSettings, settingOption } from './setting-flags.js'
import { SETTINGS, type SettingName, type Settings } from './settings.js'
import { loadSettings } from './sources.js'

/** What the commands are given instead of taking it from the process. */
export interface TransferCommandOptions {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly print: (text: string) => void
}

const KEPT = ['retain', 'retainKey', 'dedupeWindow'] as const
const EXPORT = ['dataDir', 'store', 'namespace', ...KEPT, 'cacheMemory', 'limit'] as const
const IMPORT = ['dataDir', 'store', 'queue', 'namespace', 'partitions', ...KEPT] as const

/** Which counts are meant, and the settings of their server. */
export interface TransferPlace {
  readonly settings: Settings
  /** The counts of `hailwhale serve`, whose journal is in the data folder: also where the store is elsewhere. */
  readonly ofDataDir: boolean
}

/** The command that exports. */
export function exportCommand({ env, print }: TransferCommandOptions): Command {
  const command = new Command('export')
    .description(
      'Writes all counts of a stopped server into a file that any other can import, whatever it keeps its counts in.',
    )
    .argument('<FILE>', 'a new file, gzip’d if its name ends in .gz; - is the standard output')
  return withSettings(command, EXPORT).action(async (file: string, flags: Record<string, unknown>) => {
    const { exportCounts } = await import('./export.js')
    const told = await exportCounts(file, placeOf(EXPORT, flags, env), Date.now)
    if (file === '-') process.stderr.write(`${told}\n`)
    else print(told)
  })
}

/** The command that imports. */
export function importCommand({ env, print }: TransferCommandOptions): Command {
  const command = new Command('import')
    .description('Fills the empty store of a server that is not started yet with an export.')
    .argument('<FILE>', 'the export, gzip’d or not; - is the standard input')
  return withSettings(command, IMPORT).action(async (file: string, flags: Record<string, unknown>) => {
    const { importCounts } = await import('./import.js')
    print(await importCounts(file, placeOf(IMPORT, flags, env), Date.now))
  })
}

function withSettings(command: Command, names: readonly SettingName[]): Command {
  for (const name of names) command.addOption(settingOption(name))
  return command.option('--config FILE', 'the config file of the server')
}

function placeOf(
  own: readonly SettingName[],
  flags: Record<string, unknown>,
  env: TransferCommandOptions['env'],
): TransferPlace {
  const settings = loadSettings(own, flagSettings(flags), env, flags.config as string | undefined)
  const isSaid = flags.dataDir !== undefined || settings.dataDir !== SETTINGS.dataDir.default
  const { store } = settings
  return { settings, ofDataDir: isSaid || (store.kind === 'lmdb' && store.directory === undefined) }
}
