/**
 * What the lines of an export say, as cells of a store. Everything goes to the first partition: questions add all of them up. Only ids go to
 * each, since nobody knows any more which partition will see them again. No cell holds anything of a journal: whatever the one
 * that the store is used with next says comes after it.
 */
import { boardContent, boardName } from '../boards/board-input.js'
import { encodeBoard } from '../boards/stored-board.js'
import { HailWhaleError } from '../model/errors.js'
import { CHUNK_BUCKETS, KEPT_INTERVAL_MS, type KeptInterval } from '../model/interval.js'
import { DEFAULT_LIMITS } from '../model/limits.js'
import { normalizeName } from '../model/name.js'
import { OVERFLOW_NAME } from '../model/path.js'
import { expiredBeforeMs, type Retention } from '../model/retention.js'
import {
  BOARDS_GROUP,
  type ChildKind,
  childDigest,
  childGroup,
  decodeId,
  encodeChild,
  KIND_METRIC,
  nameMember,
  ROOT_DIGEST,
  rowGroup,
  rowMember,
} from '../rollup/address.js'
import { type IdMap, IdWindow } from '../rollup/ids.js'
import { KIND_DIMENSION, KIND_KEY, KIND_OVERFLOW, type NodeKind } from '../rollup/nodes.js'
import { encodeRow, mergeRow, RowCells } from '../rollup/row.js'
import type { Policies } from '../rollup/series.js'
import type { Address, Change, Store } from '../store/store.js'
import { type Line, type Place, type Row, type RowColumnOnWire, wrongLine } from './format.js'

/** A store that is written. */
export type WritableStore = Pick<Store, 'read' | 'write'>

/** What an import goes by. */
export interface ImportOptions {
  /** What the server keeps that the store is for. */
  readonly policies: Policies
  readonly dedupeWindowMs: number
  readonly nowMs: number
}

/** Cells written at once, and bytes of them. */
const CELLS_PER_WRITE = 4096
const BYTES_PER_WRITE = 4 * 1024 * 1024
const CHUNKS = 2 ** 32
const NAME_LIMITS = { ...DEFAULT_LIMITS, nameBytes: 1000 }

/** A node whose children are being written. */
interface OpenNode {
  readonly steps: readonly Step[]
  readonly key: readonly string[]
  readonly digest: Uint8Array
  readonly levels: ReadonlyMap<KeptInterval, Level>
  dimensionChildren: number
  keyChildren: number
}

interface Step {
  readonly kind: NodeKind
  readonly name: string
}

/** How long an interval is kept, as of now. */
interface Level {
  readonly keepMs: number
  /** Chunks before this one hold nothing that is still kept. */
  readonly firstKeptChunk: number
}

/** Writes an export into stores, one for each partition. */
export class ImportWriter {
  /** Rows that were left out because the server doesn't keep them (any more). */
  rowsNotKept = 0
  readonly #stores: readonly WritableStore[]
  readonly #options: ImportOptions
  readonly #ids: IdWindow
  readonly #levels = new Map<Retention, ReadonlyMap<KeptInterval, Level>>()
  #node: OpenNode | undefined
  #changes: Change[] = []
  #bytes = 0

  constructor(stores: readonly WritableStore[], options: ImportOptions) {
    this.#stores = stores
    this.#options = options
    this.#ids = new IdWindow(options.dedupeWindowMs)
  }

  /** Takes a line between header and end. Throws `invalid_body` where it can't be right. */
  async add(parsed: Line, number: number): Promise<void> {
    switch (parsed.type) {
      case 'below':
        this.#close()
        this.#open(parsed.line.below, number)
        break
      case 'keys':
        this.#names(KIND_KEY, parsed.line.keys, number)
        break
      case 'dimensions':
        this.#names(KIND_DIMENSION, parsed.line.dimensions, number)
        break
      case 'overflow':
        this.#names(KIND_OVERFLOW, [OVERFLOW_NAME], number)
        break
      case 'metrics':
        this.#names(KIND_METRIC, parsed.line.metrics, number)
        break
      case 'row':
        await this.#row(parsed.line, number)
        break
      case 'board':
        this.#board(parsed.line.board, number)
        break
      case 'ids':
        await this.#addIds(parsed.line.ids)
        break
      default:
        throw wrongLine(number, `a line of '${parsed.type}' has no place there`)
    }
    if (this.#changes.length >= CELLS_PER_WRITE || this.#bytes >= BYTES_PER_WRITE) await this.#write()
  }

  /** Writes what is left. */
  async end(): Promise<void> {
    this.#close()
    await this.#write()
  }

  #open({ key, dimensions }: Place, number: number): void {
    const steps: Step[] = [
      ...key.map(name => ({ kind: KIND_KEY, name }) as const),
      ...dimensions.map(dimensionStep),
    ]
    for (const { name } of steps) checkName(name, number)
    const before = this.#node?.steps
    const isBelow = steps.slice(0, -1).every((step, i) => isSameStep(step, before?.[i]))
    const isFirst = before === undefined && steps.length === 0
    if (!isFirst && !(before !== undefined && steps.length > 0 && isBelow))
      throw wrongLine(number, 'nodes come from the root down, each after the one it is a child of')
    if (key.length === 0 && dimensions.length > 0) throw wrongLine(number, 'a dimension has a key')
    const digest = steps.reduce((above, { kind, name }) => childDigest(above, kind, name), ROOT_DIGEST)
    this.#node = { steps, key, digest, levels: this.#levelsOf(key), dimensionChildren: 0, keyChildren: 0 }
  }

