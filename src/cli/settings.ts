/**
 * The one table of the servers' settings. Flags, environment variables, config-file lines and `docs/settings.md` all
 * come from it: a setting is one entry here and nothing elsewhere. A value is looked for in that order, then the default.
 */
import { MOST_PARTITIONS, MOST_RECORDS } from '../journal/redis/options.js'
import { DEFAULT_RETENTION, formatRetention, parseRetention } from '../model/retention.js'
import { parseRedisAddress, type RedisAddress } from '../redis/redis-address.js'
import { parseKeyRetention } from './key-retention.js'
import { parseLimits } from './limits.js'
import { parseStore } from './stores.js'
import { parseDurationMs, parseSizeBytes, parseSwitch, parseWhole } from './units.js'

/** The commands that run a server. */
export const SERVER_COMMANDS = ['serve', 'hail', 'whale'] as const

/** One of them. */
export type ServerCommand = (typeof SERVER_COMMANDS)[number]

/** One setting. */
export interface Setting<T> {
  /** Whose it is. */
  readonly commands: readonly ServerCommand[]
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

const ALL = SERVER_COMMANDS
/** Those that count, and those that have the queue between them. */
const WHALES = ['serve', 'whale'] as const
const QUEUED = ['hail', 'whale'] as const

function one<T>(
  commands: readonly ServerCommand[],
  placeholder: string,
  byDefault: string,
  parse: (text: string) => T,
  description: string,
): Setting<T> {
  const last = (texts: readonly string[]) => parse(texts.at(-1) ?? byDefault)
  return { commands, placeholder, repeatable: false, default: byDefault, description, parse: last }
}

function many<T>(
  commands: readonly ServerCommand[],
  placeholder: string,
  parse: (text: string) => T,
  description: string,
): Setting<readonly T[]> {
  return {
    commands,
    placeholder,
    repeatable: true,
    default: '',
    description,
    parse: texts => texts.map(parse),
  }
}

function onOff(commands: readonly ServerCommand[], description: string): Setting<boolean> {
  const last = (texts: readonly string[]) => parseSwitch(texts.at(-1) ?? 'false')
  return { commands, placeholder: null, repeatable: false, default: 'false', description, parse: last }
}

/** All settings, in the order of the docs. The property is the name: `dataDir` is `--data-dir`, `HAILWHALE_DATA_DIR`, `data-dir = …`. */
export const SETTINGS = {
  host: one(
    ALL,
    'ADDRESS',
    '127.0.0.1',
    parseHost,
    'Address to listen on. On one that others can reach, everybody needs a token.',
  ),
  port: one(
    ALL,
    'PORT',
    '8085',
    text => parseWhole(text, 0, 65_535),
    'Port to listen on; 0 takes any free one.',
  ),
  dataDir: one(
    ['serve'],
    'DIR',
    './hailwhale-data',
    String,
    'Folder that holds the journal and the counts. Made if missing.',
  ),
  queue: one(
    QUEUED,
    'REDIS',
    '',
    parseQueue,
    'The Redis 7 between hails and whales, written as for `store`. Needed.',
  ),
  namespace: one(
    QUEUED,
    'NAME',
    'hailwhale',
    parseNamespace,
    'In front of all names in Redis: hails and whales of one name belong together, and several can share a Redis.',
  ),
  partitions: one(
    QUEUED,
    'NUMBER',
    '',
    text => (text === '' ? undefined : parseWhole(text, 1, MOST_PARTITIONS)),
    'Into how many parts the keys are divided, each for one whale at a time. Fixed when the queue is first used (8); another number is refused later.',
  ),
  queueLength: one(
    QUEUED,
    'RECORDS',
    String(MOST_RECORDS),
    text => parseWhole(text, 1, 10_000_000),
    'Records that may wait in one partition; past that, counts are refused with 503.',
  ),
  queueSize: one(
    QUEUED,
    'SIZE',
    '256MiB',
    text => atLeast(parseSizeBytes(text), 2 ** 20, '1MiB'),
    'Memory of Redis that the records of one partition may take; past that, counts are refused with 503.',
  ),
  advertise: one(
    ['whale'],
    'URL',
    '',
    parseAdvertised,
    'Where hails and other whales reach this one: `http://10.0.0.3:8085`. Without: where it listens, or this machine’s first address if that is all of them.',
  ),
  store: one(
    WHALES,
    'STORE',
    'lmdb',
    parseStore,
    'Where the counts are kept: `lmdb`, below the data folder (of a whale: `lmdb:DIR`, then it must be the only one), or a Redis 7 as `redis://[user:password@]host[:port][/database]`, `redis+cluster://host,host` or `redis+sentinel://host,host/master` (`rediss` for TLS).',
  ),
  retain: one(
    WHALES,
    'INTERVAL:DURATION,…',
    formatRetention(DEFAULT_RETENTION),
    parseRetention,
    'Which intervals are kept (10s, 1m, 15m, 1h, 1d) and for how long. What is older goes by itself.',
  ),
  retainKey: many(
    WHALES,
    'KEY=RETENTION',
    parseKeyRetention,
    'Keeps one key differently: `site=1m:30d,1d:forever`.',
  ),
  dedupeWindow: one(
    WHALES,
    'DURATION',
    '24h',
    parseDurationMs,
    'How long an id is remembered, so that a repeat counts once.',
  ),
  flushInterval: one(
    WHALES,
    'DURATION',
    '10s',
    text => atLeast(parseDurationMs(text), 100, '100ms'),
    'How often counts move from memory into the store. Nothing is lost between: the journal holds them.',
  ),
  cacheMemory: one(
    WHALES,
    'SIZE',
    '256MiB',
    text => atLeast(parseSizeBytes(text), 2 ** 24, '16MiB'),
    'Memory for names and counts that wait for the store; with the rest, the process needs about 200 MiB more.',
  ),
  basePath: one(ALL, 'PATH', '', parseBasePath, 'Puts every address under a prefix, as in `/stats`.'),
  allowOrigin: many(
    ALL,
    'ORIGIN',
    parseOrigin,
    'A web page of this origin may read (counting is open to all): `https://example.com`.',
  ),
  allowGetReset: onOff(WHALES, 'Lets `GET /reset` take counts away, not only `POST`.'),
  open: onOff(ALL, 'Asks nobody for a token: lets anyone who can reach the address count, read and reset.'),
  demo: onOff(['serve'], 'Counts a made-up shop into the key `demo`, so that there is something to see.'),
  limit: {
    commands: ALL,
    placeholder: 'NAME=NUMBER',
    repeatable: true,
    default: '',
    description: 'Changes one limit, as in `children-per-parent=20000` or `body=4MiB`.',
    parse: parseLimits,
  },
  logLevel: one(ALL, 'LEVEL', 'info', parseLogLevel, 'What is logged: debug, info, warn, error or silent.'),
} as const satisfies Record<string, Setting<unknown>>

/** A setting's name in code. */
export type SettingName = keyof typeof SETTINGS

/** The values of all settings; durations in milliseconds, sizes in bytes. */
export type Settings = { readonly [Name in SettingName]: ReturnType<(typeof SETTINGS)[Name]['parse']> }

/** All names, in the order of the table. */
export const SETTING_NAMES = Object.keys(SETTINGS) as SettingName[]

/** The names of a command's settings, in the order of the table. */
export function settingsOf(command: ServerCommand): SettingName[] {
  return SETTING_NAMES.filter(name => (SETTINGS[name].commands as readonly ServerCommand[]).includes(command))
}

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

/** Null where none is given: the command says then that it is needed. */
function parseQueue(text: string): RedisAddress | null {
  return text === '' ? null : parseRedisAddress(text, 'queue')
}

/** Braces would say which part of a name decides on its place in a Redis Cluster. */
function parseNamespace(text: string): string {
  if (!/^[\w.:-]{1,64}$/.test(text))
    throw new Error(`'${text}' is no name: write up to 64 letters, digits and _ . : -`)
  return text
}

function parseAdvertised(text: string): string | null {
  if (text === '') return null
  const url = URL.canParse(text) ? new URL(text) : null
  if (url === null || !/^https?:$/.test(url.protocol) || !/^\/?$/.test(url.pathname + url.search + url.hash))
    throw new Error(`'${text}' is no address: write http://host:port; base-path is added to it`)
  return url.origin
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
