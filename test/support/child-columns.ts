/** Between a list of children with their sums, as models of the port make it, and the columns that the port answers with. */
import type {
  Child,
  ChildColumns,
  ChildrenOptions,
  SumColumn,
  Sums,
  TimePlan,
} from '../../src/query/reader.js'

/** A child and its sums. */
export interface ChildSums extends Child {
  readonly sums: Sums
}

/** The children's sums side by side. Those without any sums keep a place. */
export function columnsOf(
  plan: TimePlan,
  children: readonly ChildSums[],
  { most = Infinity, addedUp = [] }: ChildrenOptions = {},
): ChildColumns {
  const points = plan.edgesMs.length - 1
  const columns = new Map<string, SumColumn>()
  for (const [place, { sums }] of children.entries()) {
    for (const [metric, { values, counted }] of sums.columns) {
      const column = columns.get(metric) ?? {
        values: new Float64Array(children.length * points),
        counted: new Uint8Array(children.length * points),
      }
      columns.set(metric, column)
      column.values.set(values, place * points)
      column.counted.set(counted, place * points)
    }
  }
  const found = [...children.keys()].filter(place => children[place]!.sums.columns.size > 0)
  return {
    complete: found.length <= most,
    points,
    found: Int32Array.from(found),
    columns: new Map([...columns].filter(([metric]) => !addedUp.includes(metric))),
    addedUp: new Map(
      [...columns]
        .filter(([metric]) => addedUp.includes(metric))
        .map(([metric, column]) => [metric, folded(column, points)]),
    ),
    child: place => ({ name: children[place]!.name, overflow: children[place]!.overflow }),
  }
}

/** One series out of many side by side. */
function folded(column: SumColumn, points: number): SumColumn {
  const sum = { values: new Float64Array(points), counted: new Uint8Array(points) }
  for (const [i, value] of column.values.entries()) {
    sum.values[i % points]! += value
    if (column.counted[i]) sum.counted[i % points] = 1
  }
  return sum
}
