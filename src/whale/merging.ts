/**
 * What several parts of a roll-up say, as one answer. Sums add up; children are the same child where their names are, and whether
 * they are the overflow child. Of answers of which one alone has anything, that one is the answer, and nothing is copied.
 */
import { OVERFLOW_NAME } from '../model/path.js'
import type { Child, ChildColumns, SumColumn, Sums } from '../query/reader.js'
import { KIND_DIMENSION, KIND_OVERFLOW } from '../rollup/nodes.js'
import { addSums } from '../rollup/sum.js'
import { ListingPage } from './listing-page.js'
import { MemberTable } from './member-table.js'

type Columns = ReadonlyMap<string, SumColumn>

const NOTHING = new Int32Array(0)

/** The sums of one series, of which each part has some. */
export function mergeSums(parts: readonly Sums[], points: number): Sums {
  const columns = addColumns(
    parts.map(part => part.columns),
    points,
  )
  return { columns }
}

/** Children side by side, each in as many parts as have it; incomplete where one part is, or where they are more than `most` together. */
export function mergeChildColumns(
  parts: readonly ChildColumns[],
  points: number,
  most = Number.POSITIVE_INFINITY,
): ChildColumns {
  if (parts.some(({ complete }) => !complete)) return noChildren(points, false)
  const filled = parts.filter(({ found }) => found.length > 0)
  if (filled.length < 2) return filled[0] ?? noChildren(points, true)
  const members = new MemberTable()
  const placesOfParts = filled.map(part => placesIn(members, part))
  if (members.count > most) return noChildren(points, false)
  return {
    complete: true,
    points,
    found: Int32Array.from({ length: members.count }, (_, place) => place),
    columns: columnsSideBySide(filled, placesOfParts, members.count * points),
    addedUp: addColumns(
      filled.map(({ addedUp }) => addedUp),
      points,
    ),
    child: place => members.child(place),
  }
}

/** A page of a path's children: those with names of their own in the order of their bytes, then the overflow child. */
export function mergeChildPages(parts: readonly (readonly Child[])[], limit: number): Child[] {
  const listing = new ListingPage({ limit })
  let isFull = false
  for (const { name, overflow } of parts.flat()) {
    if (overflow) isFull = true
    else listing.add(name)
  }
  const children: Child[] = listing.names().map(name => ({ name, overflow: false }))
  if (isFull && children.length < limit) children.push({ name: OVERFLOW_NAME, overflow: true })
  return children
}

/** A page of keys: all of them in the order of their bytes. */
export function mergeKeyPages(parts: readonly (readonly Child[])[], limit: number): Child[] {
  const children = new Map(parts.flat().map(child => [child.name, child]))
  return mergeNamePages([[...children.keys()]], limit).map(name => children.get(name)!)
}

/** A page of names. */
export function mergeNamePages(parts: readonly (readonly string[])[], limit: number): string[] {
  const listing = new ListingPage({ limit })
  for (const names of parts) for (const name of names) listing.add(name)
  return listing.names()
}

function noChildren(points: number, complete: boolean): ChildColumns {
  return {
    complete,
    points,
    found: NOTHING,
    columns: new Map(),
    addedUp: new Map(),
    child: place => {
      throw new RangeError(`no child is at ${place}`)
    },
  }
}

/** The numbers of a part's children among all, in the order of its `found`. */
function placesIn(members: MemberTable, { found, child }: ChildColumns): Int32Array {
  return found.map(place => {
    const { name, overflow } = child(place)
    return members.placeOf(overflow ? KIND_OVERFLOW : KIND_DIMENSION, name)
  })
}

function columnsSideBySide(
  parts: readonly ChildColumns[],
  placesOfParts: readonly Int32Array[],
  length: number,
): Columns {
  const all = new Map<string, SumColumn>()
  for (const [i, { found, points, columns }] of parts.entries()) {
    const places = placesOfParts[i]!
    for (const [metric, column] of columns) {
      const into = columnOf(all, metric, length)
      for (let n = 0; n < found.length; n++) {
        addPoints(into, places[n]! * points, column, found[n]! * points, points)
      }
    }
  }
  return all
}

/** Columns of one series each, added up. */
function addColumns(all: readonly Columns[], points: number): Columns {
  const filled = all.filter(columns => columns.size > 0)
  if (filled.length === 1) return filled[0]!
  const sums = new Map<string, SumColumn>()
  for (const columns of filled) {
    for (const [metric, column] of columns) addPoints(columnOf(sums, metric, points), 0, column, 0, points)
  }
  return sums
}

function columnOf(columns: Map<string, SumColumn>, metric: string, length: number): SumColumn {
  const known = columns.get(metric)
  if (known) return known
  const column = { values: new Float64Array(length), counted: new Uint8Array(length) }
  columns.set(metric, column)
  return column
}

function addPoints(into: SumColumn, at: number, from: SumColumn, fromAt: number, points: number): void {
  for (let i = 0; i < points; i++) {
    if (from.counted[fromAt + i] !== 1) continue
    into.values[at + i] = addSums(into.values[at + i]!, from.values[fromAt + i]!)
    into.counted[at + i] = 1
  }
}
