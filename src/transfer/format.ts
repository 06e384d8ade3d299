/**
 * An export: all that a server has counted, as lines of JSON that know nothing of engines and partitions. What each line says
 * stands in docs/format/export.md. Lines are checked when they are read: a file may come from anywhere.
 */
import { type Static, type TSchema, Type } from '@sinclair/typebox'
import { type TypeCheck, TypeCompiler } from '@sinclair/typebox/compiler'
import { PANEL_ELEMENTS } from '../boards/panel.js'
import { HailWhaleError } from '../model/errors.js'
import { KEPT_INTERVALS } from '../model/interval.js'

/** What this program writes, and the newest it can read. */
export const EXPORT_VERSION = 1

const strict = { additionalProperties: false }
const Names = Type.Array(Type.String())
const Count = Type.Integer({ minimum: 0 })

/** The first line: what the file is, and what the server that it was made from kept. */
const HeaderLine = Type.Object({
  hailwhale: Type.Literal('export'),
  version: Type.Integer(),
  /** Tells one export from any other. */
  id: Type.String({ pattern: '^[0-9a-f]{16}$' }),
  /** When it was made, ISO 8601. */
  created: Type.String(),
  /** As `--retain` and `--retain-key` say it. */
  retain: Type.String(),
  retainKey: Type.Array(Type.Tuple([Names, Type.String()])),
  /** The file journal whose counts these are, where there was one. */
  journal: Type.Optional(Type.String()),
})

/** What follows hangs below this node: a key (below an empty one: the top-level keys), or a dimension of it; null is an overflow child. */
const BelowLine = Type.Object(
  {
    below: Type.Object(
      { key: Names, dimensions: Type.Array(Type.Union([Type.String(), Type.Null()])) },
      strict,
    ),
  },
  strict,
)

/** Names of children, some of them or all. */
const KeysLine = Type.Object({ keys: Names }, strict)
const DimensionsLine = Type.Object({ dimensions: Names }, strict)
/** There is an overflow child. */
const OverflowLine = Type.Object({ overflow: Type.Literal(true) }, strict)
/** Metrics that were counted for the key. */
const MetricsLine = Type.Object({ metrics: Names }, strict)

/** JSON has no word for what is not finite. */
const Sum = Type.Union([
  Type.Number(),
  ...['Infinity', '-Infinity', 'NaN'].map(word => Type.Literal(word as 'Infinity' | '-Infinity' | 'NaN')),
])
/** A metric, its sums, and the buckets they are of, counted from the row's first; left out where they are those of the column before. */
const Column = Type.Union([
  Type.Tuple([Type.String(), Type.Array(Sum)]),
  Type.Tuple([Type.String(), Type.Array(Sum), Type.Array(Count)]),
])

/** What one child has counted in one interval, over one chunk of time that starts `from` (epoch milliseconds). */
const RowLine = Type.Object(
  {
    row: Type.Union(KEPT_INTERVALS.map(interval => Type.Literal(interval))),
    from: Count,
    /** One of the three: which child. */
    key: Type.Optional(Type.String()),
    dimension: Type.Optional(Type.String()),
    overflow: Type.Optional(Type.Literal(true)),
    sums: Type.Array(Column),
  },
  strict,
)

/** Hashes of ids that were counted (base64url), each with when it was received (epoch milliseconds). */
const IdsLine = Type.Object(
  { ids: Type.Array(Type.Tuple([Type.String({ pattern: '^[\\w-]{22}$' }), Type.Number()])) },
  strict,
)

const BoardLine = Type.Object(
  {
    board: Type.Object(
      {
        name: Type.String(),
        title: Type.String(),
        panels: Type.Array(
          Type.Object(
            {
              element: Type.Union(PANEL_ELEMENTS.map(element => Type.Literal(element))),
              attributes: Type.Record(Type.String(), Type.String()),
              width: Count,
            },
            strict,
          ),
        ),
        changed: Type.Number(),
      },
      strict,
    ),
  },
  strict,
)

