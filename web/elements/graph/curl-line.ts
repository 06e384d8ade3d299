/** The line to type so that something is counted where a graph looks. Pure. */

import { metricList } from '../base/metrics.js'
import { pathText } from '../base/paths.js'

/** What an empty graph looks at. */
export interface Looked {
  readonly key: readonly string[]
  /** The path whose children it shows. */
  readonly by: readonly string[]
  /** As the question has them. */
  readonly metrics: string
}

/** `base` is where the server is, with a `/` at its end. Whole in single quotes, for a shell; `-g` lets curl take the brackets. */
export function curlLine({ key, by, metrics }: Looked, base: string): string {
  const name = pathText(key)
  const asked = key.length === 1 && key[0] === '_' ? [] : [`key=${readable(name)}`]
  const dimensions = by.length === 0 ? 'services' : JSON.stringify(nested(by))
  const counted = inputNames(metrics).filter(metric => metric !== 'hits')
  const values = Object.fromEntries(counted.map((metric, index) => [metric, index === 0 ? 200 : 1]))
  const parameters = [
    ...asked,
    `${by.length === 0 ? 'dimension' : 'dimensions'}=${readable(dimensions)}`,
    ...(counted.length === 0 ? [] : [`metrics=${readable(JSON.stringify(values))}`]),
  ]
  return `curl -g '${base}count?${parameters.join('&')}'`
}

/** The names of the metrics that expressions read. */
export function inputNames(metrics: string): string[] {
  const words =
    /`((?:[^`]|``)+)`|(?<![\p{L}\p{N}_.])[\p{L}_][\p{L}\p{N}\p{M}_.]*(?![\p{L}\p{N}\p{M}_.])(?!\s*\()/gu
  const found = metricList(metrics).flatMap(text =>
    [...text.replace(/:(sum|last|average)\b/g, '').matchAll(words)].map(
      ([word, quoted]) => quoted?.replaceAll('``', '`') ?? word,
    ),
  )
  return [...new Set(found)]
}

/** A child to count below the path: `["sales"]` → `{"sales":"p1"}`. */
function nested(path: readonly string[]): unknown {
  return path.reduceRight<unknown>((below, name) => ({ [name]: below }), 'p1')
}

/** Encoded for a URL and for single quotes, but for the signs of JSON: those are easier to read as they are. */
function readable(text: string): string {
  return encodeURIComponent(text)
    .replace(/%(7B|7D|22|3A|2C|5B|5D)/g, sign => decodeURIComponent(sign))
    .replaceAll("'", '%27')
}
