/** What the browser calls the page. Pure. */
import { keyName, parsePath, pathName } from './path.js'
import type { Route } from './route.js'

/** The title of a route. */
export function pageTitle(route: Route): string {
  const name = nameOf(route)
  return name === '' ? 'HailWhale' : `${name} – HailWhale`
}

function nameOf(route: Route): string {
  switch (route.page) {
    case 'explore': {
      const { key, by = '', metrics = '' } = route.view
      const where = [key === undefined ? '' : keyName(key), pathName(parsePath(by))].filter(
        text => text !== '',
      )
      return [metrics, where.join(' › ')].filter(text => text !== '').join(' · ')
    }
    case 'boards':
      return 'Boards'
    case 'board':
      return route.name
    case 'recent':
      return 'Recent'
    case 'server':
      return 'Server'
    case 'room':
      return 'What takes the room'
  }
}
