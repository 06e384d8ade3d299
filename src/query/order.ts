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
  const totals = by === 'name' ? [] : children.map(child => totalsOf(child)[by] ?? 0)
  const order = orderOf(sort, totals, i => children[i]!)
  return [...children.keys()].sort(order).map(i => children[i]!)
}

/**
 * The order of children that are known by number, to sort numbers with. `totals`: of the metric that is sorted by, for
 * each number. Children are looked at only where they are sorted by name or their totals are equal.
 */
export function orderOf(
  { by, descending }: Sort,
  totals: ArrayLike<number>,
  childOf: (number: number) => Child,
): (a: number, b: number) => number {
  const sign = descending ? -1 : 1
  const byName = (a: number, b: number): number => compareNames(childOf(a), childOf(b))
  if (by === 'name') return (a, b) => sign * byName(a, b)
  return (a, b) => sign * (totals[a]! - totals[b]!) || byName(a, b)
}

/** Up to this part of the items, the first ones are picked one by one; beyond it, sorting all is faster. */
const PICKED_PART = 1 / 32

/** The first `limit` items in an order, in that order, without putting all of them in order where they are few. */
export function firstOf<T>(items: readonly T[], limit: number, order: (a: T, b: T) => number): T[] {
  if (limit > items.length * PICKED_PART) return [...items].sort(order).slice(0, limit)
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
