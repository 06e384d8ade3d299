/** `hailwhale export`: all counts of a server as a file. */
import { randomBytes } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import { Readable, type Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { formatRetention } from '../model/retention.js'
import { exportLines } from '../transfer/export-lines.js'
import { type AnyLine, EXPORT_VERSION, type Header, type Totals } from '../transfer/format.js'
import { CommandError } from './client.js'
import type { Settings } from './settings.js'
import type { TransferPlace } from './transfer-command.js'
import { openSource } from './transfer-source.js'

/** Characters that are written at once. */
const CHUNK = 64 * 1024
const NONE: Totals = { lines: 0, rows: 0, sums: 0, ids: 0, boards: 0 }

/** Exports into a new file (`-`: the standard output); answers what there was, for a person. A file that doesn't become whole is removed. */
export async function exportCounts(file: string, place: TransferPlace, now: () => number): Promise<string> {
  const source = await openSource(place, now)
  try {
    const header = headerOf(place.settings, source.journal, now())
    let totals = NONE
    const lines = exportLines(source.stores, header)
    const told = (end: Totals) => {
      totals = end
    }
    await writeFile(file, textOf(lines, told))
    return [`exported ${describe(totals)} from ${source.where}`, ...source.notes].join('\n')
  } finally {
    await source.close()
  }
}

function headerOf({ retain, retainKey }: Settings, journal: string | undefined, nowMs: number): Header {
  return {
    hailwhale: 'export',
    version: EXPORT_VERSION,
    id: randomBytes(8).toString('hex'),
    created: new Date(nowMs).toISOString(),
    retain: formatRetention(retain),
    retainKey: retainKey.map(({ key, retention }) => [[...key], formatRetention(retention)]),
    ...(journal !== undefined && { journal }),
  }
}

/** Lines as text, in pieces. */
async function* textOf(lines: AsyncIterable<AnyLine>, told: (end: Totals) => void): AsyncGenerator<string> {
  let text = ''
  for await (const line of lines) {
    if ('end' in line) told(line.end)
    text += `${JSON.stringify(line)}\n`
    if (text.length < CHUNK) continue
    yield text
    text = ''
  }
  yield text
}

async function writeFile(file: string, text: AsyncIterable<string>): Promise<void> {
  if (file === '-') return pipeline(Readable.from(text), process.stdout, { end: false })
  const output = await create(file)
  try {
    if (file.endsWith('.gz')) await pipeline(Readable.from(text), createGzip(), output)
    else await pipeline(Readable.from(text), output)
  } catch (error) {
    await rm(file, { force: true })
    if ((error as NodeJS.ErrnoException).code === 'ENOSPC')
      throw new CommandError(`there is no room for ${file}`)
    throw error
  }
}

/** A file that was not there before, synced when it is closed. */
function create(file: string): Promise<Writable> {
  return new Promise((resolve, reject) => {
    const output = createWriteStream(file, { flags: 'wx', flush: true })
    output.once('open', () => resolve(output))
    output.once('error', ({ code, message }: NodeJS.ErrnoException) => {
      const why = code === 'EEXIST' ? 'is there already: give another name' : `can't be written: ${message}`
      reject(new CommandError(`${file} ${why}`))
    })
  })
}

/** How much an export holds, for a person. */
export function describe({ rows, sums, ids, boards }: Totals): string {
  const parts = [many(sums, 'sum'), many(rows, 'row'), many(ids, 'id'), many(boards, 'board')]
  return `${parts[0]} in ${parts[1]}, ${parts[2]} and ${parts[3]}`
}

function many(count: number, what: string): string {
  return `${count.toLocaleString('en-US')} ${what}${count === 1 ? '' : 's'}`
}
