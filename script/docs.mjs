#!/usr/bin/env node
/**
 * Writes the tables of docs/api.md that come from the code, between their markers; with --check, only says whether they are
 * stale. Needs the build. Markers: `<!-- parameters: LIST -->` or `<!-- parameters: LIST beyond LIST -->` and `<!-- errors -->`,
 * each up to `<!-- end -->`.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { BOARD_PARAMETERS } from '../dist/http/board-schemas.js'
import { RESET_FIELDS, UPDATE_FIELDS } from '../dist/http/changing.js'
import { FEDERATE_PARAMETERS } from '../dist/http/federate.js'
import { PARAMETER_DOCS } from '../dist/http/parameter-docs.js'
import { NUMBER_PARAMETERS, PICTURE_PARAMETERS, PNG_PARAMETERS } from '../dist/http/picture-fields.js'
import { RECENT_PARAMETERS } from '../dist/http/schemas.js'
import { ROOM_PARAMETERS } from '../dist/http/state-schemas.js'
import { EVENT_PARAMETERS } from '../dist/intake/parameters.js'
import { ERRORS } from '../dist/model/errors.js'
import * as asking from '../dist/query/parameters.js'

const PAGE = new URL('../docs/api.md', import.meta.url)

/** The lists of parameters that a marker may name. */
const LISTS = {
  count: EVENT_PARAMETERS,
  update_count_to: UPDATE_FIELDS,
  reset: RESET_FIELDS,
  plotpoints: asking.PLOTPOINTS_PARAMETERS,
  graph: asking.GRAPH_PARAMETERS,
  stream: asking.STREAM_PARAMETERS,
  picture: PICTURE_PARAMETERS,
  png: PNG_PARAMETERS,
  number: NUMBER_PARAMETERS,
  keys: asking.KEYS_PARAMETERS,
  dimensions: asking.DIMENSIONS_PARAMETERS,
  metric_names: asking.METRIC_NAMES_PARAMETERS,
  recent: RECENT_PARAMETERS,
  federate: FEDERATE_PARAMETERS,
  room: ROOM_PARAMETERS,
  board: BOARD_PARAMETERS,
}

/** `code`, or two back-quotes around what holds one; `|` would end the cell. */
function code(text) {
  const quote = text.includes('`') ? '``' : '`'
  return `${quote}${text.replaceAll('|', '\\|')}${quote}`
}

function parameterTable(what) {
  const [name, without] = what.split(' beyond ')
  const known = new Set((without ? LISTS[without] : []).map(spec => spec.name))
  const rows = LISTS[name]
    .filter(spec => !known.has(spec.name))
    .map(({ name, aliases = [] }) => {
      const { description, example } = PARAMETER_DOCS[name]
      const also = aliases.length === 0 ? '' : ` Also ${aliases.map(code).join(', ')}.`
      return `| ${code(name)} | ${description}${also} | ${code(example)} |`
    })
  return ['| parameter | meaning | example |', '|---|---|---|', ...rows].join('\n')
}

function errorTable() {
  const rows = Object.entries(ERRORS).map(
    ([name, { status, title, retry }]) =>
      `| ${code(name)} | ${status} | ${title} | ${retry ? 'yes' : 'no'} |`,
  )
  return ['| code | status | title | can the same help later? |', '|---|---|---|---|', ...rows].join('\n')
}

function tableOf(marker) {
  return marker === 'errors' ? errorTable() : parameterTable(marker.replace('parameters: ', ''))
}

const before = readFileSync(PAGE, 'utf8')
const after = before.replace(
  /<!-- (errors|parameters: [\w ]+) -->\n[\s\S]*?<!-- end -->/g,
  (_all, marker) => `<!-- ${marker} -->\n${tableOf(marker)}\n<!-- end -->`,
)
if (!process.argv.includes('--check')) writeFileSync(PAGE, after)
else if (after !== before) {
  console.error('docs/api.md is stale: npm run docs writes it')
  process.exit(1)
}
