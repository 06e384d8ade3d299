/** Where the server is, when nobody says: where the script came from, or else where the page did. */

/** Must be read while the script runs: later the browser has forgotten which one it was. */
const RUNNING_SCRIPT = scriptAddress()

/**
 * The base address with `/` at its end. `said` is an address, absolute or relative to the page; absent: found out. Throws a
 * RangeError for what is no address.
 */
export function serverAddress(said: string | null | undefined): string {
  if (said?.trim()) {
    const address = addressOf(said.trim())
    if (address === null) throw new RangeError(`server: "${said}" is no address`)
    return withSlash(address)
  }
  const script = RUNNING_SCRIPT ?? tagAddress()
  return new URL('.', script ?? document.baseURI).href
}

/** Null for what is none over HTTP: of what else there is, some would run as a script where it stands in a link. */
function addressOf(text: string): URL | null {
  const address = URL.canParse(text, document.baseURI) ? new URL(text, document.baseURI) : null
  return address !== null && /^https?:$/.test(address.protocol) ? address : null
}

function withSlash(address: URL): string {
  address.search = ''
  address.hash = ''
  if (!address.pathname.endsWith('/')) address.pathname += '/'
  return address.href
}

/** The address of the classic script that runs right now; of a module or a bundle nothing is known. */
function scriptAddress(): string | null {
  if (typeof document === 'undefined') return null
  const script = document.currentScript
  return script instanceof HTMLScriptElement && isOurs(script.src) ? script.src : tagAddress()
}

/** The address of the tag that a module came from: the first one that loads a script called as ours is. */
function tagAddress(): string | null {
  return [...document.scripts].find(script => isOurs(script.src))?.src ?? null
}

function isOurs(src: string): boolean {
  return /\/hailwhale\.js([?#]|$)/.test(src)
}
