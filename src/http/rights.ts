/** Who may do what: the one table. A route without a row here is none: the server doesn't start with it. */
import type { Need } from '../access/access.js'

/** What a route needs, or that it is open to all. */
export type Right = Need | 'public'

const COUNT: Need = { scope: 'count', allKeys: false }
const READ: Need = { scope: 'read', allKeys: false }
/** What tells of all keys at once. */
const READ_ALL: Need = { scope: 'read', allKeys: true }
const ADMIN: Need = { scope: 'admin', allKeys: false }
const ADMIN_ALL: Need = { scope: 'admin', allKeys: true }

/** By method and path, as the server has it below its base path. `HEAD` is as `GET`; the pages and their scripts are public. */
export const RIGHTS: Readonly<Record<string, Right>> = {
  'GET /count': COUNT,
  'POST /count': COUNT,
  'GET /count_now': COUNT,
  'POST /count_now': COUNT,
  'GET /count.gif': COUNT,
  'GET /flush_hail': COUNT,
  'POST /flush_hail': COUNT,
  'GET /update_count_to': COUNT,
  'POST /update_count_to': COUNT,

  'GET /plotpoints': READ,
  'GET /totals': READ,
  'GET /graph': READ,
  'GET /rank': READ,
  'GET /keys': READ,
  'GET /dimensions': READ,
  'GET /metric_names': READ,
  'GET /recent': READ,
  'GET /federate': READ,
  'GET /stream': READ,
  'POST /stream': READ,
  'GET /graph.svg': READ,
  'GET /graph.png': READ,
  'GET /number.svg': READ,
  'GET /room': READ,
  'GET /state': READ_ALL,
  'GET /metrics': READ_ALL,
  'GET /boards': READ_ALL,
  'GET /board': READ_ALL,

  'GET /reset': ADMIN,
  'POST /reset': ADMIN,
  'PUT /board': ADMIN_ALL,
  'DELETE /board': ADMIN_ALL,

  'GET /openapi.json': 'public',
  'GET /healthz': 'public',
  'GET /readyz': 'public',
}

/** Of what isn't in the table nobody without a token learns that it isn't there. */
export const UNKNOWN: Need = { scope: 'any', allKeys: false }

/** The row of a method and a path below the base path. */
export function rightOf(method: string, path: string): Right | undefined {
  const row = `${method === 'HEAD' ? 'GET' : method} ${path}`
  return Object.hasOwn(RIGHTS, row) ? RIGHTS[row] : undefined
}
