/** A token in the URL, for those who can send no header: an image, a beacon, a script tag. */
import type { IncomingHttpHeaders } from 'node:http'

/**
 * Moves `?token=…` into the `Authorization` header, before anybody else looks at the request: so it is in no URL that is logged,
 * remembered, parsed or passed on. A proxy's own header (`Basic …`) gives way.
 */
export function takeToken(request: {
  url?: string | undefined
  readonly headers: IncomingHttpHeaders
}): void {
  const { url = '' } = request
  if (!url.includes('token=')) return
  const mark = url.indexOf('?')
  if (mark < 0) return
  const hash = url.indexOf('#', mark)
  const query = url.slice(mark + 1, hash < 0 ? url.length : hash)
  const pieces = query.split('&')
  const rest = pieces.filter(piece => !piece.startsWith('token='))
  if (rest.length === pieces.length) return
  request.url = url.slice(0, mark) + (rest.length === 0 ? '' : `?${rest.join('&')}`)
  const token = pieces.findLast(piece => piece.startsWith('token='))!.slice('token='.length)
  if (token !== '') request.headers.authorization = `Bearer ${decoded(token)}`
}

/** What can't be decoded is no token of ours: it stays what it is, and is refused. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
