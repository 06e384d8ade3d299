/** The docs' table of the settings, written from the one table in `settings.ts`. */
import { DEFAULT_LIMITS } from '../model/limits.js'
import { limitName } from './limits.js'
import { SERVER_COMMANDS, SETTING_NAMES, SETTINGS, type SettingName } from './settings.js'
import { environmentName, writtenName } from './written-name.js'

const HEAD = `# Settings

Every setting of \`hailwhale serve\`, \`hailwhale hail\` and \`hailwhale whale\` is a flag, an environment variable and a line in a
config file. What is written on the command line wins over the environment, the environment over the file, the file over the
default. One environment and one file may do for all three: what is another command's is left alone.

A config file is named by \`--config FILE\` or \`HAILWHALE_CONFIG\`. It has one \`name = value\` a line; \`#\` starts a comment.
Settings marked with * may be given several times: the flag again, another line in the file, \`;\` between the values in the
environment. Switches are \`true\` or \`false\` in the file and the environment, and just named as a flag.

Durations are a number and \`ms\`, \`s\`, \`m\`, \`h\`, \`d\` or \`w\`; sizes a number and \`kB\`, \`MB\`, \`GB\`, \`KiB\`, \`MiB\` or \`GiB\`.

\`\`\`
# hailwhale.conf
port = 8085
data-dir = /var/lib/hailwhale
retain = 1m:8d,1h:400d,1d:forever
allow-origin = https://www.example.com
allow-origin = https://shop.example.com
\`\`\`

| flag and line | environment | of | default | what it does |
|---|---|---|---|---|
`

/** The whole of `docs/settings.md`. */
export function settingsMarkdown(): string {
  return `${HEAD}${SETTING_NAMES.map(row).join('')}\n${limitsMarkdown()}`
}

function row(name: SettingName): string {
  const { commands, placeholder, repeatable, default: byDefault, description } = SETTINGS[name]
  const of = commands.length === SERVER_COMMANDS.length ? 'all' : commands.join(', ')
  const flag = `\`--${writtenName(name)}${placeholder === null ? '' : ` ${placeholder}`}\`${repeatable ? ' *' : ''}`
  return `| ${flag} | \`${environmentName(name)}\` | ${of} | ${byDefault === '' ? '' : `\`${byDefault}\``} | ${description} |\n`
}

function limitsMarkdown(): string {
  const rows = Object.entries(DEFAULT_LIMITS).map(([limit, value]) => {
    const unit = limit.endsWith('Bytes') ? 'bytes' : limit.endsWith('Ms') ? 'milliseconds' : ''
    return `| \`${limitName(limit)}\` | ${value.toLocaleString('en-US')}${unit === '' ? '' : ` ${unit}`} |\n`
  })
  return `## Limits\n\nThe names that \`--limit\` knows.\n\n| limit | default |\n|---|---|\n${rows.join('')}`
}
