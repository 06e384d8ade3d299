/** The token that this browser asks the page's server with, if that wants one: kept from visit to visit, sent with every question. */
import { serverAddress } from '../place/navigate.js'

const WANTED = 'hw-token-wanted'
const PARAMETER = 'token'

/** Also where the browser keeps nothing. */
let ofThisVisit: string | null = null

/** The token that is kept; null where there is none. */
export function keptToken(): string | null {
  return ofThisVisit ?? keeping(() => localStorage.getItem(place())) ?? null
}

/** Keeps a token. */
export function keepToken(token: string): void {
  ofThisVisit = token
  keeping(() => localStorage.setItem(place(), token))
}

/** Forgets the token, and all that was shown by it: the page begins anew. */
export function forgetToken(): void {
  keeping(() => localStorage.removeItem(place()))
  location.reload()
}

/** Takes a token out of the page's address, where somebody put one, and keeps it instead. */
export function takeTokenFromAddress(): void {
  const url = new URL(location.href)
  const token = url.searchParams.get(PARAMETER)
  if (token === null) return
  url.searchParams.delete(PARAMETER)
  history.replaceState(null, '', url)
  if (token !== '') keepToken(token)
}

/** Asks as the page does. Where the answer is that a token is wanted, all who listen are told. */
export async function fetchWithToken(url: string, init: RequestInit): Promise<Response> {
  const response = await fetchWith(keptToken(), url, init)
  if (response.status === 401) {
    const { detail = '' } = (await response
      .clone()
      .json()
      .catch(() => ({}))) as { detail?: string }
    dispatchEvent(new CustomEvent(WANTED, { detail }))
  }
  return response
}

/** Why a token is none that may read here, in the server's words; null: it is one. Throws where nobody answers. */
export async function whyNot(token: string): Promise<string | null> {
  if (!/^hw_\w+$/.test(token)) return 'This is no token: one begins with hw_.'
  const response = await fetchWith(token, `${serverAddress()}keys?limit=1`, { cache: 'no-store' })
  if (response.ok) return null
  const { detail } = (await response.json().catch(() => ({}))) as { detail?: string }
  return detail ?? `The server answered ${response.status}.`
}

/** Calls back with the server's words whenever a token is wanted, until the answered function is called. */
export function onTokenWanted(run: (detail: string) => void): () => void {
  const listener = (event: Event) => run((event as CustomEvent<string>).detail)
  addEventListener(WANTED, listener)
  return () => removeEventListener(WANTED, listener)
}

function fetchWith(token: string | null, url: string, init: RequestInit): Promise<Response> {
  const headers = new Headers(init.headers)
  if (token !== null) headers.set('authorization', `Bearer ${token}`)
  return fetch(url, { ...init, headers })
}

/** Several servers may be below one origin. */
function place(): string {
  return `hailwhale.token ${new URL(serverAddress()).pathname}`
}

/** A browser may be told to keep nothing, and throws then. */
function keeping<T>(use: () => T): T | undefined {
  try {
    return use()
  } catch {
    return undefined
  }
}
