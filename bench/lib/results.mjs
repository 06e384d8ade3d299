/** Results: rows of numbers, printed as they come, and with `--write` kept in results.json and shown in README.md. */
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describeMachine } from './machine.mjs'
import { BENCHES, ROOT } from './options.mjs'
import { formatNumber, formatValue, median } from './statistics.mjs'

const JSON_FILE = join(ROOT, 'bench', 'results.json')
const README = join(ROOT, 'bench', 'README.md')
const START = '<!-- results: written by npm run bench -- --write -->'
/** From here on the results say that something else was running. */
export const BUSY_PERCENT = 5
const END = '<!-- end of results -->'

/**
 * @typedef {object} Row
 * @property {string} what
 * @property {string} unit
 * @property {number} value HailWhale's median
 * @property {number} least
 * @property {number} most
 * @property {number} [p99] where `value` is a p50
 * @property {string} [against] who it is compared with
 * @property {number} [other] its median
 * @property {number} [ratio] median of the rounds' ratios
 * @property {string} [mark] what is asked for
 * @property {boolean} [passed]
 */

/**
 * One row: medians and spread of the rounds. Marks: `least` or `most` of the value, `ratioLeast` or `ratioMost` of the ratio.
 * @param {string} what
 * @param {string} unit
 * @param {number[]} rounds
 * @param {{ against?: string, others?: number[], p99?: number, least?: number, most?: number,
 *   ratioLeast?: number, ratioMost?: number }} [more]
 * @returns {Row}
 */
export function row(what, unit, rounds, { against, others, p99, least, most, ratioLeast, ratioMost } = {}) {
  const value = median(rounds)
  /** @type {Row} */
  const result = { what, unit, value, least: Math.min(...rounds), most: Math.max(...rounds) }
  if (against !== undefined && others !== undefined) {
    const other = median(others)
    // By the round: what slows the machine down for a while slows both sides of a round.
    const ratio = median(rounds.map((own, i) => own / (others[i] ?? other)))
    Object.assign(result, { against, other, ratio })
  }
  if (p99 !== undefined) result.p99 = p99
  if (most !== undefined) Object.assign(result, { mark: `≤ ${most} ${unit}`, passed: value <= most })
  if (least !== undefined)
    Object.assign(result, { mark: `≥ ${least.toLocaleString('en')} ${unit}`, passed: value >= least })
  if (ratioLeast !== undefined)
    Object.assign(result, { mark: `≥ ${ratioLeast.toFixed(1)} ×`, passed: (result.ratio ?? 0) >= ratioLeast })
  if (ratioMost !== undefined)
    Object.assign(result, { mark: `≤ ${ratioMost} ×`, passed: (result.ratio ?? 1) <= ratioMost })
  return result
}

/** A bench's rows as a Markdown table, which reads well on a terminal too. */
export function table(rows) {
  const lines = rows.map(result => [
    result.what,
    formatValue(result.value, result.unit),
    spreadText(result),
    result.against === undefined ? '' : `${result.against}: ${formatNumber(result.other)}`,
    result.ratio === undefined ? '' : `${result.ratio.toFixed(2)} ×`,
    result.mark === undefined ? '' : `${result.mark} ${result.passed ? '✓' : '✗'}`,
  ])
  const heads = ['what', 'HailWhale', 'spread', 'against', 'ratio', 'mark']
  const widths = heads.map((head, i) => Math.max(head.length, ...lines.map(line => line[i].length)))
  const text = cells => `| ${cells.map((cell, i) => cell.padEnd(widths[i])).join(' | ')} |`
  return [text(heads), text(widths.map(width => '-'.repeat(width))), ...lines.map(text)].join('\n')
}

function spreadText({ least, most, p99, unit }) {
  if (p99 !== undefined) return `p99 ${formatValue(p99, unit)}`
  return least === most ? '' : `${formatNumber(least)}–${formatNumber(most)}`
}

/** Keeps a bench's rows, beside those of the others from earlier runs, and writes the README's part anew. */
export function write(bench, rows, { options, now, busy }) {
  const results = existsSync(JSON_FILE) ? JSON.parse(readFileSync(JSON_FILE, 'utf8')) : {}
  results[bench] = {
    at: now.toISOString().slice(0, 16),
    source: sourceVersion(),
    machine: describeMachine(),
    busyPercent: Math.round(busy * 100),
    rounds: options.rounds,
    rows,
  }
  writeFileSync(JSON_FILE, `${JSON.stringify(results, null, 2)}\n`)
  const text = readFileSync(README, 'utf8')
  const parts = BENCHES.filter(name => name in results).map(name => section(name, results[name]))
  const before = text.slice(0, text.indexOf(START) + START.length)
  writeFileSync(README, `${before}\n\n${parts.join('\n\n')}\n\n${text.slice(text.indexOf(END))}`)
}

function section(name, { at, source, machine, busyPercent, rounds, rows }) {
  const other =
    busyPercent > BUSY_PERCENT ? `; **${busyPercent} % of it was busy with something else at the start**` : ''
  return `### ${name}\n\n${at} UTC, ${source}, ${rounds} rounds; ${machine}${other}\n\n${table(rows)}`
}

function sourceVersion() {
  try {
    const git = (...args) => execFileSync('git', args, { cwd: ROOT, encoding: 'utf8' }).trim()
    const changed = git('status', '--porcelain', '--', 'src', 'web') === '' ? '' : ' with changes'
    return `commit ${git('rev-parse', '--short', 'HEAD')}${changed}`
  } catch {
    return 'no commit'
  }
}
