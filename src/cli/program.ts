/** The command line: which commands there are and what each takes. What they do is loaded when it is asked for. */
import { Command, Option } from 'commander'
import { DEFAULT_URL, type Fetch, request, TOKEN_VARIABLE, URL_VARIABLE } from './client.js'
import { type DrawableGraph, drawGraph } from './drawing.js'
import { packageVersion } from './package-version.js'
import { flagSettings, settingOption } from './setting-flags.js'
import { type ServerCommand, type Settings, settingsOf } from './settings.js'
import { CONFIG_VARIABLE, loadSettings } from './sources.js'
import { tokenCommand } from './token-command.js'
import { exportCommand, importCommand } from './transfer-command.js'

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
  program.addCommand(hailCommand(options))
  program.addCommand(whaleCommand(options))
  program.addCommand(countCommand(options))
  program.addCommand(graphCommand(options))
  program.addCommand(checkCommand(options))
  program.addCommand(exportCommand(options))
  program.addCommand(importCommand(options))
  program.addCommand(tokenCommand(options))
  const nested = program.commands.flatMap(({ commands }) => commands)
  for (const command of [program, ...program.commands, ...nested]) command.exitOverride()
  return program
}

function serveCommand(options: ProgramOptions): Command {
  return serverCommand('serve', 'Counts and answers until it is stopped.', options, async settings =>
    (await import('./serve.js')).serve(settings),
  )
}

function hailCommand(options: ProgramOptions): Command {
  const description =
    'Takes counts into a queue until it is stopped, and passes everything else on to a whale.'
  return serverCommand('hail', description, options, async settings =>
    (await import('./hail.js')).hail(settings),
  )
}

function whaleCommand(options: ProgramOptions): Command {
  const description = 'Counts what hails have queued, and answers, until it is stopped.'
  return serverCommand('whale', description, options, async settings =>
    (await import('./whale.js')).whale(settings),
  )
}

/** A command that runs a server with its settings. */
function serverCommand(
  name: ServerCommand,
  description: string,
  { env }: ProgramOptions,
  run: (settings: Settings) => Promise<void>,
): Command {
  const command = new Command(name).description(description)
  const own = settingsOf(name)
  for (const setting of own) command.addOption(settingOption(setting))
  command.option('--config FILE', `file with settings, one 'name = value' a line (or ${CONFIG_VARIABLE})`)
  command.addHelpText(
    'after',
    '\nEach option is also an environment variable (HAILWHALE_BASE_PATH) and a line of the config file (base-path = …).',
  )
  return command.action(async (flags: Record<string, unknown>) => {
    await run(loadSettings(own, flagSettings(flags), env, flags.config as string | undefined))
  })
}

function countCommand({ env, fetch, print }: ProgramOptions): Command {
  return new Command('count')
    .description('Counts one event at a running server and prints its answer.')
    .addOption(urlOption(env))
    .addOption(tokenOption(env))
    .option('--key <KEY>', 'what is counted: a name, or a JSON array of names')
    .option('--dimensions <DIMENSIONS>', 'properties: a name, or JSON as in \'{"sales":"p1"}\'')
    .option('--metrics <METRICS>', 'what is summed: names, or JSON as in \'{"dollars":200}\'')
    .option('--at <TIME>', 'when it happened: epoch seconds or milliseconds, or ISO 8601')
    .option('--id <ID>', 'the same id is counted once')
    .action(async ({ url, token, ...fields }: Record<string, string>) => {
      print(await request(fetch, url ?? DEFAULT_URL, '/count', fields, { post: true, token }))
    })
}

function graphCommand({ env, fetch, print, columns, colours }: ProgramOptions): Command {
  return new Command('graph')
    .description('Draws a graph of a running server in the terminal.')
    .addOption(urlOption(env))
    .addOption(tokenOption(env))
    .option('--key <KEY>', 'whose counts: a name, or a JSON array of names')
    .option('--by <DIMENSION>', 'the dimension whose values are the lines')
    .option('--dimensions <PATH>', 'the dimension that is overall, a name or a JSON array')
    .option('--metrics <METRICS>', 'what to draw: names or expressions, as in dollars/hits')
    .option('--period <PERIOD>', "how much: '1m:1h', day, week …")
    .option('--tz <ZONE>', 'time zone, as in Europe/Berlin', Intl.DateTimeFormat().resolvedOptions().timeZone)
    .option('--limit <LINES>', 'at most so many lines')
    .action(async ({ url, token, ...fields }: Record<string, string>) => {
      const answer = await request(fetch, url ?? DEFAULT_URL, '/graph', fields, { token })
      print(drawGraph(JSON.parse(answer) as DrawableGraph, { columns, colours }))
    })
}

function urlOption(env: ProgramOptions['env']): Option {
  const option = new Option('--url <URL>', `where the server is (or ${URL_VARIABLE})`)
  return option.default(env[URL_VARIABLE] ?? DEFAULT_URL)
}

/** The variable's own value stays out of the help text. */
function tokenOption(env: ProgramOptions['env']): Option {
  const option = new Option('--token <TOKEN>', `what the server wants of who asks (or ${TOKEN_VARIABLE})`)
  const token = env[TOKEN_VARIABLE]
  return token === undefined ? option : option.default(token, 'that variable')
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