  /** The node's own entry, written when its parent named it, gets the number of its children. */
  #close(): void {
    const node = this.#node
    const step = node?.steps.at(-1)
    if (!node || !step) return
    const above = node.steps.slice(0, -1)
    const digest = above.reduce((parent, { kind, name }) => childDigest(parent, kind, name), ROOT_DIGEST)
    this.#register(digest, step.kind, step.name, node)
  }

  #names(kind: ChildKind, names: readonly string[], number: number): void {
    const node = this.#nodeOf(number)
    for (const name of names) {
      checkName(name, number)
      this.#register(node.digest, kind, name, { dimensionChildren: 0, keyChildren: 0 })
    }
    if (kind === KIND_KEY) node.keyChildren += names.length
    if (kind === KIND_DIMENSION) node.dimensionChildren += names.length
  }

  #register(
    parent: Uint8Array,
    kind: ChildKind,
    name: string,
    { dimensionChildren, keyChildren }: { readonly dimensionChildren: number; readonly keyChildren: number },
  ): void {
    const value = encodeChild({ registeredAt: 0, dimensionChildren, keyChildren })
    this.#change({ group: childGroup(parent, kind), member: nameMember(name), through: 0, value })
  }

  async #row(row: Row, number: number): Promise<void> {
    const node = this.#nodeOf(number)
    const { kind, name } = childOf(row, number)
    checkName(name, number)
    const interval = row.row
    const buckets = CHUNK_BUCKETS[interval]
    const first = row.from / KEPT_INTERVAL_MS[interval]
    if (!Number.isInteger(first)) throw wrongLine(number, `no bucket of ${interval} starts at ${row.from}`)
    const level = (kind === KIND_KEY ? this.#levelsOf([...node.key, name]) : node.levels).get(interval)
    for (const [chunk, cells] of chunksOf(row.sums, first, buckets, number)) {
      if (chunk >= CHUNKS) throw wrongLine(number, `${row.from} is beyond all time`)
      if (!level || chunk < level.firstKeptChunk) {
        this.rowsNotKept++
        continue
      }
      const address = { group: rowGroup(interval, chunk, node.digest), member: rowMember(kind, name) }
      // A line that begins in the middle of a chunk comes behind another one, which has its beginning.
      const value = chunk * buckets < first ? await this.#merged(address, cells) : encodeRow(cells)
      const expiresAtMs = (chunk + 1) * buckets * KEPT_INTERVAL_MS[interval] + level.keepMs
      const change = { ...address, through: 0, value }
      this.#change(Number.isFinite(expiresAtMs) ? { ...change, expiresAtMs } : change)
    }
  }

  async #merged(address: Address, cells: RowCells): Promise<Uint8Array> {
    await this.#write()
    const [stored] = await this.#stores[0]!.read([address])
    return mergeRow(stored?.value, cells)
  }

  #board(
    {
      name,
      changed,
      ...content
    }: { readonly name: string; readonly changed: number; readonly title: string },
    number: number,
  ): void {
    const value = saying(number, () => encodeBoard(boardContent(content), changed))
    const member = nameMember(saying(number, () => boardName(name)))
    this.#change({ group: BOARDS_GROUP, member, through: 0, value })
  }

  /** Of an id that is there already, the later time stands. */
  async #addIds(ids: readonly (readonly [hash: string, receivedAtMs: number])[]): Promise<void> {
    const sinceMs = this.#options.nowMs - this.#options.dedupeWindowMs
    const map: IdMap = new Map()
    for (const [text, receivedAtMs] of ids) {
      const hash = Buffer.from(text, 'base64url').toString('latin1')
      const known = map.get(hash)?.receivedAtMs ?? sinceMs
      if (receivedAtMs > known) map.set(hash, { sequence: 0, ordinal: 0, receivedAtMs })
    }
    const changes = [...this.#ids.changes(map, 0)]
    const found = await this.#stores[0]!.read(changes)
    const later = changes.filter((change, i) => {
      const cell = found[i]
      return !cell || decodeId(cell.value).receivedAtMs < decodeId(change.value!).receivedAtMs
    })
    await Promise.all(this.#stores.map(store => store.write(later)))
  }

  #levelsOf(key: readonly string[]): ReadonlyMap<KeptInterval, Level> {
    const { policies, nowMs } = this.#options
    const retention = policies.retentionOf(key)
    const known = this.#levels.get(retention)
    if (known) return known
    const levels = levelsOf(retention, nowMs)
    this.#levels.set(retention, levels)
    return levels
  }

  #nodeOf(number: number): OpenNode {
    if (!this.#node) throw wrongLine(number, "it says nothing of where it belongs: 'below' must come first")
    return this.#node
  }

  #change(change: Change): void {
    this.#changes.push(change)
    this.#bytes += change.group.length + change.member.length + (change.value?.length ?? 0)
  }

  async #write(): Promise<void> {
    if (this.#changes.length === 0) return
    const changes = this.#changes
    this.#changes = []
    this.#bytes = 0
    await this.#stores[0]!.write(changes)
  }
}

