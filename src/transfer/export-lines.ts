/**
 * All lines of an export of a store, read partition beside partition: what several have of one series is added up, so that the file
 * knows none of them. Nothing may be written meanwhile: where something was, the last line does not come, and an error does.
 *
 * In memory are the names from the top of the tree down to where the walk is, those of siblings that have something below
 * them, and a page of each partition.
 */
import { decodeBoard } from '../boards/stored-board.js'
import { HailWhaleError } from '../model/errors.js'
import {
  BOARDS_GROUP,
  decodeId,
  ID_GROUP_BYTES,
  ID_GROUPS,
  parseName,
  STATE_GROUP,
} from '../rollup/address.js'
import { readState, STATE } from '../rollup/flush.js'
import { type AnyLine, type Header, Tally, type Totals } from './format.js'
import { mergedScan, type ReadableStore, startsOf } from './merged-scan.js'
import { treeLines } from './tree-lines.js'

/** Ids of one line. */
const IDS_PER_LINE = 500

/**
 * The lines, the header first. Throws `unavailable` where the counts are not whole (a flush was cut short), and `changed_meanwhile`
 * where they have changed.
 */
export async function* exportLines(
  stores: readonly ReadableStore[],
  header: Header,
): AsyncGenerator<AnyLine, Totals> {
  const before = await positionsOf(stores)
  const tally = new Tally()
  for await (const line of allLines(stores, header)) {
    tally.add(line)
    yield line
  }
  const after = await positionsOf(stores)
  if (after.some((position, i) => position !== before[i])) throw changed()
  yield { end: tally.totals }
  return tally.totals
}

async function* allLines(stores: readonly ReadableStore[], header: Header): AsyncGenerator<AnyLine> {
  yield header
  yield* treeLines(stores)
  yield* idLines(stores)
  yield* boardLines(stores)
}

/** How far each partition holds its journal. */
async function positionsOf(stores: readonly ReadableStore[]): Promise<number[]> {
  return Promise.all(
    stores.map(async store => {
      const checkpoint = await readState(store, STATE.checkpoint)
      const flushing = await readState(store, STATE.flushing)
      const [forgetting] = await store.read([{ group: STATE_GROUP, member: STATE.forgetting }])
      if (flushing <= checkpoint && !forgetting) return checkpoint
      throw new HailWhaleError(
        'unavailable',
        'The counts are being written, or the server that wrote them was cut off: stop it as it should be (after a crash: start it, then stop it), and export again.',
      )
    }),
  )
}

function changed(): HailWhaleError {
  return new HailWhaleError(
    'changed_meanwhile',
    'The counts have changed while they were read: stop the servers that write them, and export again.',
  )
}

async function* idLines(stores: readonly ReadableStore[]): AsyncGenerator<AnyLine> {
  const { from, until } = ID_GROUPS
  for (const group of await startsOf(stores, { from, until, length: ID_GROUP_BYTES })) {
    let ids: [string, number][] = []
    for await (const cells of mergedScan(stores, group)) {
      for (const { member, values } of cells) {
        const receivedAtMs = Math.max(...values.map(value => decodeId(value).receivedAtMs))
        ids.push([Buffer.from(member).toString('base64url'), receivedAtMs])
        if (ids.length < IDS_PER_LINE) continue
        yield { ids }
        ids = []
      }
    }
    if (ids.length > 0) yield { ids }
  }
}

/** Boards; of several of one name the one that was changed last. */
async function* boardLines(stores: readonly ReadableStore[]): AsyncGenerator<AnyLine> {
  for await (const cells of mergedScan(stores, BOARDS_GROUP)) {
    for (const { member, values } of cells) {
      const boards = values.map(value => decodeBoard(parseName(member), value))
      const { name, title, panels, changed } = boards.reduce((a, b) => (b.changed > a.changed ? b : a))
      yield { board: { name, title, panels: panels.map(panel => ({ ...panel })), changed } }
    }
  }
}
