/**
 * `hailwhale check`: what is in a data folder, and whether it is sound: the journal's records, the store's keys and paths,
 * and that the journal goes on where the store ends. Changes nothing without `repair`.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { inspectJournal, type JournalDamage, type JournalReport } from '../journal/file/inspect.js'
import { repairJournal } from '../journal/file/repair.js'
import { readState, STATE, writeState } from '../rollup/flush.js'
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
  /** As the checkpoint, or how far a flush was to go that was cut short: rows may hold that much. */
  readonly begunThrough: number
  readonly bytes: number
  readonly keys: readonly KeyNames[]
}

/** Keys that are listed one by one. */
const SHOWN_KEYS = 20

/** Checks a data folder; answers the exit code. Throws a `CommandError` where there is none. */
export async function check(dir: string, { repair, print }: CheckOptions): Promise<number> {
  const journalDir = join(dir, 'journal')
  const hasStore = existsSync(join(dir, 'store', 'store.mdb'))
  if (!hasStore && !existsSync(journalDir))
    throw new CommandError(`${dir} is no data folder: there is no ${journalDir}`)
  if (repair) {
    const lines = await repairFolder(dir, hasStore)
    print(lines.length === 0 ? 'repair: nothing to do' : lines.map(line => `repair: ${line}`).join('\n'))
  }
  const isStored = hasStore || (repair && existsSync(join(dir, 'store', 'store.mdb')))
  const store = isStored ? await withStore(dir, inspectStore) : null
  if (!existsSync(journalDir)) {
    print(['journal: there is none', ...describeStore(store), damagedLine(dir)].join('\n'))
    return EXIT.failed
  }
  const journal = await inspectJournal(journalDir)
  const gaps = gapsBetween(journal, store)
  print([...describeJournal(journal), ...describeStore(store), ...gaps].join('\n'))
  const isDamaged = gaps.length > 0 || journal.damage.some(({ mendedBy }) => mendedBy !== 'opening')
  print(isDamaged ? (repair ? 'damaged.' : damagedLine(dir)) : 'sound')
  return isDamaged ? EXIT.failed : EXIT.done
}

function damagedLine(dir: string): string {
  return `damaged. 'hailwhale check ${dir} --repair' saves what can be saved.`
}

/** Repairs the journal, and lets the store go on where the journal begins; answers what was done and given up. */
async function repairFolder(dir: string, hasStore: boolean): Promise<string[]> {
  const journalDir = join(dir, 'journal')
  const before = hasStore ? await withStore(dir, readPosition) : { checkpoint: 0, begunThrough: 0 }
  const lines = await repairJournal(journalDir, { atLeastSequence: before.begunThrough })
  const { segments } = await inspectJournal(journalDir)
  const goesOnBehind = (segments[0]?.firstSequence ?? 1) - 1
  if (goesOnBehind <= before.checkpoint) return lines
  await withStore(dir, store => writeState(store, STATE.checkpoint, goesOnBehind))
  const given = `records ${format(before.checkpoint + 1)} to ${format(goesOnBehind)} are given up`
  return [...lines, `store: ${given}, as the journal begins behind them`]
}

async function withStore<T>(dir: string, use: (store: Store) => Promise<T>): Promise<T> {
  const store = new LmdbStore(join(dir, 'store'))
  await store.open()
  try {
    return await use(store)
  } finally {
    await store.close()
  }
}

async function readPosition(store: Store): Promise<{ checkpoint: number; begunThrough: number }> {
  const checkpoint = await readState(store, STATE.checkpoint)
  return { checkpoint, begunThrough: Math.max(checkpoint, await readState(store, STATE.flushing)) }
}

async function inspectStore(store: Store): Promise<StoreReport> {
  return {
    ...(await readPosition(store)),
    bytes: await store.sizeBytes(),
    keys: await countNames(store),
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

/** The journal must hold every record after the store's checkpoint, and end no sooner than what the store has begun to apply. */
function gapsBetween({ segments }: JournalReport, store: StoreReport | null): string[] {
  const { checkpoint, begunThrough } = store ?? { checkpoint: 0, begunThrough: 0 }
  const first = segments[0]?.firstSequence ?? 1
  const last = segments.at(-1)?.lastSequence ?? 0
  if (first > checkpoint + 1) return [`records ${format(checkpoint + 1)} to ${format(first - 1)} are missing`]
  if (last < begunThrough) {
    return [
      `the journal ends with record ${format(last)}, the store holds counts through ${format(begunThrough)}`,
    ]
  }
  return []
}

function many(count: number, what: string): string {
  return `${format(count)} ${what}${count === 1 ? '' : 's'}`
}

function format(count: number): string {
  return count.toLocaleString('en-US')
}
