/**
 * Finds each setting's value: flag, then environment, then config file, then default. A name that no setting has is an
 * error that names the nearest one; an error says where the wrong value was written.
 */
import { closest } from 'fastest-levenshtein'
import { HailWhaleError } from '../model/errors.js'
import { SettingError } from './setting-error.js'
import { SETTING_NAMES, SETTINGS, type SettingName, type Settings, settingsOf } from './settings.js'
import { environmentName, writtenName } from './written-name.js'

export { SettingError } from './setting-error.js'

/** Values as they were written: where, and what. */
export interface WrittenValue {
  /** `--port`, `HAILWHALE_PORT`, `hailwhale.conf line 3`. */
  readonly where: string
  readonly texts: readonly string[]
}

/** Values of one source, by setting. */
export type WrittenSettings = ReadonlyMap<SettingName, WrittenValue>

/**
 * The settings, each from the first of the sources that has it. Those that are not among `own` are left alone, wherever they are written:
 * they have their defaults. Throws a `SettingError`.
 */
export function resolveSettings(
  sources: readonly WrittenSettings[],
  own: readonly SettingName[] = settingsOf('serve'),
): Settings {
  const entries = SETTING_NAMES.map(name => {
    const asked = own.includes(name) ? sources : []
    const written = asked.map(source => source.get(name)).find(value => value !== undefined)
    return [name, parseWritten(name, written)] as const
  })
  return Object.fromEntries(entries) as unknown as Settings
}

function parseWritten(name: SettingName, written: WrittenValue | undefined): unknown {
  try {
    return SETTINGS[name].parse(written?.texts ?? [])
  } catch (error) {
    throw new SettingError(`${written?.where ?? writtenName(name)}: ${messageOf(error as Error)}`)
  }
}

/** An error of the model names a field of its own: here it is said where the value was written instead. */
function messageOf(error: Error): string {
  return (error instanceof HailWhaleError ? error.errors[0]?.message : undefined) ?? error.message
}

/**
 * The settings among the environment variables. Several values of a repeatable one are separated by `;`. `known` are further
 * variables of ours that are no settings of the server.
 */
export function environmentSettings(
  env: Readonly<Record<string, string | undefined>>,
  known: readonly string[],
): WrittenSettings {
  const found = new Map<SettingName, WrittenValue>()
  for (const [variable, text = ''] of Object.entries(env)) {
    if (!variable.startsWith('HAILWHALE_') || known.includes(variable) || isServiceLink(variable, text))
      continue
    const name = SETTING_NAMES.find(setting => environmentName(setting) === variable)
    if (name === undefined) throw unknown(variable, [...SETTING_NAMES.map(environmentName), ...known], '')
    const texts = SETTINGS[name].repeatable ? text.split(';').filter(part => part.trim() !== '') : [text]
    found.set(name, { where: variable, texts })
  }
  return found
}

/** Kubernetes describes a service named `hailwhale` to every container in variables that look like ours. */
function isServiceLink(variable: string, text: string): boolean {
  return (
    /^HAILWHALE_(SERVICE_|PORT_\d)/.test(variable) || (variable === 'HAILWHALE_PORT' && /^tcp:/.test(text))
  )
}

/** The settings in the text of a config file: `name = value` lines, `#` comments; a repeatable one may have several lines. */
export function fileSettings(text: string, file: string): WrittenSettings {
  const found = new Map<SettingName, WrittenValue>()
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const line = raw.replace(/(^|\s)#.*$/, '').trim()
    if (line === '') continue
    const where = `${file} line ${index + 1}`
    const { name, value } = parseLine(line, where)
    const before = found.get(name)
    if (before && !SETTINGS[name].repeatable) {
      throw new SettingError(`${where}: ${writtenName(name)} is already set (${before.where})`)
    }
    found.set(name, { where, texts: [...(before?.texts ?? []), value] })
  }
  return found
}

function parseLine(line: string, where: string): { name: SettingName; value: string } {
  const split = line.indexOf('=')
  if (split < 0) throw new SettingError(`${where}: write name = value`)
  const written = line.slice(0, split).trim()
  const name = SETTING_NAMES.find(setting => writtenName(setting) === written)
  if (name === undefined) throw unknown(written, SETTING_NAMES.map(writtenName), `${where}: `)
  return { name, value: line.slice(split + 1).trim() }
}

function unknown(written: string, known: readonly string[], prefix: string): SettingError {
  return new SettingError(
    `${prefix}there is no setting '${written}': did you mean ${closest(written, known)}?`,
  )
}
