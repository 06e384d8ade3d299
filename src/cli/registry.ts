/** Walks the names that a store knows: which keys, and how many dimension paths each has. */
import type { Path } from '../model/path.js'
import { childDigest, childGroup, decodeChild, parseName, ROOT_DIGEST } from '../rollup/address.js'
import { KIND_DIMENSION, KIND_KEY } from '../rollup/nodes.js'
import type { Store } from '../store/store.js'

/** A key and how much is below it. */
export interface KeyNames {
  readonly key: Path
  /** Dimension paths, the root and overflow children not included. */
  readonly paths: number
}

type Kind = typeof KIND_KEY | typeof KIND_DIMENSION

interface Named {
  readonly name: string
  readonly digest: Uint8Array
  /** Whether anything is registered below it, of either kind. */
  readonly hasDimensions: boolean
  readonly hasKeys: boolean
}

/** All keys, outer ones first, in the order of their names. */
export async function countNames(store: Pick<Store, 'scan'>): Promise<KeyNames[]> {
  const found: KeyNames[] = []
  const waiting: { key: Path; digest: Uint8Array }[] = [{ key: [], digest: ROOT_DIGEST }]
  for (let parent = waiting.shift(); parent !== undefined; parent = waiting.shift()) {
    for (const child of await childrenOf(store, parent.digest, KIND_KEY)) {
      const key = [...parent.key, child.name]
      found.push({ key, paths: child.hasDimensions ? await countPaths(store, child.digest) : 0 })
      if (child.hasKeys) waiting.push({ key, digest: child.digest })
    }
  }
  return found
}

async function countPaths(store: Pick<Store, 'scan'>, keyDigest: Uint8Array): Promise<number> {
  let paths = 0
  const waiting = [keyDigest]
  for (let parent = waiting.pop(); parent !== undefined; parent = waiting.pop()) {
    const children = await childrenOf(store, parent, KIND_DIMENSION)
    paths += children.length
    for (const child of children) if (child.hasDimensions) waiting.push(child.digest)
  }
  return paths
}

async function childrenOf(store: Pick<Store, 'scan'>, parent: Uint8Array, kind: Kind): Promise<Named[]> {
  const children: Named[] = []
  await store.scan(childGroup(parent, kind), {}, (member, value) => {
    const name = parseName(member)
    const { dimensionChildren, keyChildren } = decodeChild(value)
    children.push({
      name,
      digest: childDigest(parent, kind, name),
      hasDimensions: dimensionChildren > 0,
      hasKeys: keyChildren > 0,
    })
  })
  return children
}
