/** Names to choose from, a page at a time, as they are scrolled to or searched for. */
import type {
  DimensionsAnswer,
  KeysAnswer,
  ListedName,
  MetricNamesAnswer,
} from '../../../src/query/listing.js'
import { liveAt } from '../../live/live.js'
import { serverAddress } from '../place/navigate.js'
import { pathText } from '../place/path.js'

/** A page of names; `next` is what to ask the next one with. */
export interface NamesPage {
  readonly names: readonly ListedName[]
  readonly next: string | null
}

/** Which names: below which path, from which start of a name, after which one. */
export interface NamesAsked {
  readonly path: readonly string[]
  readonly prefix: string
  readonly after: string | null
}

/** Where names come from. */
export type NameSource = (asked: NamesAsked, signal?: AbortSignal) => Promise<NamesPage>

/** Keys below a key, or the top-level ones. */
export const keyNames: NameSource = async ({ path, prefix, after }, signal) => {
  const fields = listFields(prefix, after, path.length === 0 ? {} : { key: pathText(path) })
  const { keys, next } = await liveAt(serverAddress()).ask<KeysAnswer>('keys', fields, signal)
  return { names: keys.map(key => (isDefault(key.path) ? { ...key, path: [] } : key)), next }
}

/** The default key is written `_`, as the root of dimensions is. */
function isDefault(path: readonly string[]): boolean {
  return path.length === 1 && path[0] === '_'
}

/** Dimensions of a key. */
export function dimensionNames(key: string): NameSource {
  return async ({ path, prefix, after }, signal) => {
    const below = path.length === 0 ? {} : { dimensions: JSON.stringify(path) }
    const fields = listFields(prefix, after, { key, ...below })
    const { children, next } = await liveAt(serverAddress()).ask<DimensionsAnswer>(
      'dimensions',
      fields,
      signal,
    )
    return { names: children, next }
  }
}

/** Metrics of a key that start with a text; a few of them. */
export async function metricNames(
  key: string,
  prefix: string,
  signal?: AbortSignal,
): Promise<readonly string[]> {
  const fields = { ...listFields(prefix, null, { key }), limit: '20' }
  return (await liveAt(serverAddress()).ask<MetricNamesAnswer>('metric_names', fields, signal)).metrics
}

function listFields(prefix: string, after: string | null, rest: Readonly<Record<string, string>>) {
  return { ...rest, ...(prefix !== '' && { prefix }), ...(after !== null && { after }) }
}
