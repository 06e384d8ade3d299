/** Reads an export, line by line, into empty stores. Nothing of it counts before its last line has said that it is whole. */
import { HailWhaleError } from '../model/errors.js'
import type { Store } from '../store/store.js'
import { type Header, parseHeader, parseLine, Tally, type Totals, wrongLine } from './format.js'
import { beginImport } from './import-target.js'
import { type ImportOptions, ImportWriter } from './import-writer.js'
import { writeOrigin } from './origin.js'

/** What became of an import. */
export interface ImportReport {
  readonly header: Header
  readonly totals: Totals
  /** Of the rows, those that were left out because the server doesn't keep them. */
  readonly rowsNotKept: number
  /** The stores had all of this export already: an earlier import only had not said so. */
  readonly wasWhole: boolean
}

/** Where to, and for what server. */
export interface ImportInto extends ImportOptions {
  /** One for each partition, open `forImport`. */
  readonly stores: readonly Store[]
  /** The stores for a person: 'the store in …'. */
  readonly where: string
}

/**
 * Imports. Throws `invalid_body` where the lines are no whole export (the stores stay marked as being imported then, if the
 * first line was right), and `unavailable` where they aren't empty.
 */
export async function importLines(lines: AsyncIterable<string>, into: ImportInto): Promise<ImportReport> {
  const iterator = lines[Symbol.asyncIterator]()
  const first = await iterator.next()
  if (first.done) throw new HailWhaleError('invalid_body', 'This is no export of HailWhale: it is empty.')
  const header = parseHeader(first.value)
  const { stores, where } = into
  const beginning = await beginImport(stores, where)
  if (beginning.kind === 'whole already') return wholeAlready(header, beginning.id, where)
  const { target } = beginning
  const writer = new ImportWriter(target.stores, into)
  const totals = await fill(writer, header, { [Symbol.asyncIterator]: () => iterator })
  await writer.end()
  await writeOrigin(target.stores[0]!, header)
  await target.end(header.id)
  return { header, totals, rowsNotKept: writer.rowsNotKept, wasWhole: false }
}

/** Writes all lines behind the header; answers what the last one says, if that is how much there was. */
async function fill(writer: ImportWriter, header: Header, lines: AsyncIterable<string>): Promise<Totals> {
  const tally = new Tally()
  tally.add(header)
  let end: Totals | undefined
  for await (const text of lines) {
    const number = tally.totals.lines + 1
    if (end) throw wrongLine(number + 1, 'the line before it says that it is the last')
    const parsed = parseLine(text, number)
    if (parsed.type === 'end') {
      end = parsed.line.end
      continue
    }
    tally.add(parsed.line)
    await writer.add(parsed, number)
  }
  if (!end) throw cutOff(`it ends with line ${tally.totals.lines}, which does not say that it is the last`)
  const wrong = (Object.keys(end) as (keyof Totals)[]).find(name => end[name] !== tally.totals[name])
  if (wrong) throw cutOff(`its last line tells of ${end[wrong]} ${wrong}, there are ${tally.totals[wrong]}`)
  return end
}

function cutOff(how: string): HailWhaleError {
  return new HailWhaleError(
    'invalid_body',
    `The export is not whole: ${how}. Export again, or copy it again.`,
  )
}

function wholeAlready(header: Header, id: string, where: string): ImportReport {
  const totals: Totals = { lines: 0, rows: 0, sums: 0, ids: 0, boards: 0 }
  if (header.id === id) return { header, totals, rowsNotKept: 0, wasWhole: true }
  const what = `${where} holds another export, which was imported as a whole (${id}; this one is ${header.id})`
  throw new HailWhaleError('unavailable', `${what}: give this one a place of its own`)
}
