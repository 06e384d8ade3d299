/** `hailwhale import`: an export into the empty store of a server that is not started yet. */
import { createReadStream } from 'node:fs'
import type { Readable } from 'node:stream'
import { formatRetention } from '../model/retention.js'
import { Policies } from '../rollup/series.js'
import type { Header } from '../transfer/format.js'
import { type ImportReport, importLines } from '../transfer/import-lines.js'
import { readLines } from '../transfer/text-lines.js'
import { CommandError } from './client.js'
import { describe } from './export.js'
import type { Settings } from './settings.js'
import type { TransferPlace } from './transfer-command.js'
import { openTarget } from './transfer-target.js'

/** Imports a file (`-`: the standard input); answers what there was, for a person. */
export async function importCounts(file: string, place: TransferPlace, now: () => number): Promise<string> {
  const input = await open(file)
  const target = await openTarget(place)
  try {
    const { settings } = place
    const keys = settings.retainKey.map(({ key, retention }) => [JSON.stringify(key), retention] as const)
    const report = await importLines(readLines(input), {
      stores: target.stores,
      where: target.where,
      policies: new Policies(settings.retain, new Map(keys)),
      dedupeWindowMs: settings.dedupeWindow,
      nowMs: now(),
    })
    return [tell(report, target.where), ...notesOf(report, settings)].join('\n')
  } finally {
    input.destroy()
    await target.close()
  }
}

function open(file: string): Promise<Readable> {
  if (file === '-') return Promise.resolve(process.stdin)
  return new Promise((resolve, reject) => {
    const input = createReadStream(file)
    input.once('open', () => resolve(input))
    input.once('error', error => reject(new CommandError(`${file} can't be read: ${error.message}`)))
  })
}

function tell({ header, totals, wasWhole }: ImportReport, where: string): string {
  if (wasWhole) return `${where} had all of the export of ${header.created} already; servers may open it now`
  return `imported ${describe(totals)} of ${header.created} into ${where}`
}

function notesOf({ header, rowsNotKept }: ImportReport, settings: Settings): string[] {
  const notes: string[] = []
  const [before, now] = [retentionText(header), retentionText(retentionOf(settings))]
  if (before !== now) {
    notes.push(
      `The server that it comes from kept ${before}; here it is ${now}. Where that is not meant, import again elsewhere with --retain and --retain-key.`,
    )
  }
  if (rowsNotKept > 0) notes.push(`Left out, as it is not kept here (any more): ${rowsNotKept} rows.`)
  return notes
}

function retentionOf({ retain, retainKey }: Settings): Pick<Header, 'retain' | 'retainKey'> {
  return {
    retain: formatRetention(retain),
    retainKey: retainKey.map(({ key, retention }) => [[...key], formatRetention(retention)]),
  }
}

function retentionText({ retain, retainKey }: Pick<Header, 'retain' | 'retainKey'>): string {
  const keys = retainKey.map(([key, kept]) => `${JSON.stringify(key)} ${kept}`).sort()
  return [retain, ...keys].join('; ')
}
