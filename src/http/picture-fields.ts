/** The parameters of pictures: which there are, and how their texts want a picture to look. */
import { nearest } from '../intake/nearest.js'
import type { ParameterSpec } from '../intake/parameters.js'
import { fieldError } from '../model/errors.js'
import { CHART_TYPES, type ChartType } from '../picture/chart-type.js'
import { type NumberFormat, numberFormat } from '../picture/numbers.js'
import { MOST_HEIGHT } from '../picture/svg/graph.js'
import { type Colour, THEMES, type Theme } from '../picture/svg/sheet.js'
import { type Fields, textOf, wholeOf } from '../query/fields.js'
import { GRAPH_PARAMETERS } from '../query/parameters.js'

/** What `/graph.svg` knows. */
export const PICTURE_PARAMETERS: readonly ParameterSpec[] = [
  ...GRAPH_PARAMETERS,
  ...['type', 'width', 'height', 'theme', 'caption', 'number', 'locale', 'compare', 'legend'].map(name => ({
    name,
  })),
]

/** What `/graph.png` knows. */
export const PNG_PARAMETERS: readonly ParameterSpec[] = [...PICTURE_PARAMETERS, { name: 'scale' }]

/** What `/number.svg` knows. */
export const NUMBER_PARAMETERS: readonly ParameterSpec[] = [
  { name: 'key', aliases: ['pk', 'category'] },
  { name: 'dimensions', aliases: ['dimension'] },
  { name: 'metrics', aliases: ['metric'] },
  ...['period', 'from', 'to', 'interval', 'tz', 'tzoffset'].map(name => ({ name })),
  ...['label', 'number', 'locale', 'compare', 'good', 'theme'].map(name => ({ name })),
  { name: 'colour', aliases: ['color'] },
]

/** Pixels. */
const WIDTHS = { least: 200, most: 4000, usual: 800 } as const
const LEAST_HEIGHT = 160
const COLOURS = ['accent', 'ink', 'good', 'bad', 'other'] as const satisfies readonly Colour[]

/** How a number is to be written, and what it is compared with. */
export interface NumberLook {
  readonly format: NumberFormat
  readonly locale: string
  readonly theme: Theme
}

/** How a graph is to be drawn. */
export interface GraphLook extends NumberLook {
  readonly type: ChartType
  readonly width: number
  readonly height: number | undefined
  readonly caption: string | undefined
  readonly legend: boolean
  readonly alone: boolean
}

/** How a badge is to be drawn. */
export interface BadgeLook extends NumberLook {
  readonly label: string | undefined
  readonly good: 'up' | 'down'
  readonly colour: Colour | `#${string}`
}

/** The look of a graph. Like all of these, throws `invalid_parameter` that names the wrong field. `themes`: the first is the usual one. */
export function graphLook(fields: Fields, themes: readonly Theme[] = THEMES): GraphLook {
  if (textOf(fields, 'format') !== undefined) {
    throw fieldError(
      'format',
      'a picture is what its path says; how numbers are written is number, as number=EUR',
    )
  }
  return {
    ...numberLook(fields, themes),
    type: choiceOf(fields, 'type', CHART_TYPES),
    width: wholeOf(fields, 'width', WIDTHS.least, WIDTHS.most, WIDTHS.usual),
    height: wholeOf(fields, 'height', LEAST_HEIGHT, MOST_HEIGHT, undefined),
    caption: textOf(fields, 'caption'),
    legend: choiceOf(fields, 'legend', ['below', 'none']) === 'below',
    alone: textOf(fields, 'depth') === '0',
  }
}

/** The look of a badge. */
export function badgeLook(fields: Fields): BadgeLook {
  return {
    ...numberLook(fields, THEMES),
    label: textOf(fields, 'label'),
    good: choiceOf(fields, 'good', ['up', 'down']),
    colour: colourOf(fields),
  }
}

/** How many pixels of a PNG stand for one of its picture, in each direction. */
export function scaleOf(fields: Fields): number {
  return wholeOf(fields, 'scale', 1, 4, 2)
}

function numberLook(fields: Fields, themes: readonly Theme[]): NumberLook {
  const locale = localeOf(fields)
  return { locale, format: formatOf(fields, locale), theme: choiceOf(fields, 'theme', themes) }
}

function localeOf(fields: Fields): string {
  const text = textOf(fields, 'locale') ?? 'en'
  try {
    const [known] = Intl.NumberFormat.supportedLocalesOf(text)
    if (known !== undefined) return known
  } catch {
    // Not even spelled like a language.
  }
  throw fieldError('locale', `'${text}' is no language that is known here; write it as en, de or pt-BR`)
}

function formatOf(fields: Fields, locale: string): NumberFormat {
  try {
    return numberFormat(textOf(fields, 'number') ?? '', locale)
  } catch (error) {
    if (error instanceof RangeError) throw fieldError('number', error.message)
    throw error
  }
}

/** One of several words; the first is the usual one. */
function choiceOf<Word extends string>(fields: Fields, field: string, words: readonly Word[]): Word {
  const text = textOf(fields, field)
  if (text === undefined) return words[0]!
  const word = words.find(each => each === text)
  if (word !== undefined) return word
  const others = words.join(', ')
  throw fieldError(field, `'${text}' is none: did you mean ${nearest(text, words)}? There are ${others}`)
}

/** A colour of the theme, or any as `rrggbb` or `rgb`. */
function colourOf(fields: Fields): Colour | `#${string}` {
  const text = textOf(fields, 'colour') ?? 'accent'
  const named = COLOURS.find(colour => colour === text)
  if (named !== undefined) return named
  const hex = text.replace(/^#/, '').toLowerCase()
  if (/^[0-9a-f]{6}$/.test(hex)) return `#${hex}`
  if (/^[0-9a-f]{3}$/.test(hex)) return `#${hex.replace(/./g, '$&$&')}`
  throw fieldError('colour', `'${text}' is none; it is rrggbb as d55e00, or one of ${COLOURS.join(', ')}`)
}
