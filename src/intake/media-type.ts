/** What a body's content type says about how to read it. */
import { HailWhaleError } from '../model/errors.js'

/** How a body is read. `text`: JSON or NDJSON, as it turns out. */
export type BodyFormat = 'json' | 'ndjson' | 'text' | 'form'

const FORMATS: ReadonlyMap<string, BodyFormat> = new Map([
  ['application/json', 'json'],
  ['text/json', 'json'],
  ['application/x-ndjson', 'ndjson'],
  ['application/ndjson', 'ndjson'],
  ['application/jsonl', 'ndjson'],
  ['text/plain', 'text'],
  ['application/x-www-form-urlencoded', 'form'],
])

const CHARSETS: ReadonlySet<string> = new Set(['utf-8', 'utf8', 'us-ascii'])

/** The format of a content type, `text` where there is none. Throws `unsupported_media_type` for any other type or charset. */
export function bodyFormat(contentType: string | undefined): BodyFormat {
  if (contentType === undefined || contentType.trim() === '') return 'text'
  const [type = '', ...parameters] = contentType.toLowerCase().split(';')
  const name = type.trim()
  const format = FORMATS.get(name) ?? (/^application\/[^\s/]+\+json$/.test(name) ? 'json' : undefined)
  if (format === undefined) {
    throw unsupported(
      `the content type ${JSON.stringify(name.slice(0, 80))} is not understood: send application/json, application/x-ndjson, text/plain or application/x-www-form-urlencoded`,
    )
  }
  for (const parameter of parameters) checkCharset(parameter)
  return format
}

function checkCharset(parameter: string): void {
  const [name = '', value = ''] = parameter.split('=')
  if (name.trim() !== 'charset') return
  const charset = value.trim().replace(/^"(.*)"$/, '$1')
  if (CHARSETS.has(charset)) return
  throw unsupported(`the charset ${JSON.stringify(charset.slice(0, 80))} is not understood: send UTF-8`)
}

function unsupported(detail: string): HailWhaleError {
  return new HailWhaleError('unsupported_media_type', detail)
}
