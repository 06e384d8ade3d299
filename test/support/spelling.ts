/**
 * Spelling: one event in any of the ways that the contract (§1) allows to write it. JSON is put together as text, so that
 * escapes, number forms, names like `__proto__` and the order of fields are the speller's choice and nobody else's.
 */
import type { CountEvent } from '../../src/model/event.js'
import type { Path } from '../../src/model/path.js'
import type { Dice } from './dice.js'

/** A field of an event as it can go into a JSON object (`json`), or into a URL where it has a shorter form (`text`). */
interface Spelled {
  readonly json: string
  readonly text?: string
}

/** An event as an object's JSON. */
export function spellObject(dice: Dice, event: CountEvent, nowMs: number): string {
  const fields = spellFields(dice, event, nowMs).map(([name, { json }]) => `${quote(dice, name)}:${json}`)
  return `{${shuffled(dice, fields).join(',')}}`
}

/** An event as a query string. `raw`: signs that a careful client would escape may stand as they are. */
export function spellQuery(dice: Dice, event: CountEvent, nowMs: number, raw: boolean): string {
  const pieces = spellFields(dice, event, nowMs).map(([name, { json, text }]) => {
    // In a URL only what starts like this is JSON: other JSON would be taken as a text.
    const canBeJson = /^["[{]/.test(json)
    const written = text === undefined || (canBeJson && dice.once(3)) ? json : text
    return `${name}=${escaped(dice, written, raw)}`
  })
  if (dice.once(8)) pieces.push(dice.pick(['_=1719', 'utm_source=mail', 'fbclid=x', 'gclid=%7B']))
  return shuffled(dice, pieces).join('&')
}

function spellFields(dice: Dice, event: CountEvent, nowMs: number): [string, Spelled][] {
  const fields: [string, Spelled | undefined][] = [
    [dice.pick(['key', 'pk', 'category']), spellKey(dice, event.key)],
    [dice.pick(['dimensions', 'dimension']), spellDimensions(dice, event.paths)],
    [dice.pick(['metrics', 'metric']), spellMetrics(dice, event.metrics)],
    ['at', spellTime(dice, event.atMs, nowMs)],
    ['id', event.id === undefined ? undefined : { json: quote(dice, event.id), text: event.id }],
  ]
  return fields.filter((field): field is [string, Spelled] => field[1] !== undefined)
}

function spellKey(dice: Dice, key: Path): Spelled | undefined {
  const isDefault = key.length === 1 && key[0] === '_'
  if (isDefault && dice.once(2)) {
    return dice.pick([undefined, { json: '""', text: '' }, { json: '"_"', text: '_' }, { json: '[]' }])
  }
  const path = { json: `[${key.map(name => scalar(dice, name)).join(',')}]` }
  return key.length === 1 && key[0] !== '' && !dice.once(4) ? bare(key[0]!, scalar(dice, key[0]!)) : path
}

function spellDimensions(dice: Dice, paths: readonly Path[]): Spelled | undefined {
  if (paths.length === 0) return spellRoot(dice)
  const only = paths.length === 1 ? paths[0]! : undefined
  const canBeArrays = paths.every(path => !(path.length === 1 && path[0] === '_'))
  const isScalar = only?.length === 1 && only[0] !== '' && only[0] !== '_'
  const forms: (() => Spelled)[] = [() => ({ json: objectOf(dice, paths) })]
  if (canBeArrays) forms.push(() => ({ json: arraysOf(dice, paths) }))
  if (canBeArrays && only) forms.push(() => ({ json: arrayOf(dice, only) }))
  if (isScalar) forms.push(() => bare(only[0]!, scalar(dice, only[0]!)))
  return dice.pick(forms)()
}

function spellRoot(dice: Dice): Spelled | undefined {
  const forms = ['""', '"_"', '["_"]', '[]', '[[]]', '[["_"],[]]', '{}']
  const json = dice.pick(forms)
  return dice.once(2) ? undefined : { json, ...(json === '"_"' && { text: '_' }) }
}

function arrayOf(dice: Dice, path: Path): string {
  return `[${path.map(name => scalar(dice, name)).join(',')}]`
}

/** An array of paths, perhaps with some that are said already by others. */
function arraysOf(dice: Dice, paths: readonly Path[]): string {
  const arrays = paths.map(path => arrayOf(dice, path))
  if (dice.once(3)) {
    const path = dice.pick(paths)
    const prefix = path.slice(0, dice.between(0, path.length))
    // As the path of one name, `_` would be the root; which is counted anyway.
    arrays.push(arrayOf(dice, prefix))
  }
  return `[${arrays.join(',')}]`
}

/** Paths as a tree. */
interface Tree extends Map<string, Tree> {}

function objectOf(dice: Dice, paths: readonly Path[]): string {
  const root: Tree = new Map()
  for (const path of paths) {
    let node = root
    for (const name of path) {
      const next: Tree = node.get(name) ?? new Map()
      node.set(name, next)
      node = next
    }
  }
  return treeText(dice, root)
}

function treeText(dice: Dice, tree: Tree): string {
  return `{${[...tree].map(([name, sub]) => `${quote(dice, name)}:${valueText(dice, sub)}`).join(',')}}`
}

function valueText(dice: Dice, tree: Tree): string {
  if (tree.size === 0) return dice.pick(['null', '{}', '[]'])
  const leaves = [...tree].filter(([, sub]) => sub.size === 0).map(([name]) => name)
  if (tree.size === 1 && leaves.length === 1 && dice.once(2)) return scalar(dice, leaves[0]!)
  if (dice.once(2)) return treeText(dice, tree)
  const items = [...tree].map(([name, sub]) => {
    return sub.size === 0 ? scalar(dice, name) : treeText(dice, new Map([[name, sub]]))
  })
  return `[${items.join(',')}]`
}

function spellMetrics(dice: Dice, metrics: ReadonlyMap<string, number>): Spelled | undefined {
  const entries = [...metrics].filter(([name, value]) => name !== 'hits' || value !== 1 || dice.once(4))
  if (entries.length === 0 && dice.once(2)) return dice.pick([undefined, { json: '{}' }, { json: '[]' }])
  const names = entries.map(([name]) => name)
  const areOnes = entries.every(([, value]) => value === 1)
  if (areOnes && names.length === 1 && dice.once(2)) return bare(names[0]!, quote(dice, names[0]!))
  if (areOnes && dice.once(2)) return { json: `[${names.map(name => quote(dice, name)).join(',')}]` }
  const fields = entries.map(([name, value]) => `${quote(dice, name)}:${numberText(dice, value)}`)
  return { json: `{${fields.join(',')}}` }
}

function spellTime(dice: Dice, atMs: number, nowMs: number): Spelled | undefined {
  if (atMs === nowMs && !dice.once(4)) return undefined
  const forms = [String(atMs), seconds(atMs)].map(text => ({ json: dice.pick([text, `"${text}"`]), text }))
  const iso = isoText(dice, atMs)
  // Below 1e11 a number means seconds.
  return dice.pick(atMs >= 1e11 ? [...forms, iso] : [forms[1]!, iso])
}

function seconds(atMs: number): string {
  return atMs % 1000 === 0 ? String(atMs / 1000) : (atMs / 1000).toFixed(3)
}

function isoText(dice: Dice, atMs: number): Spelled {
  const offset = dice.pick(['Z', '+00:00', '+05:45', '-08:00', '+1030', '-03'])
  const sign = offset.startsWith('-') ? -1 : 1
  const [hours = '0', minutes = '0'] = offset === 'Z' ? [] : [offset.slice(1, 3), offset.slice(-2)]
  const offsetMs = sign * (Number(hours) * 60 + (offset.length > 3 ? Number(minutes) : 0)) * 60_000
  const local = new Date(atMs + offsetMs).toISOString().slice(0, -1)
  const text = `${atMs % 1000 === 0 ? local.slice(0, 19) : local}${offset}`
  return { json: `"${text}"`, text }
}

/** A name as a string or, where it is the text of a number or boolean, as that. */
function scalar(dice: Dice, name: string): string {
  if (name === 'true' || name === 'false') return dice.pick([name, quote(dice, name)])
  const isNumber = /^(0|-?[1-9]\d*)$/.test(name)
  if (isNumber && dice.once(2)) return name.length < 10 ? dice.pick([name, `${name}.0`, `${name}e0`]) : name
  return quote(dice, name)
}

/** A single name: in a URL also without quotes, where it doesn't look like JSON. */
function bare(name: string, json: string): Spelled {
  return /^[[{"]/.test(name) ? { json } : { json, text: name }
}

/** A JSON string: as it is, decomposed, or with escapes. */
function quote(dice: Dice, text: string): string {
  const composed = JSON.stringify(text)
  if (/^[ -~]*$/.test(text)) {
    return dice.once(12) ? composed.replace(/[a-z]/, letter => `\\u${hex(letter)}`) : composed
  }
  const form = dice.pick(['as is', 'decomposed', 'escaped'])
  if (form === 'decomposed' && text.normalize('NFD').normalize('NFC') === text) {
    return JSON.stringify(text.normalize('NFD'))
  }
  return form === 'escaped' ? composed.replace(/[^ -~]/g, unit => `\\u${hex(unit)}`) : composed
}

function hex(unit: string): string {
  return unit.charCodeAt(0).toString(16).padStart(4, '0')
}

function numberText(dice: Dice, value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e9) {
    return dice.pick([String(value), String(value), `${value}.0`, `${value}e0`])
  }
  return String(value)
}

function escaped(dice: Dice, text: string, raw: boolean): string {
  const careful = encodeURIComponent(text).replaceAll('%20', dice.pick(['%20', '+']))
  if (!raw || dice.once(2)) return careful
  return careful.replace(/%(22|2C|3A|5B|5D|7B|7D)/g, code => decodeURIComponent(code))
}

function shuffled<T>(dice: Dice, items: readonly T[]): T[] {
  const left = [...items]
  return items.map(() => left.splice(dice.below(left.length), 1)[0]!)
}
