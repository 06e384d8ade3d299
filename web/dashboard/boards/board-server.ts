/** Boards on the server: listed, read, written under the condition that nobody else wrote meanwhile, deleted. */
import type { Board, BoardSummary } from '../../../src/boards/panel.js'
import { liveAt } from '../../live/live.js'
import { errorIn, Refused } from '../../live/refused.js'
import { fetchWithToken } from '../access/token.js'
import { serverAddress } from '../place/navigate.js'
import type { BoardContent } from './board.js'

/** A board as it was read, and what tells that state of it from any other. */
export interface ReadBoard {
  readonly board: Board
  readonly tag: string
}

/** What a write expects to find: a state that was read, nothing, or whatever there is. */
export type Expected = { readonly tag: string } | 'nothing' | 'anything'

/** All boards, by name. */
export async function listBoards(signal?: AbortSignal): Promise<readonly BoardSummary[]> {
  const { boards } = await liveAt(serverAddress()).ask<{ boards: readonly BoardSummary[] }>(
    'boards',
    {},
    signal,
  )
  return boards
}

/** A board; null where there is none of that name. */
export async function readBoard(name: string, signal?: AbortSignal): Promise<ReadBoard | null> {
  const response = await fetchWithToken(addressOf(name), { cache: 'no-store', signal: signal ?? null })
  if (response.status === 404) return null
  return boardIn(response)
}

/** Writes a board. Throws `Refused` with the code `changed_meanwhile` where it is not what was expected. */
export async function writeBoard(
  name: string,
  { title, panels }: BoardContent,
  expected: Expected,
): Promise<ReadBoard> {
  const response = await fetchWithToken(addressOf(name), {
    method: 'PUT',
    headers: { 'content-type': 'application/json', ...conditionOf(expected) },
    body: JSON.stringify({ title, panels }),
  })
  return boardIn(response)
}

/** Deletes a board. */
export async function deleteBoard(name: string): Promise<void> {
  const response = await fetchWithToken(addressOf(name), { method: 'DELETE' })
  if (!response.ok && response.status !== 404) throw await errorIn(response)
}

/** Whether a write failed because somebody else wrote meanwhile. */
export function isConflict(error: unknown): boolean {
  return error instanceof Refused && error.code === 'changed_meanwhile'
}

function addressOf(name: string): string {
  return `${serverAddress()}board?${new URLSearchParams({ name })}`
}

function conditionOf(expected: Expected): Readonly<Record<string, string>> {
  if (expected === 'anything') return {}
  return expected === 'nothing' ? { 'if-none-match': '*' } : { 'if-match': expected.tag }
}

async function boardIn(response: Response): Promise<ReadBoard> {
  if (!response.ok) throw await errorIn(response)
  return { board: (await response.json()) as Board, tag: response.headers.get('etag') ?? '' }
}
