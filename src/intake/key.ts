/** The key: a name or a path of names. Absent, `null`, `""` and `[]` are the default key, `_`. */
import { fieldError } from '../model/errors.js'
import type { Limits } from '../model/limits.js'
import { normalizeName } from '../model/name.js'
import { DEFAULT_KEY, type Path } from '../model/path.js'
import { namesToPath } from './dimensions.js'
import { kindOf, scalarText } from './value.js'

/** The key that a value stands for, at least one name. Throws about `field`. */
export function parseKey(value: unknown, limits: Limits, field = 'key'): Path {
  if (value === undefined || value === null || value === '') return DEFAULT_KEY
  if (Array.isArray(value)) return value.length === 0 ? DEFAULT_KEY : namesToPath(value, limits, field)
  const name = scalarText(value, field)
  if (name !== undefined) return [normalizeName(name, limits, field)]
  throw fieldError(field, `a key is a name or an array of names, not ${kindOf(value)}: ["site","blog"]`)
}
