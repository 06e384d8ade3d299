/**
 * The one table of the server's settings. Flags, environment variables, config-file lines and `docs/settings.md` all
 * come from it: a setting is one entry here and nothing elsewhere. A value is looked for in that order, then the default.
 */
import { DEFAULT_RETENTION, formatRetention, parseRetention } from '../model/retention.js'
import { parseKeyRetention } from './key-retention.js'
import { parseLimits } from './limits.js'
import { parseStore } from './stores.js'
import { parseDurationMs, parseSizeBytes, parseSwitch, parseWhole } from './units.js'

/** One setting. */
export interface Setting<T> {
  /** What stands for the value in a usage line, `null` for a switch that is on when named. */
  readonly placeholder: string | null
  /** May be given several times. */
  readonly repeatable: boolean
  /** The default as a person would write it; '' where nothing is the default. */
  readonly default: string
  readonly description: string
  /** The texts that were given (one, or several where repeatable) → the value. Throws an Error that says what would be right. */
  readonly parse: (texts: readonly string[]) => T
}

function one<T>(
  placeholder: string,
  byDefault: string,
  parse: (text: string) => T,
  description: string,
): Setting<T> {
  const last = (texts: readonly string[]) => parse(texts.at(-1) ?? byDefault)
  return { placeholder, repeatable: false, default: byDefault, description, parse: last }
}

function many<T>(
  placeholder: string,
  parse: (text: string) => T,
  description: string,
): Setting<readonly T[]> {
  return { placeholder, repeatable: true, default: '', description, parse: texts => texts.map(parse) }
}

function onOff(description: string): Setting<boolean> {
  const last = (texts: readonly string[]) => parseSwitch(texts.at(-1) ?? 'false')
  return { placeholder: null, repeatable: false, default: 'false', description, parse: last }
}

/** All settings, in the order of the docs. The property is the name: `dataDir` is `--data-dir`, `HAILWHALE_DATA_DIR`, `data-dir = …`. */
export const SETTINGS = {
  host: one(
    'ADDRESS',
    '127.0.0.1',
    parseHost,
    'Address to listen on. One that others can reach needs `open`.',
  ),
  port: one('PORT', '8085', text => parseWhole(text, 0, 65_535), 'Port to listen on; 0 takes any free one.'),
  dataDir: one(
    'DIR',
    './hailwhale-data',
    String,
    'Folder that holds the journal and the counts. Made if missing.',
  ),
  store: one(
    'STORE',
    'lmdb',
    parseStore,
    'Where the counts are kept: `lmdb`, below the data folder, or a Redis 7 as `redis://[user:password@]host[:port][/database]`, `redis+cluster://host,host` or `redis+sentinel://host,host/master` (`rediss` for TLS). The journal stays in the data folder.',
  ),
  retain: one(
    'INTERVAL:DURATION,…',
    formatRetention(DEFAULT_RETENTION),
    parseRetention,
    'Which intervals are kept (10s, 1m, 15m, 1h, 1d) and for how long. What is older goes by itself.',
  ),
  retainKey: many('KEY=RETENTION', parseKeyRetention, 'Keeps one key differently: `site=1m:30d,1d:forever`.'),
  dedupeWindow: one(
    'DURATION',
    '24h',
    parseDurationMs,
    'How long an id is remembered, so that a repeat counts once.',
  ),
  flushInterval: one(
    'DURATION',
    '10s',
    text => atLeast(parseDurationMs(text), 100, '100ms'),
    'How often counts move from memory into the store. Nothing is lost between: the journal holds them.',
  ),
  cacheMemory: one(
    'SIZE',
    '256MiB',
    text => atLeast(parseSizeBytes(text), 2 ** 24, '16MiB'),
    'Memory for names and counts that wait for the store; with the rest, the process needs about 200 MiB more.',
  ),
  basePath: one('PATH', '', parseBasePath, 'Puts every address under a prefix, as in `/stats`.'),
  allowOrigin: many(
    'ORIGIN',
    parseOrigin,
    'A web page of this origin may read (counting is open to all): `https://example.com`.',
  ),
  allowGetReset: onOff('Lets `GET /reset` take counts away, not only `POST`.'),
  open: onOff('Lets anyone who can reach the address count, read and reset.'),
  demo: onOff('Counts a made-up shop into the key `demo`, so that there is something to see.'),
  limit: {
    placeholder: 'NAME=NUMBER',
    repeatable: true,
    default: '',
    description: 'Changes one limit, as in `children-per-parent=20000` or `body=4MiB`.',
    parse: parseLimits,
  },
  logLevel: one('LEVEL', 'info', parseLogLevel, 'What is logged: debug, info, warn, error or silent.'),
} as const satisfies Record<string, Setting<unknown>>

/** A setting's name in code. */
export type SettingName = keyof typeof SETTINGS

/** The values of all settings; durations in milliseconds, sizes in bytes. */
export type Settings = { readonly [Name in SettingName]: ReturnType<(typeof SETTINGS)[Name]['parse']> }

/** All names, in the order of the table. */
export const SETTING_NAMES = Object.keys(SETTINGS) as SettingName[]

/** Whether only this machine can reach an address. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host)
}

const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const

/** What is logged: this level and those after it. */
export type LogLevel = (typeof LOG_LEVELS)[number]

function parseLogLevel(text: string): LogLevel {
  const level = LOG_LEVELS.find(known => known === text)
  if (level === undefined) throw new Error(`'${text}' is none of ${LOG_LEVELS.join(', ')}`)
  return level
}

function parseHost(text: string): string {
  const host = text.replace(/^\[(.*)\]$/, '$1')
  if (!/^[\w.:%-]+$/.test(host))
    throw new Error(`'${text}' is no address: write 127.0.0.1, ::1, 0.0.0.0 or a host name`)
  return host
}

function parseBasePath(text: string): string {
  const path = text.replace(/\/+$/, '')
  if (path !== '' && !/^(\/[\w.~-]+)+$/.test(path))
    throw new Error(`'${text}' is no path: write it as in /stats`)
  return path
}

function parseOrigin(text: string): string {
  if (text === '*') return text
  const url = URL.canParse(text) ? new URL(text) : null
  if (url === null || url.origin === 'null')
    throw new Error(`'${text}' is no origin: write https://example.com, or *`)
  return url.origin
}

function atLeast(value: number, least: number, written: string): number {
  if (value < least) throw new Error(`is too small: at least ${written}`)
  return value
}
