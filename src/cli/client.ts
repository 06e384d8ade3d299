/** The commands' way to a running server: one request, its answer, and errors that a person can act on. */

/** Where a server is looked for when nothing else is said. */
export const DEFAULT_URL = 'http://127.0.0.1:8085'

/** The environment variable that says where the server is. */
export const URL_VARIABLE = 'HAILWHALE_URL'

/** The environment variable that holds the token to ask with. */
export const TOKEN_VARIABLE = 'HAILWHALE_TOKEN'

/** What the commands need of `fetch`. */
export type Fetch = (
  url: string,
  init?: { method?: string; body?: URLSearchParams; headers?: Record<string, string> },
) => Promise<Response>

/** Something a person did that can't work, or a server that said no: the message is all there is to say. */
export class CommandError extends Error {
  override readonly name = 'CommandError'
}

/**
 * Asks (`fields` in the URL) or, with `post`, tells (`fields` as a form) the server at `baseUrl`. Answers the body's text;
 * throws a `CommandError` where no server answers, or it refuses.
 */
export async function request(
  fetch: Fetch,
  baseUrl: string,
  path: string,
  fields: Readonly<Record<string, string | undefined>>,
  { post = false, token }: { readonly post?: boolean; readonly token?: string | undefined } = {},
): Promise<string> {
  const given = Object.entries(fields).filter((field): field is [string, string] => field[1] !== undefined)
  const body = new URLSearchParams(given)
  const url = addressOf(baseUrl, path)
  try {
    const headers = token === undefined ? undefined : { headers: { authorization: `Bearer ${token}` } }
    const answer = post
      ? await fetch(url, { method: 'POST', body, ...headers })
      : await fetch(`${url}?${body}`, headers)
    const text = await answer.text()
    if (answer.ok) return text
    throw new CommandError(refusal(answer.status, text))
  } catch (error) {
    if (error instanceof CommandError) throw error
    throw new CommandError(
      `no server answers at ${baseUrl}: start one with 'hailwhale serve', or say with --url where it is`,
    )
  }
}

function addressOf(baseUrl: string, path: string): string {
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : null
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new CommandError(`--url: '${baseUrl}' is no address: write ${DEFAULT_URL}`)
  }
  return `${url.origin}${url.pathname.replace(/\/$/, '')}${path}`
}

/** What a refusal says: the detail and the fields of a problem answer, else the status. */
function refusal(status: number, text: string): string {
  try {
    const problem = JSON.parse(text) as { detail?: string; errors?: { field: string; message: string }[] }
    if (problem.detail === undefined) return `the server answered ${status}`
    const fields = (problem.errors ?? []).map(error => `  ${error.field}: ${error.message}`)
    return fields.length > 1 ? [problem.detail, ...fields].join('\n') : problem.detail
  } catch {
    return `the server answered ${status}: ${text.slice(0, 200)}`
  }
}
