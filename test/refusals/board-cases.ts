/** Wrong boards, wrong names of boards, and requests for them that are wrong. */
import type { ErrorCode } from '../../src/model/errors.js'
import { wirePath } from '../support/live-server.js'
import { type Refusal, refusedGet, shown } from './refusal.js'

/** A board whose one panel has these fields. */
const withPanel = (panel: object) => ({ panels: [{ element: 'graph', ...panel }] })

/** A board (or what is none), the code, and the field that is named. */
const WRONG_BOARDS: readonly [unknown, ErrorCode, string][] = [
  [{}, 'invalid_parameter', 'panels'],
  [{ panels: null }, 'invalid_parameter', 'panels'],
  [{ panels: {} }, 'invalid_parameter', 'panels'],
  [{ panels: 'graph' }, 'invalid_parameter', 'panels'],
  [{ panels: new Array(51).fill({ element: 'graph' }) }, 'invalid_parameter', 'panels'],
  [{ panels: [null] }, 'invalid_parameter', 'panels[0]'],
  [{ panels: [[]] }, 'invalid_parameter', 'panels[0]'],
  [{ panels: ['graph'] }, 'invalid_parameter', 'panels[0]'],
  [{ panels: [{}] }, 'invalid_parameter', 'panels[0].element'],
  [{ panels: [{ element: 'graph' }, { element: 'grpah' }] }, 'invalid_parameter', 'panels[1].element'],
  [{ panels: [{ element: 'constructor' }] }, 'invalid_parameter', 'panels[0].element'],
  [{ panels: [{ element: 5 }] }, 'invalid_parameter', 'panels[0].element'],
  [withPanel({ attributes: [] }), 'invalid_parameter', 'panels[0].attributes'],
  [withPanel({ attributes: 'key=a' }), 'invalid_parameter', 'panels[0].attributes'],
  [withPanel({ attributes: { key: 5 } }), 'invalid_parameter', 'panels[0].attributes.key'],
  [withPanel({ attributes: { key: null } }), 'invalid_parameter', 'panels[0].attributes.key'],
  [withPanel({ attributes: { key: ['a'] } }), 'invalid_parameter', 'panels[0].attributes.key'],
  [withPanel({ attributes: { key: 'x'.repeat(4097) } }), 'invalid_parameter', 'panels[0].attributes.key'],
  [withPanel({ attributes: { key: 'é'.repeat(2049) } }), 'invalid_parameter', 'panels[0].attributes.key'],
  [withPanel({ attributes: { key: '\ud800' } }), 'invalid_parameter', 'panels[0].attributes.key'],
  [withPanel({ attributes: { metrcs: 'a' } }), 'unknown_parameter', 'panels[0].attributes.metrcs'],
  [withPanel({ attributes: { server: 'http://x' } }), 'unknown_parameter', 'panels[0].attributes.server'],
  [withPanel({ attributes: { onclick: 'x' } }), 'unknown_parameter', 'panels[0].attributes.onclick'],
  [withPanel({ attributes: { style: 'x' } }), 'unknown_parameter', 'panels[0].attributes.style'],
  [
    withPanel({ element: 'number', attributes: { legend: 'below' } }),
    'unknown_parameter',
    'panels[0].attributes.legend',
  ],
  ...[0, 5, -1, 1.5, '1', null, [1], 1e99].map(
    width => [withPanel({ width }), 'invalid_parameter', 'panels[0].width'] as [unknown, ErrorCode, string],
  ),
  [withPanel({ widht: 1 }), 'unknown_parameter', 'panels[0].widht'],
  [{ panels: [], tilte: 'x' }, 'unknown_parameter', 'tilte'],
  [{ panels: [], title: 5 }, 'invalid_parameter', 'title'],
  [{ panels: [], title: 'x'.repeat(201) }, 'invalid_parameter', 'title'],
  [{ panels: [], title: 'a\nb' }, 'invalid_parameter', 'title'],
  [{ panels: [], title: '\udc00' }, 'invalid_parameter', 'title'],
]

