/** The elements as a package: importing this registers them; what it exports makes them by JavaScript. */
import { version } from '../../package.json'
import type { GraphOptions } from './graph/options.js'
import { register } from './hail-element.js'
import { HailGraph } from './hail-graph.js'
import { HailNumber, type NumberOptions } from './hail-number.js'
import { HailRank, type RankOptions } from './hail-rank.js'
import { HailTable, type TableOptions } from './hail-table.js'

export type { GraphAnswer } from '../../src/query/graph.js'
export type { ElementOptions, ElementState } from './base/options.js'
export {
  type GraphOptions,
  HailGraph,
  HailNumber,
  HailRank,
  HailTable,
  type NumberOptions,
  type RankOptions,
  type TableOptions,
}

/** Where an element goes: an element of the page, or a selector of one. */
export type Target = string | Element

/** What the script gives to a page. */
export interface HailWhaleGlobal {
  /** Each appends an element to the target and answers it; the options are its properties. Throws where there is no such target. */
  readonly graph: (target: Target, options?: GraphOptions) => HailGraph
  readonly number: (target: Target, options?: NumberOptions) => HailNumber
  readonly table: (target: Target, options?: TableOptions) => HailTable
  readonly rank: (target: Target, options?: RankOptions) => HailRank
  readonly version: string
}

register('hail-graph', HailGraph)
register('hail-number', HailNumber)
register('hail-table', HailTable)
register('hail-rank', HailRank)

function append<Made extends Element>(tag: string): (target: Target, options?: object) => Made {
  return (target, options = {}) => {
    const place = typeof target === 'string' ? document.querySelector(target) : target
    if (place === null) throw new Error(`HailWhale: there is no ${target} in this page`)
    const made = document.createElement(tag) as Element as Made
    Object.assign(made, options)
    place.append(made)
    return made
  }
}

/** Makes elements; the script for pages puts it at `globalThis.HailWhale`. */
export const HailWhale: HailWhaleGlobal = {
  graph: append<HailGraph>('hail-graph'),
  number: append<HailNumber>('hail-number'),
  table: append<HailTable>('hail-table'),
  rank: append<HailRank>('hail-rank'),
  version,
}

declare global {
  interface HTMLElementTagNameMap {
    'hail-graph': HailGraph
    'hail-number': HailNumber
    'hail-table': HailTable
    'hail-rank': HailRank
  }
}