function levelsOf(retention: Retention, nowMs: number): ReadonlyMap<KeptInterval, Level> {
  const levels = new Map<KeptInterval, Level>()
  for (const rule of retention) {
    const chunkMs = CHUNK_BUCKETS[rule.interval] * KEPT_INTERVAL_MS[rule.interval]
    const firstKeptChunk = Math.floor(expiredBeforeMs(rule, nowMs) / chunkMs)
    levels.set(rule.interval, { keepMs: rule.keepMs, firstKeptChunk })
  }
  return levels
}

function dimensionStep(name: string | null): Step {
  return name === null ? { kind: KIND_OVERFLOW, name: OVERFLOW_NAME } : { kind: KIND_DIMENSION, name }
}

function isSameStep(a: Step, b: Step | undefined): boolean {
  return a.kind === b?.kind && a.name === b.name
}

/** The one child that a row is of. */
function childOf({ key, dimension, overflow }: Row, number: number): Step {
  const said = [key, dimension, overflow].filter(one => one !== undefined)
  if (said.length !== 1) throw wrongLine(number, 'a row is of a key, of a dimension or of an overflow child')
  if (key !== undefined) return { kind: KIND_KEY, name: key }
  if (dimension !== undefined) return { kind: KIND_DIMENSION, name: dimension }
  return { kind: KIND_OVERFLOW, name: OVERFLOW_NAME }
}

/** A line's sums by the chunks of this program, which may be others than those of the one that wrote it. `first`: the line's first bucket. */
function chunksOf(
  columns: readonly RowColumnOnWire[],
  first: number,
  buckets: number,
  number: number,
): ReadonlyMap<number, RowCells> {
  const chunks = new Map<number, RowCells>()
  const metrics = new Set<string>()
  let positions: readonly number[] | undefined
  for (const [metric, sums, own] of columns) {
    positions = own ?? positions
    checkName(metric, number)
    if (metrics.has(metric)) throw wrongLine(number, `the metric ${JSON.stringify(metric)} is there twice`)
    metrics.add(metric)
    checkPositions(positions, sums.length, number)
    for (let i = 0; i < sums.length; i++) {
      const bucket = first + positions![i]!
      const chunk = Math.floor(bucket / buckets)
      let cells = chunks.get(chunk)
      if (!cells) {
        cells = new RowCells()
        chunks.set(chunk, cells)
      }
      const column = cells.column(metric)
      column.positions.push(bucket - chunk * buckets)
      column.values.push(Number(sums[i]))
    }
  }
  if (chunks.size === 0) throw wrongLine(number, 'a row has at least one sum')
  return chunks
}

function checkPositions(positions: readonly number[] | undefined, count: number, number: number): void {
  const isRight =
    positions !== undefined &&
    positions.length === count &&
    count > 0 &&
    positions.every((at, i) => i === 0 || at > positions[i - 1]!)
  if (!isRight)
    throw wrongLine(number, `it has ${count} sums, not one for each of its buckets, in their order`)
}

/** A name as a store can have it: what else is in a file would not be found again. */
function checkName(name: string, number: number): void {
  const normalized = saying(number, () => normalizeName(name, NAME_LIMITS))
  if (normalized !== name) throw wrongLine(number, `the name ${JSON.stringify(name)} is not in NFC`)
}

/** Says of which line what is wrong. */
function saying<T>(number: number, check: () => T): T {
  try {
    return check()
  } catch (error) {
    if (error instanceof HailWhaleError) throw wrongLine(number, error.message)
    throw error
  }
}