/** The last line: how much there was before it. Where it is missing, or says something else, the file is not whole. */
const EndLine = Type.Object(
  {
    end: Type.Object({ lines: Count, rows: Count, sums: Count, ids: Count, boards: Count }, strict),
  },
  strict,
)

const LINES = {
  hailwhale: HeaderLine,
  below: BelowLine,
  keys: KeysLine,
  dimensions: DimensionsLine,
  overflow: OverflowLine,
  metrics: MetricsLine,
  row: RowLine,
  ids: IdsLine,
  board: BoardLine,
  end: EndLine,
} as const

type LineType = keyof typeof LINES

/** A line, told apart by the first of its fields. */
export type Line = {
  [T in LineType]: { readonly type: T; readonly line: Static<(typeof LINES)[T]> }
}[LineType]

/** A line as an object, to be written as JSON. */
export type AnyLine = Line['line']

export type Header = Static<typeof HeaderLine>
export type Row = Static<typeof RowLine>
export type RowColumnOnWire = Static<typeof Column>
export type Totals = Static<typeof EndLine>['end']
/** A node: its key, and its dimension within that; null is an overflow child. */
export type Place = Static<typeof BelowLine>['below']

const CHECKS = Object.fromEntries(
  Object.entries(LINES).map(([type, schema]) => [type, TypeCompiler.Compile(schema as TSchema)]),
) as Record<LineType, TypeCheck<TSchema>>

/** A line from its text. Throws `invalid_body`, saying which line is wrong and how. */
export function parseLine(text: string, number: number): Line {
  const line = parseJson(text, number)
  const type = typeof line === 'object' && line !== null ? Object.keys(line)[0] : undefined
  if (type === undefined || !Object.hasOwn(LINES, type)) throw wrongLine(number, 'it is of no known kind')
  const check = CHECKS[type as LineType]
  if (!check.Check(line)) {
    const error = check.Errors(line).First()
    const where = error?.path ? ` at ${error.path.slice(1).replaceAll('/', '.')}` : ''
    throw wrongLine(number, `its '${type}' is not as it should be${where}: ${error?.message ?? 'unknown'}`)
  }
  return { type, line } as Line
}

/** What is wrong with a line, as an error. */
export function wrongLine(number: number, why: string): HailWhaleError {
  return new HailWhaleError('invalid_body', `Line ${number} of the export can't be read: ${why}.`)
}

/** Checks the first line; throws `invalid_body` for another kind of file, and for a newer one. */
export function parseHeader(text: string): Header {
  const looksRight = text.startsWith('{"hailwhale":"export"')
  if (!looksRight) throw new HailWhaleError('invalid_body', 'This is no export of HailWhale.')
  const version = (parseJson(text, 1) as { readonly version?: unknown }).version
  if (typeof version === 'number' && version > EXPORT_VERSION) {
    const known = `this program knows versions up to ${EXPORT_VERSION}`
    const what = `The export was made by a newer HailWhale (version ${version} of the format; ${known})`
    throw new HailWhaleError('invalid_body', `${what}: import it with that one.`)
  }
  const parsed = parseLine(text, 1)
  if (parsed.type !== 'hailwhale' || version !== EXPORT_VERSION)
    throw wrongLine(1, `'${String(version)}' is no version`)
  return parsed.line
}

/** Counts what there is in lines, whoever writes or reads them. */
export class Tally {
  readonly totals: Totals = { lines: 0, rows: 0, sums: 0, ids: 0, boards: 0 }

  add(line: AnyLine): void {
    const { totals } = this
    totals.lines++
    if ('row' in line) {
      totals.rows++
      for (const [, values] of line.sums) totals.sums += values.length
    } else if ('ids' in line) totals.ids += line.ids.length
    else if ('board' in line) totals.boards++
  }
}

/** A sum as it stands in a line, and back. */
export function sumOnWire(value: number): number | 'Infinity' | '-Infinity' | 'NaN' {
  return Number.isFinite(value) ? value : (String(value) as 'Infinity' | '-Infinity' | 'NaN')
}

function parseJson(text: string, number: number): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw wrongLine(number, 'it is no JSON')
  }
}
