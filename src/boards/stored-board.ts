/**
 * A board as bytes in the store (docs/format/rows.md): a version, a line of what a list shows, the panels. So boards are
 * listed without reading their panels.
 */
import { createHash } from 'node:crypto'
import type { BoardContent } from './board-input.js'
import type { Board, BoardSummary, Panel } from './panel.js'

const VERSION = 1
const NEW_LINE = 0x0a
/** Bytes of a hash that are shown. */
const REVISION_BYTES = 16

interface Head {
  readonly title: string
  /** How many. */
  readonly panels: number
  readonly changed: number
}

/** A board as it is stored. */
export function encodeBoard({ title, panels }: BoardContent, changed: number): Uint8Array {
  const head: Head = { title, panels: panels.length, changed }
  return Buffer.concat([
    Uint8Array.of(VERSION),
    Buffer.from(`${JSON.stringify(head)}\n${JSON.stringify(panels)}`),
  ])
}

/** What a list shows of a stored board; reads no further than that. */
export function decodeSummary(name: string, value: Uint8Array): BoardSummary {
  return { name, ...headOf(value) }
}

/** The stored board. */
export function decodeBoard(name: string, value: Uint8Array): Board {
  const { title, changed } = headOf(value)
  const panels = JSON.parse(textOf(value, value.indexOf(NEW_LINE) + 1, value.length)) as Panel[]
  return { name, title, panels, changed }
}

/** What tells one state of a board from any other: a hash of the stored bytes. */
export function revisionOf(value: Uint8Array): string {
  const hash = createHash('sha256').update(value).digest()
  return hash.subarray(0, REVISION_BYTES).toString('base64url')
}

function headOf(value: Uint8Array): Head {
  const end = value.indexOf(NEW_LINE)
  if (value[0] !== VERSION || end < 0)
    throw new RangeError(
      'stored bytes are not a board: the store is damaged or was written by a newer program',
    )
  return JSON.parse(textOf(value, 1, end)) as Head
}

function textOf(value: Uint8Array, from: number, until: number): string {
  return Buffer.from(value.buffer, value.byteOffset + from, until - from).toString('utf8')
}
