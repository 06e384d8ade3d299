/**
 * What the scripts for other pages are freed of when they are built, since each byte is loaded by each reader: line breaks in
 * templates and styles, and the parts of uPlot that nothing here uses. Plugins of the build; not part of any page.
 */
import type { Plugin } from 'vite'

/** Takes line breaks and indents out of css`` and html`` literals. */
export function leanLiterals(): Plugin {
  return {
    name: 'lean-literals',
    transform(code, id) {
      if (!/\/web\/.*\.ts$/.test(id)) return null
      return { code: withLeanLiterals(code, this.parse(code)), map: null }
    },
  }
}

/**
 * Takes out of uPlot what our charts never use, a third of it: the helpers it offers beside itself, its calendar (our axes bring
 * ticks and words of their own), its legend and its cursor. Throws where a new version of uPlot is built otherwise, so that somebody looks again.
 */
export function leanUPlot(): Plugin {
  return {
    name: 'lean-uplot',
    enforce: 'pre',
    transform(code, id) {
      if (!id.endsWith('/uPlot.esm.js')) return null
      return { code: UNUSED.reduce(without, code), map: null }
    },
  }
}

/** What is found in uPlot, and what stands there instead. */
const UNUSED: readonly (readonly [found: RegExp, instead: string])[] = [
  [/\nuPlot\.assign = assign;[\s\S]*\n(?=export \{ uPlot as default)/, '\n'],
  [/const \[ timeIncrsMs, .* = genTimeStuffs\(1\);/, 'const timeIncrsMs = numIncrs;'],
  [/const \[ timeIncrsS, .* = genTimeStuffs\(1e-3\);/, 'const timeIncrsS = numIncrs;'],
  [/const _fmtDate = .*;/, ''],
  [/const _timeAxisSplits = .*;/, 'const _timeAxisSplits = numAxisSplits;'],
  [/const _timeAxisVals {3}= .*;/, 'const _timeAxisVals = numAxisVals;'],
  [/const _timeSeriesVal {2}= .*;/, 'const _timeSeriesVal = numSeriesVal;'],
  [/const showLegend = legend\.show;/, 'const showLegend = false;'],
  [/const showCursor = +cursor\.show;/, 'const showCursor = false;'],
  [/events\.mousedown = [\s\S]*?events\.dblclick = dblClick;/, ''],
  [/updateCursor\(null, _fire, _pub\);/, ''],
  [/timeSeriesVal\(_tzDate, timeSeriesStamp\(sv, _fmtDate\)\)/, 'sv'],
  [/timeAxisVals\(_tzDate, timeAxisStamps\(av, _fmtDate\)\)/, 'av'],
  [/timeAxisVal\(_tzDate, av\)/, 'av'],
]

function without(code: string, [found, instead]: readonly [RegExp, string]): string {
  if (!found.test(code))
    throw new Error(`uPlot is built otherwise than before, without ${found}: see web/lean.ts`)
  return code.replace(found, instead)
}

/** A node of the parsed code, as far as it is looked at. */
interface CodeNode {
  readonly type: string
  readonly start: number
  readonly end: number
  readonly tag?: { readonly name?: string }
  readonly quasi?: { readonly quasis: readonly CodeNode[] }
}

/** The code with its literals shortened; `tree` is the code parsed. */
function withLeanLiterals(code: string, tree: unknown): string {
  const edits: { readonly start: number; readonly end: number; readonly text: string }[] = []
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return
    const node = value as Partial<CodeNode>
    const lean = node.type === 'TaggedTemplateExpression' ? LEAN[node.tag?.name ?? ''] : undefined
    for (const { start, end } of (lean && node.quasi?.quasis) || [])
      edits.push({ start, end, text: lean!(code.slice(start, end)) })
    Object.values(value).forEach(visit)
  }
  visit(tree)
  edits.sort((a, b) => b.start - a.start)
  return edits.reduce((done, { start, end, text }) => done.slice(0, start) + text + done.slice(end), code)
}

const LEAN: Readonly<Record<string, (text: string) => string>> = {
  css: leanStyle,
  html: leanMarkup,
  svg: leanMarkup,
}

/** Style sheets mean the same without. */
function leanStyle(text: string): string {
  return text
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/\s*\n\s*/g, ' ')
    .replace(/ ?([{};]) ?/g, '$1')
}

/** A line break between two tags goes; elsewhere it is a space. */
function leanMarkup(text: string): string {
  return text
    .replace(/(^|>)\s*\n\s*(?=<)/g, '$1')
    .replace(/>\s*\n\s*$/, '>')
    .replace(/\s*\n\s*/g, ' ')
}
