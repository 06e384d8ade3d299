/** Reads `--retain-key`: what is kept of one key that is not kept like the others. */
import type { Path } from '../model/path.js'
import { parseRetention, type Retention } from '../model/retention.js'

/** What is kept of one key. */
export interface KeyRetention {
  readonly key: Path
  readonly retention: Retention
}

/** `site=1m:8d,1d:forever` or `["site","blog"]=1d:forever` → the key and what is kept of it. */
export function parseKeyRetention(text: string): KeyRetention {
  const split = text.lastIndexOf('=')
  if (split <= 0) throw new Error(`'${text}' is no KEY=RETENTION: write site=1m:8d,1d:forever`)
  return {
    key: parseKey(text.slice(0, split).trim()),
    retention: parseRetention(text.slice(split + 1).trim()),
  }
}

function parseKey(text: string): Path {
  if (!text.startsWith('[')) return [text.normalize('NFC')]
  const names = parseJson(text)
  if (!Array.isArray(names) || names.length === 0 || !names.every(name => typeof name === 'string')) {
    throw new Error(`'${text}' is no key: write a name, or a JSON array of names`)
  }
  return names.map(name => name.normalize('NFC'))
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
