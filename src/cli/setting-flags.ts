/** Settings as flags of a command, for every command that has some. */
import { Option } from 'commander'
import type { WrittenSettings } from './resolve.js'
import { SETTING_NAMES, SETTINGS, type SettingName } from './settings.js'
import { writtenName } from './written-name.js'

/** A setting's flag. Its texts are collected as they were written; `resolve.ts` parses them. */
export function settingOption(name: SettingName): Option {
  const { placeholder, repeatable, default: byDefault, description } = SETTINGS[name]
  const told = byDefault === '' || placeholder === null ? '' : ` (default: ${byDefault})`
  const text = `${description.replaceAll('`', '')}${told}${repeatable ? ' May be given several times.' : ''}`
  const option = new Option(`--${writtenName(name)}${placeholder === null ? '' : ` <${placeholder}>`}`, text)
  if (placeholder === null) return option
  return option.argParser((value: string, before: string[] | undefined) => [...(before ?? []), value])
}

/** The settings among parsed flags, as they were written. */
export function flagSettings(flags: Readonly<Record<string, unknown>>): WrittenSettings {
  const given = SETTING_NAMES.filter(name => flags[name] !== undefined)
  return new Map(
    given.map(name => {
      const value = flags[name]
      const texts = Array.isArray(value) ? (value as string[]) : [String(value)]
      return [name, { where: `--${writtenName(name)}`, texts }]
    }),
  )
}
