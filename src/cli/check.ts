/**
 * `hailwhale check`: what is in a data folder, and whether it is sound: the journal's records, the store's keys and paths,
 * and that the journal goes on where the store ends. Changes nothing without `repair`.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { inspectJournal, type JournalDamage, type JournalReport } from '../journal/file/inspect.js'
import { repairJournal } from '../journal/file/repair.js'
import { readState, STATE } from '../rollup/flush.js'
import { LmdbStore } from '../store/lmdb/lmdb-store.js'
import type { Store } from '../store/store.js'
import { CommandError } from './client.js'
import { EXIT } from './exit.js'
import { countNames, type KeyNames } from './registry.js'
import { formatBytes } from './units.js'

/** How to check. */
export interface CheckOptions {
  /** Mends the journal, and says what is given up. */
  readonly repair: boolean
  readonly print: (text: string) => void
}

interface StoreReport {
  readonly checkpoint: number
  readonly bytes: number
  readonly keys: readonly KeyNames[]
}

/** Keys that are listed one by one. */
const SHOWN_KEYS = 20

/** Checks a data folder; answers the exit code. Throws a `CommandError` where there is none. */
export async function check(dir: string, { repair, print }: CheckOptions): Promise<number> {
  const journalDir = join(dir, 'journal')
  if (!existsSync(journalDir)) throw new CommandError(`${dir} is no data folder: there is no ${journalDir}`)
  const store = existsSync(join(dir, 'store', 'store.mdb'))
    ? await inspectStore(new LmdbStore(join(dir, 'store')))
    : null
  if (repair) {
    const lines = await repairJournal(journalDir, { atLeastSequence: store?.checkpoint ?? 0 })
    print(lines.length === 0 ? 'repair: nothing to do' : lines.map(line => `repair: ${line}`).join('\n'))
  }
  const journal = await inspectJournal(journalDir)
  const gaps = gapsBetween(journal, store?.checkpoint ?? 0)
  print([...describeJournal(journal), ...describeStore(store), ...gaps].join('\n'))
  const isDamaged = gaps.length > 0 || journal.damage.some(({ mendedBy }) => mendedBy !== 'opening')
  print(
    isDamaged
      ? `damaged.${repair ? '' : ` 'hailwhale check ${dir} --repair' saves what can be saved.`}`
      : 'sound',
  )
  return isDamaged ? EXIT.failed : EXIT.done
}

async function inspectStore(store: Store): Promise<StoreReport> {
  await store.open()
  try {
    const checkpoint = await readState(store, STATE.checkpoint)
    return { checkpoint, bytes: await store.sizeBytes(), keys: await countNames(store) }
  } finally {
    await store.close()
  }
}

function describeJournal({
  records,
  firstSequence,
  lastSequence,
  segments,
  bytes,
  damage,
}: JournalReport): string[] {
  const range = records === 0 ? '' : ` (${format(firstSequence)} to ${format(lastSequence)})`
  return [
    `journal: ${many(records, 'record')}${range} in ${many(segments.length, 'file')}, ${formatBytes(bytes)}`,
    ...damage.map(describeDamage),
  ]
}

function describeDamage({ file, offsetBytes, reason, mendedBy }: JournalDamage): string {
  const mend =
    mendedBy === 'opening'
      ? 'the next start cuts it off; nothing acknowledged is lost'
      : `mended by ${mendedBy}`
  return `  ${file} at byte ${format(offsetBytes)}: ${reason} (${mend})`
}

function describeStore(store: StoreReport | null): string[] {
  if (store === null) return ['store: none yet; the next start fills it from the journal']
  const { checkpoint, bytes, keys } = store
  const hidden = keys.length - SHOWN_KEYS
  return [
    `store: applied through record ${format(checkpoint)}, ${many(keys.length, 'key')}, ${formatBytes(bytes)}`,
    ...keys
      .slice(0, SHOWN_KEYS)
      .map(({ key, paths }) => `  ${JSON.stringify(key)}: ${many(paths, 'dimension path')}`),
    ...(hidden > 0 ? [`  and ${format(hidden)} keys more`] : []),
  ]
}

/** The journal must hold every record after the store's checkpoint. */
function gapsBetween({ segments }: JournalReport, checkpoint: number): string[] {
  const first = segments[0]?.firstSequence ?? 1
  const last = segments.at(-1)?.lastSequence ?? 0
  if (first > checkpoint + 1) return [`records ${format(checkpoint + 1)} to ${format(first - 1)} are missing`]
  if (last < checkpoint)
    return [`the journal ends with record ${format(last)}, before what the store has applied`]
  return []
}

function many(count: number, what: string): string {
  return `${format(count)} ${what}${count === 1 ? '' : 's'}`
}

function format(count: number): string {
  return count.toLocaleString('en-US')
}
