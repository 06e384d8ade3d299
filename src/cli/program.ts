/** The command line: which commands there are and what each takes. What they do is loaded when it is asked for. */
import { Command, Option } from 'commander'
import { DEFAULT_URL, type Fetch, request, URL_VARIABLE } from './client.js'
import { type DrawableGraph, drawGraph } from './drawing.js'
import { packageVersion } from './package-version.js'
import type { WrittenSettings } from './resolve.js'
import { SETTING_NAMES, SETTINGS, type SettingName } from './settings.js'
import { CONFIG_VARIABLE, loadSettings } from './sources.js'
import { writtenName } from './written-name.js'

/** What the program is given instead of reading it from the process. */
export interface ProgramOptions {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly fetch: Fetch
  readonly print: (text: string) => void
  /** Characters in a line of the terminal. */
  readonly columns: number
  readonly colours: boolean
  readonly setExitCode: (code: number) => void
}

/** The whole command, ready to parse a command line. */
export function createProgram(options: ProgramOptions): Command {
  const program = new Command('hailwhale')
    .description('Counts events over plain HTTP and shows them live.')
    .version(packageVersion())
    .showHelpAfterError("('hailwhale help' shows what there is)")
  program.addCommand(serveCommand(options))
  program.addCommand(countCommand(options))
  program.addCommand(graphCommand(options))
  program.addCommand(checkCommand(options))
  return program
}

function serveCommand({ env }: ProgramOptions): Command {
  const command = new Command('serve').description('Counts and answers until it is stopped.')
  for (const name of SETTING_NAMES) command.addOption(settingOption(name))
  command.option('--config FILE', `file with settings, one 'name = value' a line (or ${CONFIG_VARIABLE})`)
  command.addHelpText(
    'after',
    '\nEach option is also an environment variable (HAILWHALE_DATA_DIR) and a line of the config file (data-dir = …).',
  )
  return command.action(async (flags: Record<string, unknown>) => {
    const settings = loadSettings(flagSettings(flags), env, flags.config as string | undefined)
    const { serve } = await import('./serve.js')
    await serve(settings)
  })
}

/** A setting's flag. Its texts are collected as they were written; `resolve.ts` parses them. */
function settingOption(name: SettingName): Option {
  const { placeholder, repeatable, default: byDefault, description } = SETTINGS[name]
  const told = byDefault === '' || placeholder === null ? '' : ` (default: ${byDefault})`
  const text = `${description.replaceAll('`', '')}${told}${repeatable ? ' May be given several times.' : ''}`
  const option = new Option(`--${writtenName(name)}${placeholder === null ? '' : ` <${placeholder}>`}`, text)
  if (placeholder === null) return option
  return option.argParser((value: string, before: string[] | undefined) => [...(before ?? []), value])
}

function flagSettings(flags: Readonly<Record<string, unknown>>): WrittenSettings {
  const given = SETTING_NAMES.filter(name => flags[name] !== undefined)
  return new Map(
    given.map(name => {
      const value = flags[name]
      const texts = Array.isArray(value) ? (value as string[]) : [String(value)]
      return [name, { where: `--${writtenName(name)}`, texts }]
    }),
  )
}

function countCommand({ env, fetch, print }: ProgramOptions): Command {
  return new Command('count')
    .description('Counts one event at a running server and prints its answer.')
    .addOption(urlOption(env))
    .option('--key <KEY>', 'what is counted: a name, or a JSON array of names')
    .option('--dimensions <DIMENSIONS>', 'properties: a name, or JSON as in \'{"sales":"p1"}\'')
    .option('--metrics <METRICS>', 'what is summed: names, or JSON as in \'{"dollars":200}\'')
    .option('--at <TIME>', 'when it happened: epoch seconds or milliseconds, or ISO 8601')
    .option('--id <ID>', 'the same id is counted once')
    .action(async ({ url, ...fields }: Record<string, string>) => {
      print(await request(fetch, url ?? DEFAULT_URL, '/count', fields, { post: true }))
    })
}

function graphCommand({ env, fetch, print, columns, colours }: ProgramOptions): Command {
  return new Command('graph')
    .description('Draws a graph of a running server in the terminal.')
    .addOption(urlOption(env))
    .option('--key <KEY>', 'whose counts: a name, or a JSON array of names')
    .option('--by <DIMENSION>', 'the dimension whose values are the lines')
    .option('--dimensions <PATH>', 'the dimension that is overall, a name or a JSON array')
    .option('--metrics <METRICS>', 'what to draw: names or expressions, as in dollars/hits')
    .option('--period <PERIOD>', "how much: '1m:1h', day, week …")
    .option('--tz <ZONE>', 'time zone, as in Europe/Berlin', Intl.DateTimeFormat().resolvedOptions().timeZone)
    .option('--limit <LINES>', 'at most so many lines')
    .action(async ({ url, ...fields }: Record<string, string>) => {
      const answer = await request(fetch, url ?? DEFAULT_URL, '/graph', fields)
      print(drawGraph(JSON.parse(answer) as DrawableGraph, { columns, colours }))
    })
}

function urlOption(env: ProgramOptions['env']): Option {
  const option = new Option('--url <URL>', `where the server is (or ${URL_VARIABLE})`)
  return option.default(env[URL_VARIABLE] ?? DEFAULT_URL)
}

function checkCommand({ print, setExitCode }: ProgramOptions): Command {
  return new Command('check')
    .description(
      'Says what is in the data folder of a stopped server, and whether it is sound (exit code 0) or damaged (1).',
    )
    .argument('<DIR>', 'the data folder')
    .option('--repair', 'cuts damage out of the journal and says what was given up')
    .action(async (dir: string, { repair = false }: { repair?: boolean }) => {
      const { check } = await import('./check.js')
      setExitCode(await check(dir, { repair, print }))
    })
}
