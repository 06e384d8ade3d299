/** Moving between routes: each step is one in the browser's history, and the frame is told. */
import { addressOf, type Route, routeFrom } from './route.js'

const STEP = 'hw-step'

/** Where the server is, with a `/` at its end: where the page came from. */
export function serverAddress(): string {
  return new URL('.', document.baseURI).href
}

/** The reader's own time zone. */
export function ownZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone
}

/** Where the reader is. */
export function here(): Route {
  return routeFrom(location.search)
}

/** Goes to a route. `replace`: without a step in the history, for what the reader did not choose. */
export function go(route: Route, { replace = false } = {}): void {
  const address = addressOf(route)
  if (new URL(address, document.baseURI).href === location.href) return
  if (replace) history.replaceState(null, '', address)
  else history.pushState(null, '', address)
  dispatchEvent(new Event(STEP))
}

/** Calls back after each step, back and forward among them, until the answered function is called. */
export function onStep(run: () => void): () => void {
  addEventListener('popstate', run)
  addEventListener(STEP, run)
  return () => {
    removeEventListener('popstate', run)
    removeEventListener(STEP, run)
  }
}

/** Takes a click on a link to another route of this page as a step. Other links, and clicks for another tab, are left alone. */
export function followLink(event: MouseEvent): void {
  if (event.defaultPrevented || event.button !== 0) return
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
  const link = event.composedPath().find(target => target instanceof HTMLAnchorElement)
  if (link === undefined || link.hasAttribute('download') || link.target !== '') return
  const { origin, pathname, search, hash } = new URL(link.href)
  if (origin !== location.origin || pathname !== location.pathname || hash !== '') return
  event.preventDefault()
  go(routeFrom(search))
}
