/** Who may use a server, from its settings: on an address that others can reach everybody needs a token, and there is a first one. */
import { randomBytes } from 'node:crypto'
import { Access } from '../access/access.js'
import type { TokenStore } from '../access/token-store.js'
import { isLoopback, type Settings } from './settings.js'

/** What is taken from outside. */
export interface AccessSurroundings {
  readonly log: { warn(fields: object, message: string): void }
  /** Epoch milliseconds. */
  readonly now: () => number
  /** Told the first token, in a line for whoever runs the server; by default it goes to standard error. */
  readonly announce?: (line: string) => void
}

/**
 * Opens a server's access; it must be closed. `store` is where its tokens are. Rejects where they can't be read; where their Redis is
 * away, nobody is let in until it is back.
 */
export function openAccess(
  { host, open }: Pick<Settings, 'host' | 'open'>,
  store: TokenStore,
  { log, now, announce = toStandardError }: AccessSurroundings,
): Promise<Access> {
  return Access.open({
    store,
    needs: open ? 'none' : isLoopback(host) ? 'tokenIfAny' : 'token',
    now,
    random: randomBytes,
    every: everyInterval,
    log,
    onFirst: text => announce(firstToken(host, text)),
  })
}

/** Plain text and no log line: logs are kept, sent on and searched. */
function firstToken(host: string, text: string): string {
  return [
    `Others can reach ${host}, so every request needs a token, and there was none.`,
    `Here is one that may do everything. It is shown this once:`,
    '',
    `  ${text}`,
    '',
    `More, which may do less: hailwhale token create --help`,
  ].join('\n')
}

function toStandardError(text: string): void {
  process.stderr.write(`${text}\n`)
}

function everyInterval(periodMs: number, run: () => void): () => void {
  const timer = setInterval(run, periodMs)
  return () => clearInterval(timer)
}
