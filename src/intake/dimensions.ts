/**
 * The dimensions of an event, in every spelling of the contract (§1), as paths.
 *
 * `_` alone is the root, as a scalar, as an array and in an array of arrays; so are `""`, `[]` and `[[]]`. In a longer path,
 * and as a name in an object, `_` is a name like any other: `{"_":null}` is how the path of that one name is written.
 * Empty names are names (`[""]`, `{"":1}`). What could mean two things (an array of names and paths, an array of objects,
 * arrays in an object's arrays) is refused, so that it can get a meaning later.
 */
import { fieldError } from '../model/errors.js'
import type { Limits } from '../model/limits.js'
import { normalizeName } from '../model/name.js'
import { isPrefix, type Path, prefixesOf, ROOT, ROOT_NAME } from '../model/path.js'
import { kindOf, scalarText } from './value.js'

/**
 * The paths of an event as `CountEvent.paths` wants them: no root, none that is a prefix of another, none twice.
 * Throws about `field`.
 */
export function parseDimensions(value: unknown, limits: Limits, field = 'dimensions'): Path[] {
  const paths = writtenPaths(value, limits, field)
  if (paths.length === 1) return paths[0]!.length === 0 ? [] : paths
  return paths.filter((path, index) => !isCovered(path, index, paths))
}

/**
 * The paths as written, in order, the root as the empty path; at least one. Throws about `field`, also for more than `most`.
 */
export function writtenPaths(
  value: unknown,
  limits: Limits,
  field = 'dimensions',
  most = limits.pathsPerEvent,
): Path[] {
  if (value === undefined || value === null) return [ROOT]
  if (Array.isArray(value)) return arrayPaths(value, limits, field, most)
  const name = scalarText(value, field)
  if (name !== undefined) return [name === '' ? ROOT : onePath([name], limits, field)]
  const walk: Walk = { limits, field, most, names: [], paths: [] }
  walkObject(walk, value as Readonly<Record<string, unknown>>)
  return walk.paths
}

/** A path from an array of names. Throws about `field`. */
export function namesToPath(names: readonly unknown[], limits: Limits, field: string): Path {
  checkDepth(names.length, limits, field)
  return names.map(value => {
    const name = scalarText(value, field)
    if (name !== undefined) return normalizeName(name, limits, field)
    throw fieldError(field, `a path is an array of names, not of ${kindOf(value)}: ["sales","p1"]`)
  })
}

/** How many series an event adds to under its full key: the distinct prefixes of its paths, the root included. */
export function countPrefixes(paths: readonly Path[]): number {
  const prefixes = new Set<string>()
  for (const path of paths) for (const prefix of prefixesOf(path)) prefixes.add(JSON.stringify(prefix))
  return Math.max(1, prefixes.size)
}

/** Throws where paths × metrics is more than one event may add to. Nearly always a sum of lengths settles it. */
export function checkPairs(
  paths: readonly Path[],
  metrics: number,
  limits: Limits,
  field = 'dimensions',
): void {
  let most = 1
  for (let i = 0; i < paths.length; i++) most += paths[i]!.length
  if (most * metrics <= limits.pairsPerEvent) return
  const exactly = countPrefixes(paths)
  if (exactly * metrics <= limits.pairsPerEvent) return
  throw fieldError(
    field,
    `${exactly} paths (prefixes and the root included) × ${metrics} metrics are ${exactly * metrics} sums: at most ${limits.pairsPerEvent} an event`,
  )
}

interface Walk {
  readonly limits: Limits
  readonly field: string
  readonly most: number
  /** The names down to where the walk is. */
  readonly names: string[]
  readonly paths: Path[]
}

/** Whether another path goes on below this one, or was this one already. */
function isCovered(path: Path, index: number, paths: readonly Path[]): boolean {
  if (path.length === 0) return true
  for (let i = 0; i < paths.length; i++) {
    const other = paths[i]!
    if (i !== index && isPrefix(path, other) && (other.length > path.length || i < index)) return true
  }
  return false
}

function arrayPaths(array: readonly unknown[], limits: Limits, field: string, most: number): Path[] {
  if (!Array.isArray(array[0])) return [onePath(array, limits, field)]
  if (array.length > most) throw tooMany(most, field)
  return array.map(path => {
    if (Array.isArray(path)) return onePath(path, limits, field)
    throw fieldError(
      field,
      `an array is either one path of names or holds only paths, not ${kindOf(path)} too`,
    )
  })
}

function onePath(names: readonly unknown[], limits: Limits, field: string): Path {
  const path = namesToPath(names, limits, field)
  return path.length === 1 && path[0] === ROOT_NAME ? ROOT : path
}

function walkObject(walk: Walk, object: Readonly<Record<string, unknown>>): void {
  let empty = true
  for (const name in object) {
    empty = false
    enter(walk, name)
    walkValue(walk, object[name])
    walk.names.pop()
  }
  if (empty) addPath(walk)
}

function walkValue(walk: Walk, value: unknown): void {
  if (value === null || value === undefined) addPath(walk)
  else if (Array.isArray(value)) walkValues(walk, value)
  else {
    const name = scalarText(value, walk.field)
    if (name === undefined) walkObject(walk, value as Readonly<Record<string, unknown>>)
    else {
      enter(walk, name)
      addPath(walk)
      walk.names.pop()
    }
  }
}

function walkValues(walk: Walk, values: readonly unknown[]): void {
  if (values.length === 0) addPath(walk)
  for (const value of values) {
    if (Array.isArray(value)) {
      throw fieldError(walk.field, 'an array in an object lists values, not arrays: {"tag":["x","y"]}')
    }
    walkValue(walk, value)
  }
}

function enter(walk: Walk, name: string): void {
  checkDepth(walk.names.length + 1, walk.limits, walk.field)
  walk.names.push(normalizeName(name, walk.limits, walk.field))
}

function addPath(walk: Walk): void {
  if (walk.paths.length >= walk.most) throw tooMany(walk.most, walk.field)
  walk.paths.push(walk.names.slice())
}

function checkDepth(depth: number, limits: Limits, field: string): void {
  if (depth > limits.depth) throw fieldError(field, `a path is deeper than ${limits.depth} names`)
}

function tooMany(most: number, field: string): Error {
  return fieldError(field, `more than ${most} paths in one event`)
}
