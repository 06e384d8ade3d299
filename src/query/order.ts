/** The order of children in answers: by a metric's total or by name. */
import { compareUtf8 } from '../model/path.js'
import type { Child } from './reader.js'

/** What children are ordered by: their names, or the total of the metric asked for at that place. */
export interface Sort {
  readonly by: 'name' | number
  readonly descending: boolean
}

/** The first metric, largest first. */
export const DEFAULT_SORT: Sort = { by: 0, descending: true }

/** By name, in the byte order of UTF-8; the overflow child after one of the same name. */
export function compareNames(a: Child, b: Child): number {
  return compareUtf8(a.name, b.name) || Number(a.overflow) - Number(b.overflow)
}

/** Orders children whose totals (one per metric asked for) `totalsOf` tells; equal ones by name. */
export function inOrder<T extends Child>(
  children: readonly T[],
  sort: Sort,
  totalsOf: (child: T) => readonly number[],
): T[] {
  const { by } = sort
  const sign = sort.descending ? -1 : 1
  if (by === 'name') return [...children].sort((a, b) => sign * compareNames(a, b))
  const keyed = children.map(child => ({ child, total: totalsOf(child)[by] ?? 0 }))
  keyed.sort((a, b) => sign * (a.total - b.total) || compareNames(a.child, b.child))
  return keyed.map(({ child }) => child)
}

/** The first `limit` items in an order, in that order, without putting all of them in order. */
export function firstOf<T>(items: readonly T[], limit: number, order: (a: T, b: T) => number): T[] {
  const first: T[] = []
  for (const item of items) {
    if (first.length === limit && (limit === 0 || order(first[limit - 1]!, item) <= 0)) continue
    let place = first.length === limit ? limit - 1 : first.length
    while (place > 0 && order(first[place - 1]!, item) > 0) place -= 1
    if (first.length === limit) first.pop()
    first.splice(place, 0, item)
  }
  return first
}
