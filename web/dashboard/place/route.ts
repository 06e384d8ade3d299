/** Where a reader is, as an address: which page, and all of its state. Pure. */
import { queryText } from './query-text.js'
import { type View, viewFrom, writeView } from './view.js'

/** What stands below the graph of the explore page. */
export type Companion = 'none' | 'table' | 'rank'

/** A page and its state. */
export type Route =
  | { readonly page: 'explore'; readonly view: View; readonly show: Companion }
  | { readonly page: 'boards' }
  | { readonly page: 'board'; readonly name: string; readonly wall: boolean; readonly over: View }
  | { readonly page: 'recent'; readonly key: string; readonly filter: string }
  | { readonly page: 'server' }
  | { readonly page: 'room'; readonly key: string; readonly dimensions: string }

/** The route of one page. */
export type RouteOf<Page extends Route['page']> = Extract<Route, { page: Page }>

/** The route of an address's query, as `?board=shop&wall`. What it does not know it takes for the explore page. */
export function routeFrom(search: string): Route {
  const query = new URLSearchParams(search)
  const text = (name: string) => query.get(name) ?? ''
  const name = query.get('board')
  if (name !== null) return { page: 'board', name, wall: query.has('wall'), over: overFrom(query) }
  switch (query.get('page')) {
    case 'boards':
      return { page: 'boards' }
    case 'recent':
      return { page: 'recent', key: text('key') || '_', filter: text('filter') }
    case 'server':
      return { page: 'server' }
    case 'room':
      return { page: 'room', key: text('key'), dimensions: text('dimensions') }
    default:
      return { page: 'explore', view: viewFrom(query), show: companionFrom(query.get('show')) }
  }
}

/** The address of a route, relative to where the page is served. */
export function addressOf(route: Route): string {
  const query = new URLSearchParams()
  const set = (name: string, value: string) => value !== '' && query.set(name, value)
  if (route.page === 'board') set('board', route.name)
  else if (route.page !== 'explore') query.set('page', route.page)
  if (route.page === 'board') for (const [name, value] of Object.entries(route.over)) set(name, value)
  if (route.page === 'recent') {
    if (route.key !== '_') set('key', route.key)
    set('filter', route.filter)
  }
  if (route.page === 'room') {
    set('key', route.key)
    set('dimensions', route.dimensions)
  }
  if (route.page === 'explore') {
    writeView(route.view, query)
    if (route.show !== 'none') query.set('show', route.show)
  }
  const isWall = route.page === 'board' && route.wall
  return query.size === 0 ? './' : `./?${queryText(query)}${isWall ? '&wall' : ''}`
}

/** What a board's address says over its panels: the time that all of them show, and its zone. */
function overFrom(query: URLSearchParams): View {
  const { period, from, to, interval, tz } = viewFrom(query)
  const said = Object.entries({ period, from, to, interval, tz })
  return Object.fromEntries(said.filter((entry): entry is [string, string] => entry[1] !== undefined))
}

function companionFrom(text: string | null): Companion {
  return text === 'table' || text === 'rank' ? text : 'none'
}
