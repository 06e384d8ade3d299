/**
 * Reads a page of the documentation: its fenced blocks, its comments to this test, its links. The conventions:
 * - A `sh` block is run. A `json`, `text` or `csv` block right behind it is what it must print.
 * - An `html` block is opened in a browser, as a page of `http://localhost:3000`. A `text` block right behind it is what it must show.
 * - `<!-- in examples/graph.html -->` in front of an `html` block: it stands in that page, which a test of its own opens.
 * - `<!-- not run: why -->` in front of a `sh` block leaves it out; the reason is shown by the test.
 * - `<!-- walk: NAME -->` in front of a `sh` block: it is one of a row of commands that a test of its own (`WALKS`) runs in one shell, from the
 *   first to the last.
 * - `<!-- server: FLAGS -->` gives the page's server these flags; `<!-- server: stop -->` and `<!-- server: start -->` stop it and
 *   start it again with the same data folder.
 */

/** A fenced block of code. */
export interface Block {
  readonly language: string
  readonly text: string
  /** Line of its opening fence, from 1. */
  readonly line: number
}

/** What is done with a page, in its order. */
export type Step =
  | { readonly kind: 'run' | 'open'; readonly block: Block; readonly expected: Block | undefined }
  | { readonly kind: 'skip'; readonly block: Block; readonly reason: string }
  | { readonly kind: 'example'; readonly block: Block; readonly page: string }
  | {
      readonly kind: 'walk'
      readonly block: Block
      readonly expected: Block | undefined
      readonly walk: string
    }
  | { readonly kind: 'server'; readonly does: 'start' | 'stop'; readonly line: number }

/** A page, read. */
export interface PageText {
  readonly steps: readonly Step[]
  /** Blocks that are neither run nor what a run prints. */
  readonly others: readonly Block[]
  /** Flags of the page's server. */
  readonly flags: readonly string[]
}

interface Comment {
  readonly text: string
  readonly line: number
}

type Part =
  | ({ readonly kind: 'block' } & Block)
  | ({ readonly kind: 'comment' } & Comment)
  | { readonly kind: 'prose' }

/** The walks, and the tests that run them. */
export const WALKS: ReadonlyMap<string, string> = new Map([['move', 'test/deploy/move.test.ts']])

const STEPS: ReadonlyMap<string, 'run' | 'open'> = new Map([
  ['sh', 'run'],
  ['html', 'open'],
])
const OUTPUTS: ReadonlySet<string> = new Set(['json', 'text', 'csv'])

/** Reads a page. Throws where a fence is not closed. */
export function readPage(markdown: string): PageText {
  const parts = partsOf(markdown)
  const steps: Step[] = []
  const others: Block[] = []
  const flags: string[] = []
  for (let i = 0; i < parts.length; i++) {
    const part = parts[i]!
    const next = parts[i + 1]
    if (part.kind === 'comment') addServerStep(part, steps, flags)
    if (part.kind !== 'block') continue
    const reason = saidBefore(parts[i - 1], /^not run: (.+)$/)
    const page = saidBefore(parts[i - 1], /^in (examples\/\S+)$/)
    const kind = STEPS.get(part.language)
    if (kind === undefined) others.push(part)
    else if (page !== undefined) steps.push({ kind: 'example', block: part, page })
    else if (reason !== undefined) steps.push({ kind: 'skip', block: part, reason })
    else {
      const expected = next?.kind === 'block' && OUTPUTS.has(next.language) ? next : undefined
      const walk = saidBefore(parts[i - 1], /^walk: (.+)$/)
      steps.push(
        walk === undefined ? { kind, block: part, expected } : { kind: 'walk', block: part, expected, walk },
      )
      if (expected) i++
    }
  }
  return { steps, others, flags }
}

/** The targets of a page's links and pictures, without those to other sites. */
export function localLinks(markdown: string): string[] {
  const prose = markdown.replace(/^```[\s\S]*?^```$/gm, '').replace(/`[^`\n]*`/g, '')
  const targets = [...prose.matchAll(/\]\(([^)\s]+)\)|\bsrc="([^"]+)"/g)].map(match => match[1] ?? match[2]!)
  return targets.filter(target => !/^[a-z]+:/.test(target))
}

/** The anchors of a page's headings, as GitHub makes them. */
export function anchorsOf(markdown: string): Set<string> {
  const headings = markdown.replace(/^```[\s\S]*?^```$/gm, '').matchAll(/^#{1,6} (.+)$/gm)
  return new Set(
    [...headings].map(([, heading]) =>
      heading!
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s_-]/gu, '')
        .replace(/\s/g, '-'),
    ),
  )
}

function addServerStep({ text, line }: Comment, steps: Step[], flags: string[]): void {
  const does = /^server: (.*)$/.exec(text)?.[1]
  if (does === undefined) return
  if (does === 'start' || does === 'stop') steps.push({ kind: 'server', does, line })
  else flags.push(...does.split(' '))
}

/** What a comment right in front says. */
function saidBefore(before: Part | undefined, what: RegExp): string | undefined {
  return before?.kind === 'comment' ? what.exec(before.text)?.[1] : undefined
}

/** Blocks, comments and whether there is prose between them, in order. */
function partsOf(markdown: string): Part[] {
  const lines = markdown.split('\n')
  const parts: Part[] = []
  for (let i = 0; i < lines.length; i++) {
    const text = lines[i]!.trim()
    const fence = /^```(\w*)/.exec(text)
    const comment = /^<!-- (.+) -->$/.exec(text)
    if (fence) {
      const end = lines.indexOf('```', i + 1)
      if (end < 0) throw new Error(`line ${i + 1}: the block is not closed`)
      parts.push({
        kind: 'block',
        language: fence[1]!,
        text: lines.slice(i + 1, end).join('\n'),
        line: i + 1,
      })
      i = end
    } else if (comment) parts.push({ kind: 'comment', text: comment[1]!, line: i + 1 })
    else if (text !== '') parts.push({ kind: 'prose' })
  }
  return parts
}
