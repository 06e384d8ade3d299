/**
 * Where a Redis is, as people write it:
 * - `redis://[user:password@]host[:port][/database]`, with TLS `rediss://`
 * - `redis+cluster://[user:password@]host[:port],host[:port]…`, with TLS `rediss+cluster://`
 * - `redis+sentinel://[user:password@]host[:port],host[:port]…/master[/database]`, with TLS `rediss+sentinel://`
 */
import { fieldError } from '../model/errors.js'

/** A host with its port. */
export interface RedisHost {
  readonly host: string
  readonly port: number
}

/** An address, read. */
export interface RedisAddress {
  readonly kind: 'single' | 'cluster' | 'sentinel'
  /** One for a single server; those that know the rest otherwise. */
  readonly hosts: readonly RedisHost[]
  readonly tls: boolean
  readonly username?: string
  readonly password?: string
  readonly database: number
  /** What the Sentinels call the master; only with them. */
  readonly master?: string
  /** For people: without the password. */
  readonly shown: string
}

const PATTERN = /^(rediss?)(?:\+(cluster|sentinel))?:\/\/(?:([^@/]*)@)?([^/?#]+)(?:\/([^?#]*))?$/
const PORTS = { single: 6379, cluster: 6379, sentinel: 26379 } as const

/** Whether a text is meant as the address of a Redis. */
export function isRedisAddress(text: string): boolean {
  return /^rediss?(\+|:)/.test(text)
}

/** Reads an address; throws `invalid_parameter` for `field`, saying how one is written. */
export function parseRedisAddress(text: string, field: string): RedisAddress {
  const [, scheme, form, login, hostTexts, path = ''] = (isDecodable(text) && PATTERN.exec(text)) || []
  if (scheme === undefined || hostTexts === undefined) throw wrong(field, 'is no address of a Redis')
  const kind = (form as 'cluster' | 'sentinel' | undefined) ?? 'single'
  const hosts = hostTexts.split(',').map(each => hostOf(each, PORTS[kind], field))
  if (kind === 'single' && hosts.length > 1) throw wrong(field, 'several hosts are a cluster or Sentinels')
  const steps = path === '' ? [] : path.split('/').map(decodeURIComponent)
  const master = kind === 'sentinel' ? steps.shift() : undefined
  if (kind === 'sentinel' && !master) throw wrong(field, 'the name of the master is missing')
  const database = databaseOf(steps, kind, field)
  return {
    kind,
    hosts,
    tls: scheme === 'rediss',
    ...loginOf(login),
    database,
    ...(master !== undefined && { master }),
    shown: `${scheme}${form ? `+${form}` : ''}://${hostTexts}${path === '' ? '' : `/${path}`}`,
  }
}

function hostOf(text: string, port: number, field: string): RedisHost {
  const [, bracketed, plain, written] =
    /^(?:\[([0-9a-fA-F:.]+)\]|([^:[\]]+))(?::(\d{1,5}))?$/.exec(text) ?? []
  const host = bracketed ?? plain
  if (host === undefined || Number(written ?? port) > 65_535) throw wrong(field, `"${text}" is no host`)
  return { host, port: Number(written ?? port) }
}

function loginOf(login: string | undefined): { username?: string; password?: string } {
  if (login === undefined || login === '') return {}
  const at = login.indexOf(':')
  if (at < 0) return { username: decodeURIComponent(login) }
  const username = decodeURIComponent(login.slice(0, at))
  return { ...(username !== '' && { username }), password: decodeURIComponent(login.slice(at + 1)) }
}

function databaseOf(steps: readonly string[], kind: string, field: string): number {
  if (steps.length === 0) return 0
  const [text = ''] = steps
  if (steps.length > 1 || !/^\d{1,4}$/.test(text)) throw wrong(field, `"${steps.join('/')}" is no database`)
  if (kind === 'cluster' && text !== '0') throw wrong(field, 'a Redis Cluster has database 0 alone')
  return Number(text)
}

/** Whether a % is followed by what it stands for, wherever there is one. */
function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text)
    return true
  } catch {
    return false
  }
}

function wrong(field: string, why: string): Error {
  const forms =
    'redis://[user:password@]host[:port][/database], redis+cluster://host,host… or redis+sentinel://host,host…/master (rediss for TLS)'
  return fieldError(field, `${why}; write ${forms}`)
}
