/** `hailwhale token`: what its commands take. What they do is in token.ts, loaded when it is asked for. */
import { Command, Option } from 'commander'
import { SCOPES } from '../access/token.js'
import { CommandError } from './client.js'
import { flagSettings, settingOption } from './setting-flags.js'
import type { Settings } from './settings.js'
import { loadSettings } from './sources.js'

/** What the commands are given instead of taking it from the process. */
export interface TokenCommandOptions {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly print: (text: string) => void
}

const PLACE = ['dataDir', 'queue', 'namespace'] as const

/** Where the tokens are: in a server's data folder, or in the queue of hails and whales. */
export type TokenPlace = Pick<Settings, (typeof PLACE)[number]>

/** The command. */
export function tokenCommand(options: TokenCommandOptions): Command {
  return new Command('token')
    .description('Makes, lists and revokes the tokens that a server lets others in with. It may be running.')
    .addCommand(createCommand(options))
    .addCommand(listCommand(options))
    .addCommand(revokeCommand(options))
}

function createCommand({ env, print }: TokenCommandOptions): Command {
  const command = new Command('create')
    .description('Makes a token and prints it, this once: only its hash is kept.')
    .addOption(several('--scope <SCOPE>', `what it may do: ${SCOPES.join(', ')}`).makeOptionMandatory())
    .addOption(several('--key <KEY>', 'only with this key and those below: a name, or a JSON array of names'))
    .option('--rate <N[/BURST]>', 'at most so many requests a second, and so many at once (as many)')
    .option('--name <NAME>', 'what it is for, for the list')
  return atPlace(command).action(async (flags: Record<string, unknown>) => {
    const { createToken } = await import('./token.js')
    print(await createToken(placeOf(flags, env), flags))
  })
}

function listCommand({ env, print }: TokenCommandOptions): Command {
  const command = new Command('list').description(
    'Lists the tokens: what each is for and may do, not its text.',
  )
  return atPlace(command).action(async (flags: Record<string, unknown>) => {
    const { listTokens } = await import('./token.js')
    print(await listTokens(placeOf(flags, env)))
  })
}

function revokeCommand({ env, print }: TokenCommandOptions): Command {
  const command = new Command('revoke')
    .description('Revokes a token; running servers know it within seconds.')
    .argument('<ID>', 'as `list` has it, or the token itself')
  return atPlace(command).action(async (id: string, flags: Record<string, unknown>) => {
    const { revokeToken } = await import('./token.js')
    print(await revokeToken(placeOf(flags, env), id))
  })
}

function several(flags: string, description: string): Option {
  const option = new Option(flags, `${description}. May be given several times.`)
  return option.argParser((value: string, before: string[] | undefined) => [...(before ?? []), value])
}

function atPlace(command: Command): Command {
  for (const name of PLACE) command.addOption(settingOption(name))
  return command.option('--config FILE', 'the config file of the server')
}

/** A queue that is named, wherever, is where the tokens are; a data folder in the same breath is a contradiction. */
function placeOf(flags: Record<string, unknown>, env: TokenCommandOptions['env']): TokenPlace {
  if (flags.dataDir !== undefined && flags.queue !== undefined)
    throw new CommandError('--data-dir and --queue: tokens are in one of them, not in both')
  const written = flagSettings(flags)
  const config = flags.config as string | undefined
  const { dataDir, queue, namespace } = loadSettings(PLACE, written, env, config)
  return { dataDir, queue: flags.dataDir === undefined ? queue : null, namespace }
}