/** The part of the URL behind `/board`, the code, and the field. */
const WRONG_NAMES: readonly [string, ErrorCode, string][] = [
  ['', 'invalid_parameter', 'name'],
  ['?name=', 'invalid_parameter', 'name'],
  [`?name=${'x'.repeat(129)}`, 'invalid_parameter', 'name'],
  [`?name=${'é'.repeat(65)}`, 'invalid_parameter', 'name'],
  ['?name=a%0Ab', 'invalid_parameter', 'name'],
  ['?name=%00', 'invalid_parameter', 'name'],
  ['?name=%ff', 'invalid_parameter', 'name'],
  ['?name=a&name=b', 'invalid_parameter', 'name'],
  ['?nmae=a', 'unknown_parameter', 'nmae'],
  ['?name=a&format=csv', 'unknown_parameter', 'format'],
]

function put(
  body: string | Buffer,
  code: ErrorCode,
  field?: string,
  headers = {},
  query = '?name=a',
): Refusal {
  return {
    name: `PUT /board${shown(query)} ${shown(String(body))}`,
    method: 'PUT',
    path: wirePath(`/board${query}`),
    headers: { 'content-type': 'application/json', ...headers },
    body,
    code,
    ...(field !== undefined && { field }),
  }
}

function bare(method: string, path: string, code: ErrorCode, more: Partial<Refusal> = {}): Refusal {
  return { name: `${method} ${shown(path)}`, method, path: wirePath(path), code, ...more }
}

const ELSEWHERE = { origin: 'https://elsewhere.example' }
const GOOD = '{"panels":[]}'
/** Too large as a whole, each part of it as it should be. */
const LARGE = JSON.stringify({
  panels: new Array(20).fill({ element: 'graph', attributes: { metrics: 'x'.repeat(4000) } }),
})

/** All of them. */
export const BOARD_REFUSALS: readonly Refusal[] = [
  ...WRONG_BOARDS.map(([board, code, field]) => put(JSON.stringify(board), code, field)),
  put(
    '{"panels":[{"element":"graph","attributes":{"__proto__":"x"}}]}',
    'unknown_parameter',
    'panels[0].attributes.__proto__',
  ),
  put(
    '{"panels":[{"element":"graph","width":12345678901234567890}]}',
    'invalid_parameter',
    'panels[0].width',
  ),
  ...['', 'null', '5', '[]', '"x"', '{', 'x', 'panels=x', `${GOOD}${GOOD}`].map(body =>
    put(body, 'invalid_body'),
  ),
  put(Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]), 'invalid_body'),
  put(GOOD, 'unsupported_media_type', undefined, { 'content-type': 'image/png' }),
  put(GOOD, 'unsupported_media_type', undefined, { 'content-encoding': 'zstd' }),
  put(LARGE, 'body_too_large'),
  ...WRONG_NAMES.flatMap(([query, code, field]) => [
    refusedGet(`/board${query}`, code, field),
    put(GOOD, code, field, {}, query),
    bare('DELETE', `/board${query}`, code, { field }),
  ]),
  refusedGet('/board?name=nobody', 'not_found', undefined, 'nobody'),
  bare('DELETE', '/board?name=nobody', 'not_found'),
  refusedGet('/boards?name=a', 'unknown_parameter', 'name'),
  put(GOOD, 'changed_meanwhile', undefined, { 'if-match': '*' }),
  put(GOOD, 'changed_meanwhile', undefined, { 'if-match': '"a"' }),
  bare('DELETE', '/board?name=a', 'changed_meanwhile', { headers: { 'if-match': '"a", "b"' } }),
  ...['', 'a', '"a', '"a" "b"', "'a'"].map(tag =>
    put(GOOD, 'invalid_parameter', 'If-Match', { 'if-match': tag }),
  ),
  put(GOOD, 'invalid_parameter', 'If-None-Match', { 'if-none-match': 'a' }),
  ...['POST', 'PATCH'].map(method =>
    bare(method, '/board', 'method_not_allowed', { allow: 'DELETE, GET, HEAD, PUT' }),
  ),
  ...['POST', 'PUT', 'DELETE', 'PATCH'].map(method =>
    bare(method, '/boards', 'method_not_allowed', { allow: 'GET, HEAD' }),
  ),
  ...['/board?name=a', '/boards'].map(path => ({
    ...refusedGet(path, 'forbidden'),
    name: `GET ${path} from elsewhere`,
    headers: ELSEWHERE,
    says: '--allow-origin https://elsewhere.example',
  })),
  put(GOOD, 'forbidden', undefined, ELSEWHERE),
  put(GOOD, 'forbidden', undefined, { 'sec-fetch-site': 'cross-site' }),
  bare('DELETE', '/board?name=a', 'forbidden', { headers: ELSEWHERE }),
]
