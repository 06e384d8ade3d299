/**
 * Tokens in a file of the data folder, `tokens.json`, which only its owner may read. It is replaced as a whole: the new one is
 * written beside it under a name that only one process can take, so that two commands don't overwrite each other's change.
 */
import type { Stats } from 'node:fs'
import { type FileHandle, mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { HailWhaleError } from '../model/errors.js'
import { recordOf, type TokenRecord } from './token.js'
import { type StoredTokens, type TokenStore, UnreadableTokensError } from './token-store.js'

const NONE: StoredTokens = { tokens: [], wasUsed: false }
const VERSION = 1
/** How long another process may take to write, and how often it is looked whether it has. */
const WAIT_MS = 2_000
const LOOK_MS = 20

/** The tokens of a data folder. */
export class TokenFile implements TokenStore {
  readonly name: string
  readonly #dir: string
  readonly #beside: string
  #stamp = ''
  #stored = NONE

  /** The folder is made when the first token is added. */
  constructor(dataDir: string) {
    this.#dir = dataDir
    this.name = join(dataDir, 'tokens.json')
    this.#beside = `${this.name}.new`
  }

  async load(): Promise<StoredTokens> {
    const stats = await this.#unlessMissing(stat(this.name, { bigint: true }))
    if (stats === undefined) return NONE
    const stamp = `${stats.ino} ${stats.mtimeNs} ${stats.size}`
    if (stamp !== this.#stamp) {
      this.#stored = await this.#read()
      this.#stamp = stamp
    }
    return this.#stored
  }

  async add(record: TokenRecord): Promise<void> {
    await this.#change(({ tokens }) => [...tokens, record])
  }

  async addFirst(record: TokenRecord): Promise<boolean> {
    return this.#change(({ wasUsed }) => (wasUsed ? undefined : [record]))
  }

  async remove(id: string): Promise<TokenRecord | undefined> {
    let removed: TokenRecord | undefined
    await this.#change(({ tokens }) => {
      removed = tokens.find(token => token.id === id)
      return removed && tokens.filter(token => token !== removed)
    })
    return removed
  }

  async #read(): Promise<StoredTokens> {
    const text = await this.#unlessMissing(readFile(this.name, 'utf8'))
    if (text === undefined) return NONE
    try {
      const { version, tokens } = JSON.parse(text) as { version?: unknown; tokens?: unknown[] }
      if (version !== VERSION || !Array.isArray(tokens)) throw new Error('this is no list of tokens')
      return { tokens: tokens.map(recordOf), wasUsed: true }
    } catch (cause) {
      throw new UnreadableTokensError(this.name, (cause as Error).message)
    }
  }

  /** Writes what `change` makes of what is kept, unless that is undefined; answers whether it wrote. */
  async #change(change: (stored: StoredTokens) => readonly TokenRecord[] | undefined): Promise<boolean> {
    await mkdir(this.#dir, { recursive: true })
    const file = await this.#take()
    let isWritten = false
    try {
      const tokens = change(await this.#read())
      if (tokens !== undefined) {
        await this.#write(file, tokens)
        isWritten = true
      }
      await file.close()
      await (isWritten ? this.#replace() : rm(this.#beside))
    } catch (error) {
      await file.close().catch(() => undefined)
      await rm(this.#beside, { force: true })
      throw error
    }
    return isWritten
  }

  /** The file beside, empty and nobody else's. */
  async #take(): Promise<FileHandle> {
    for (let waited = 0; ; waited += LOOK_MS) {
      try {
        return await open(this.#beside, 'wx', 0o600)
      } catch (cause) {
        if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw this.#unwritable(cause as Error)
        if (waited >= WAIT_MS) {
          const detail = `${this.#beside} is there: another command is changing the tokens. If none is, remove that file.`
          throw new HailWhaleError('unavailable', detail)
        }
      }
      await pause(LOOK_MS)
    }
  }

  async #write(file: FileHandle, tokens: readonly TokenRecord[]): Promise<void> {
    await file.writeFile(`${JSON.stringify({ version: VERSION, tokens }, null, 2)}\n`)
    // What root writes the server must be able to read, which is the folder's owner.
    if (process.getuid?.() === 0) {
      const { uid, gid } = (await stat(this.#dir)) as Stats
      await file.chown(uid, gid)
    }
    await file.sync()
  }

  async #replace(): Promise<void> {
    await rename(this.#beside, this.name)
    const dir = await open(this.#dir, 'r')
    await dir.sync().finally(() => dir.close())
  }

  /** Undefined for a file that isn't there. */
  async #unlessMissing<T>(asked: Promise<T>): Promise<T | undefined> {
    try {
      return await asked
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException
      if (code === 'ENOENT') return undefined
      throw new UnreadableTokensError(this.name, message)
    }
  }

  #unwritable({ message }: Error): HailWhaleError {
    return new HailWhaleError('unavailable', `${this.#beside} can't be written: ${message}`)
  }
}
