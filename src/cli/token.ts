/** `hailwhale token create | list | revoke`: the tokens of a data folder or of a queue, changed while servers run on them. */
import { randomBytes } from 'node:crypto'
import { newToken, partsOf, type Rate, SCOPES, type Scope, type TokenRecord } from '../access/token.js'
import { TokenFile } from '../access/token-file.js'
import type { TokenStore } from '../access/token-store.js'
import { parseKeyParameter } from '../intake/parameters.js'
import { DEFAULT_LIMITS } from '../model/limits.js'
import { normalizeName } from '../model/name.js'
import type { Path } from '../model/path.js'
import { CommandError } from './client.js'
import type { TokenPlace } from './token-command.js'

/** The flags of `create`, as they were written. */
export interface WrittenTerms {
  readonly scope?: readonly string[]
  readonly key?: readonly string[]
  readonly rate?: string
  readonly name?: string
}

const MOST_NAME_LENGTH = 100

/** Makes a token; answers its text. Throws a `CommandError` for terms that are none. */
export async function createToken(place: TokenPlace, written: WrittenTerms): Promise<string> {
  const terms = {
    name: nameOf(written.name ?? ''),
    scopes: scopesOf(written.scope ?? []),
    prefixes: (written.key ?? []).map(keyOf),
    ...(written.rate !== undefined && { rate: rateOf(written.rate) }),
  }
  const { text, record } = newToken(terms, { nowMs: Date.now(), random: randomBytes })
  await withStore(place, store => store.add(record))
  return text
}

/** A line for each token, in columns. */
export async function listTokens(place: TokenPlace): Promise<string> {
  return withStore(place, async store => {
    const { tokens, wasUsed } = await store.load()
    if (tokens.length > 0) return table(tokens)
    const effect = wasUsed ? 'the last was revoked, so nobody is let in' : 'so on loopback nobody needs one'
    return `no tokens in ${store.name}: ${effect}`
  })
}

/** Takes a token away, by its id or its text; answers what was done. Throws a `CommandError` where there is none. */
export async function revokeToken(place: TokenPlace, written: string): Promise<string> {
  const id = partsOf(written)?.id ?? written
  return withStore(place, async store => {
    const removed = await store.remove(id)
    if (removed === undefined) throw new CommandError(`there is no token ${id} in ${store.name}`)
    const { tokens } = await store.load()
    const rest = tokens.length === 0 ? '. It was the last: nobody is let in until there is another' : ''
    return `revoked ${id}${removed.name === '' ? '' : ` (${removed.name})`}${rest}`
  })
}

async function withStore<T>(place: TokenPlace, use: (store: TokenStore) => Promise<T>): Promise<T> {
  const { dataDir, queue, namespace } = place
  if (queue === null) return use(new TokenFile(dataDir))
  const [{ Redis }, { RedisTokens }] = await Promise.all([
    import('../redis/redis.js'),
    import('../access/redis-tokens.js'),
  ])
  const redis = new Redis(queue)
  await redis.open()
  return use(new RedisTokens(redis, namespace)).finally(() => redis.close())
}

function nameOf(text: string): string {
  if (text.length > MOST_NAME_LENGTH || /\p{Cc}/u.test(text))
    throw new CommandError(`--name: at most ${MOST_NAME_LENGTH} characters on one line`)
  return text
}

function scopesOf(texts: readonly string[]): Scope[] {
  const scopes = texts.flatMap(text => text.split(',')).map(text => text.trim())
  const wrong = scopes.find(scope => !(SCOPES as readonly string[]).includes(scope))
  if (wrong !== undefined) throw new CommandError(`--scope: '${wrong}' is none of ${SCOPES.join(', ')}`)
  return [...new Set(scopes as Scope[])]
}

function keyOf(text: string): Path {
  if (text === '') throw new CommandError('--key: a name, or a JSON array of names: ["site","blog"]')
  try {
    return parseKeyParameter(text, DEFAULT_LIMITS).map(name => normalizeName(name, DEFAULT_LIMITS, 'key'))
  } catch (error) {
    throw new CommandError(`--key: ${(error as Error).message}`)
  }
}

/** `100` or `100/500`: requests a second, and how many may come at once. */
function rateOf(text: string): Rate {
  const [, rate = '', burst] = /^(\d+(?:\.\d+)?)(?:\/(\d+))?$/.exec(text) ?? []
  const perSecond = Number(rate)
  const most = burst === undefined ? Math.max(1, Math.ceil(perSecond)) : Number(burst)
  if (rate === '' || perSecond <= 0 || most < 1)
    throw new CommandError(`--rate: '${text}' is no rate: write 100, or 100/500 for up to 500 at once`)
  return { perSecond, burst: most }
}

function table(tokens: readonly TokenRecord[]): string {
  const head = ['ID', 'NAME', 'SCOPES', 'KEYS', 'RATE', 'CREATED']
  const rows = tokens.map(({ id, name, scopes, prefixes, rate, createdMs }) => [
    id,
    name === '' ? '-' : name,
    scopes.join(','),
    prefixes.length === 0 ? 'all' : prefixes.map(prefix => JSON.stringify(prefix)).join(' '),
    rate === undefined ? '-' : `${rate.perSecond}/s, ${rate.burst} at once`,
    new Date(createdMs).toISOString(),
  ])
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map(row => row[column]!.length)))
  const line = (row: readonly string[]) =>
    row
      .map((cell, i) => cell.padEnd(widths[i]!))
      .join('  ')
      .trimEnd()
  return [head, ...rows].map(line).join('\n')
}
