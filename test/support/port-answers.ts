/** All that a part of a roll-up answers to one set of questions, in a form that can be compared. */

import type { Path } from '../../src/model/path.js'
import { sumsAt } from '../../src/query/children.js'
import type { ChildColumns, Page, PartReader, Sums, TimePlan } from '../../src/query/reader.js'

/** What is asked. */
export interface PortQuestions {
  readonly plan: TimePlan
  readonly key: Path
  readonly path: Path
  readonly metrics: readonly string[] | null
  readonly addedUp: readonly string[]
  readonly most: number
  readonly except: readonly string[]
  readonly page: Page
}

/** Puts each question of the port. */
export async function portAnswers(
  reader: PartReader,
  { plan, key, path, metrics, addedUp, most, except, page }: PortQuestions,
): Promise<unknown> {
  return {
    series: plainSums(await reader.series(key, path, plan, metrics)),
    children: plainChildren(await reader.children(key, path, plan, metrics)),
    some: plainChildren(await reader.children(key, path, plan, metrics, { most, addedUp })),
    sumChildren: plainSums(await reader.sumChildren(key, path, plan, metrics, new Set(except))),
    listChildren: await reader.listChildren(key, path, page),
    listKeys: await reader.listKeys(key.slice(0, -1), page),
    listMetrics: await reader.listMetrics(key, page),
  }
}

function plainSums({ columns }: Sums): unknown {
  return Object.fromEntries(
    [...columns].map(([metric, { values, counted }]) => [metric, [Array.from(values), Array.from(counted)]]),
  )
}

/** By name, as children come in no particular order. */
function plainChildren(children: ChildColumns): unknown {
  if (!children.complete) return 'incomplete'
  const { points, addedUp, found } = children
  const told = Array.from(found, place => [children.child(place).name, plainSums(sumsAt(children, place))])
  return { points, addedUp: plainSums({ columns: addedUp }), children: Object.fromEntries(told) }
}
