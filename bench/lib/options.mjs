/** The command line of the bench: which questions, how often, how much, on which build. */
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The repository's root. */
export const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..')

export const BENCHES = [
  'bulk',
  'single',
  'hail',
  'whale',
  'hincrby',
  'query',
  'startup',
  'disk',
  'memory',
  'drawing',
  'pictures',
  'page',
]

/**
 * @typedef {object} Options
 * @property {string[]} benches which to run, in this order
 * @property {number} rounds rounds of each server, in turns
 * @property {number} [events] events of the workload; each bench has its own default
 * @property {number} seconds how long one round of single counts lasts
 * @property {number} requests questions asked of each kind
 * @property {number} rate events a second that come in while questions are asked
 * @property {string} dist the built project
 * @property {string} retain what HailWhale keeps
 * @property {number} startS first second of the workload's six hours
 * @property {string} [profile] folder for CPU profiles of HailWhale
 * @property {boolean} write whether results.json and README.md are written
 */

/** What there is to say, for `--help`. */
export const HELP = `npm run bench -- [${BENCHES.join('|')}] [options]
  --rounds N     rounds of each server, in turns (5)
  --events N     events of the workload (startup 10000000 · memory 2000000 paths · the others 1000000)
  --seconds N    length of a round of single counts, and of two hails and a whale at once (8)
  --requests N   questions asked of each kind (500)
  --rate N       events a second that come in while questions are asked (50000)
  --retain TEXT  what HailWhale keeps (1m:400d,1h:400d,1d:forever)
  --start now    the workload's six hours end now; by default they are the first six of yesterday (UTC)
  --dist DIR     the build to measure (dist)
  --profile DIR  writes a CPU profile of each HailWhale there, and prints where its time went
  --write        writes the results into bench/results.json and bench/README.md`

/**
 * Reads the arguments; throws an `Error` with a message for the person who wrote them.
 * @param {string[]} args
 * @param {number} nowMs
 * @returns {Options}
 */
export function readOptions(args, nowMs) {
  const options = {
    benches: [],
    rounds: 5,
    events: undefined,
    seconds: 8,
    requests: 500,
    rate: 50_000,
    dist: join(ROOT, 'dist'),
    retain: '1m:400d,1h:400d,1d:forever',
    startS: (Math.floor(nowMs / 86_400_000) - 1) * 86_400,
    profile: undefined,
    write: false,
  }
  const texts = {
    retain: text => text,
    dist: text => resolve(text),
    profile: text => resolve(text),
    start: text => text,
  }
  for (let i = 0; i < args.length; i++) {
    const name = args[i].replace(/^--/, '')
    if (BENCHES.includes(args[i])) options.benches.push(args[i])
    else if (args[i] === '--write') options.write = true
    else if (args[i] === '--start') options.startS = startOf(args[++i], nowMs)
    else if (args[i].startsWith('--') && name in texts) options[name] = texts[name](args[++i])
    else if (args[i].startsWith('--') && typeof (options[name] ?? 0) === 'number' && name in options)
      options[name] = wholeNumber(name, args[++i])
    else throw new Error(`'${args[i]}' is neither a bench nor an option\n${HELP}`)
  }
  if (options.benches.length === 0) options.benches = [...BENCHES]
  return options
}

function startOf(text, nowMs) {
  return text === 'now' ? Math.floor(nowMs / 60_000 - 360) * 60 : wholeNumber('start', text)
}

function wholeNumber(name, text) {
  const value = Number(text?.replaceAll('_', ''))
  if (Number.isInteger(value) && value > 0) return value
  throw new Error(`--${name} takes a whole number above 0, not '${text}'`)
}
