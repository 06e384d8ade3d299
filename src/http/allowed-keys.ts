/** `/keys` for a token that is bound to some: what is below them, and the names on the way there, whether or not they were counted. */
import { allowsKey, type Grant } from '../access/grant.js'
import { compareUtf8, isPrefix, type Path } from '../model/path.js'
import type { Child, Page, RollupReader } from '../query/reader.js'
import { requireKey } from './token-guard.js'

/** Lists keys as `reader` does, of those that may be seen. Rejects with `forbidden` for a key that leads to none of them. */
export function allowedKeys(
  reader: Pick<RollupReader, 'listKeys'>,
  grant: Grant,
): Pick<RollupReader, 'listKeys'> {
  return {
    listKeys: async (key, page) => {
      if (allowsKey(grant, key)) return reader.listKeys(key, page)
      const names = namesOnTheWay(grant, key)
      if (names.length === 0 && key.length > 0) requireKey(grant, key)
      return pageOf(names, page)
    },
  }
}

/** The next names below `key` of what a token is for. */
function namesOnTheWay({ prefixes }: Grant, key: Path): string[] {
  const below = (prefixes ?? []).filter(prefix => isPrefix(key, prefix))
  return [...new Set(below.map(prefix => prefix[key.length]!))].sort(compareUtf8)
}

function pageOf(names: readonly string[], { prefix = '', after, limit }: Page): Child[] {
  const asked = names.filter(
    name => name.startsWith(prefix) && (after === undefined || compareUtf8(name, after) > 0),
  )
  return asked.slice(0, limit).map(name => ({ name, overflow: false }))
}
