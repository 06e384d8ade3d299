/** What the page shows: which key, split by which path, which metrics, which period. It lives in the address. */

/** The page's question. */
export interface View {
  /** `null`: not chosen yet. */
  readonly key: readonly string[] | null
  /** The path whose children are the lines; `[]` is the root. */
  readonly by: readonly string[]
  readonly metrics: string
  readonly period: string
}

/** What is shown when the address says nothing. */
export const DEFAULT_VIEW: View = { key: null, by: [], metrics: 'hits', period: '1m:1h' }

/** The demo shop is more interesting by channel. */
export const DEMO_VIEW: View = {
  key: ['demo'],
  by: ['channel'],
  metrics: 'dollars,hits,dollars/orders',
  period: '15m:24h',
}

/** A path as it is written in an address: a bare name, or a JSON array where a bare name would be read as something else. */
export function pathText(path: readonly string[]): string {
  const [name = ''] = path
  const isBare = path.length === 1 && name !== '' && !/^[[{"]/.test(name)
  return isBare ? name : JSON.stringify(path)
}

/** The other way round: `channel` or `["channel","search"]` → the path. Text that is no JSON array is one name. */
export function parsePath(text: string): string[] {
  if (text === '') return []
  if (!text.startsWith('[')) return [text]
  try {
    const names: unknown = JSON.parse(text)
    return Array.isArray(names) ? names.map(String) : [text]
  } catch {
    return [text]
  }
}

/** Reads the view from an address's query. */
export function viewFrom(query: URLSearchParams): View {
  const key = query.get('key')
  return {
    key: key === null ? null : parsePath(key),
    by: parsePath(query.get('by') ?? ''),
    metrics: query.get('metrics') || DEFAULT_VIEW.metrics,
    period: query.get('period') || DEFAULT_VIEW.period,
  }
}

/** The query that shows the view again; what is the default is left out. */
export function queryOf(view: View): string {
  const query = new URLSearchParams()
  if (view.key !== null) query.set('key', pathText(view.key))
  if (view.by.length > 0) query.set('by', pathText(view.by))
  if (view.metrics !== DEFAULT_VIEW.metrics) query.set('metrics', view.metrics)
  if (view.period !== DEFAULT_VIEW.period) query.set('period', view.period)
  return query.size === 0 ? '' : `?${query}`
}

/** The parameters of `/graph` and `/stream` for the view, in the zone. */
export function graphParameters(view: View, tz: string): URLSearchParams {
  const query = new URLSearchParams({
    key: pathText(view.key ?? ['_']),
    metrics: view.metrics,
    period: view.period,
    tz,
  })
  if (view.by.length > 0) query.set('by', pathText(view.by))
  return query
}

/** The line to type so that something is counted where the view looks. `base` is where the server is, with a `/` at its end. */
export function curlLine(view: View, base: string): string {
  const named = view.key !== null && pathText(view.key) !== '_'
  const key = named ? `key=${encodeURIComponent(pathText(view.key ?? [])).replaceAll("'", '%27')}&` : ''
  return `curl -g '${base}count?${key}dimension=services&metric={"dollars":200}'`
}
