import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatShare, numberFormat, numberFormats } from './numbers.js'

/** As people read them: spaces that don't break are spaces, marks of direction nothing. */
function read(text: string): string {
  return text.replace(/[\u00a0\u202f]/g, ' ').replace(/[\u200e\u200f\u061c]/g, '')
}

function full(format: string, value: number, locale = 'en'): string {
  return read(numberFormat(format, locale).full(value))
}

function axis(format: string, values: readonly number[], locale = 'en'): string[] {
  return numberFormat(format, locale).axis(values).map(read)
}

function column(format: string, values: readonly number[], locale = 'en'): string[] {
  return values.map(numberFormat(format, locale).column(values)).map(read)
}

const FORMATS = [
  '',
  'number',
  'percent',
  'percent:1',
  'compact',
  'bytes',
  'bytes:2',
  'EUR',
  'JPY',
  'USD:0',
  'unit:liter',
  'number:3',
]
const LOCALES = ['en', 'de', 'fr', 'pl', 'pt-BR', 'ja', 'hi', 'ar', 'he', 'sv', 'en-IN', 'de-CH']

describe('in full', () => {
  test.each([
    ['', 0, '0'],
    ['', -0, '0'],
    ['', 1234567, '1,234,567'],
    ['', 865775.5, '865,775.5'],
    ['', 12.345, '12.35'],
    ['', -12.345, '-12.35'],
    ['', 0.05, '0.05'],
    ['', 0.000123456, '0.000123'],
    ['', 1e-9, '1E-9'],
    ['', 9007199254740991, '9.01E15'],
    ['', 999999999999999, '999,999,999,999,999'],
    ['', 1e300, '1E300'],
    ['', Number.NaN, '–'],
    ['', Number.NEGATIVE_INFINITY, '–'],
    ['number', 7, '7'],
    ['number:3', 7, '7.000'],
    ['number:0', -0.4, '0'],
    ['percent', 0.25, '25%'],
    ['percent', 0.07, '7%'],
    ['percent', 0.2567, '25.7%'],
    ['percent', 0.00012, '0.012%'],
    ['percent:2', 0.25, '25.00%'],
    ['compact', 12_500, '12.5K'],
    ['compact', 999, '999'],
    ['compact', 0.0123, '0.0123'],
    ['compact:0', 1_500_000, '2M'],
    ['EUR', 12, '€12'],
    ['EUR', 12.5, '€12.50'],
    ['EUR', 0.004, '€0.004'],
    ['EUR:0', 12.5, '€13'],
    ['JPY', 1234, '¥1,234'],
    ['JPY', 0.5, '¥0.5'],
    ['bytes', 0, '0 bytes'],
    ['bytes', 1, '1 byte'],
    ['bytes', 1500, '1.5 kB'],
    ['bytes', 999_949, '999.9 kB'],
    ['bytes', 999_999, '1 MB'],
    ['bytes', -2_500_000, '-2.5 MB'],
    ['bytes:2', 1_234_567, '1.23 MB'],
    ['bytes', 5e18, '5,000 PB'],
    ['unit:kilometer-per-hour', 88.5, '88.5 km/h'],
  ])('%s of %d is %s', (format, value, text) => {
    expect(full(format, value)).toBe(text)
  })

  test.each([
    ['de', '1.234,5'],
    ['fr', '1 234,5'],
    ['hi', '1,234.5'],
    ['en-IN', '1,234.5'],
  ])('in %s', (locale, text) => {
    expect(full('', 1234.5, locale)).toBe(text)
  })

  test('money in German', () => {
    expect(full('EUR', 1234.5, 'de')).toBe('1.234,50 €')
    expect(full('percent', 0.5, 'de')).toBe('50 %')
  })
})

describe('on an axis', () => {
  test.each<[string, number[], string[]]>([
    ['', [0, 5000], ['0', '5,000']],
    ['', [0, 5000, 10000, 12500], ['0', '5K', '10K', '12.5K']],
    ['', [10250, 10500], ['10.25K', '10.5K']],
    ['', [-20000, -15000, -10000], ['-20K', '-15K', '-10K']],
    ['', [-0, 0.25], ['0.00', '0.25']],
    ['', [0, 0.5, 1], ['0.0', '0.5', '1.0']],
    ['', [0, 2e-7], ['0', '2E-7']],
    ['', [0, 1e16], ['0', '1E16']],
    ['', [10000, 10001.5], ['10,000', '10,001.5']],
    ['EUR', [0, 2.5, 5], ['€0.00', '€2.50', '€5.00']],
    ['EUR', [0, 20_000], ['€0', '€20K']],
    ['percent', [0, 0.05, 0.1], ['0%', '5%', '10%']],
    ['percent', [0, 0.025], ['0.0%', '2.5%']],
    ['compact', [0, 500, 1000], ['0', '500', '1K']],
    ['bytes', [0, 250_000, 1_250_000], ['0 bytes', '250 kB', '1.25 MB']],
    ['number:1', [0, 5], ['0.0', '5.0']],
  ])('%s of %j is %j', (format, values, texts) => {
    expect(axis(format, values)).toEqual(texts)
  })

  test('different ticks are never written alike', () => {
    const ticks = fc
      .tuple(
        fc.constantFrom(1, 2, 2.5, 5),
        fc.integer({ min: -3, max: 9 }),
        fc.integer({ min: -20, max: 20 }),
      )
      .map(([step, power, first]) =>
        Array.from({ length: 6 }, (_, i) => Number(((first + i) * step * 10 ** power).toPrecision(12))),
      )
    fc.assert(
      fc.property(
        ticks,
        fc.constantFrom('', 'EUR', 'percent', 'compact'),
        fc.constantFrom(...LOCALES),
        (values, format, locale) => {
          const texts = axis(format, values, locale)
          expect(new Set(texts).size, `${values} ${texts}`).toBe(new Set(values).size)
        },
      ),
    )
  })
})

describe('below one another', () => {
  test.each<[string, number[], string[]]>([
    ['', [1, 20, 300], ['1', '20', '300']],
    ['', [1, 2.5], ['1.0', '2.5']],
    ['', [1, 2.5, 1 / 3], ['1.00', '2.50', '0.33']],
    ['', [0, 12.25, 0.001], ['0.00', '12.25', '0.001']],
    ['EUR', [1, 2], ['€1', '€2']],
    ['EUR', [1, 2.5], ['€1.00', '€2.50']],
    ['percent', [0.5, 0.255], ['50.0%', '25.5%']],
    ['compact', [1, 12_500], ['1', '12.5K']],
    ['number:2', [1, 2.5], ['1.00', '2.50']],
  ])('%s of %j is %j', (format, values, texts) => {
    expect(column(format, values)).toEqual(texts)
  })
})

test('no number is written as minus zero, as NaN, or without end', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...FORMATS),
      fc.constantFrom(...LOCALES),
      fc.array(fc.oneof(fc.double(), fc.integer(), fc.constantFrom(-0, 0, -0.0001, 1e21, -1e-30)), {
        minLength: 1,
      }),
      (format, locale, values) => {
        const written = numberFormat(format, locale)
        for (const text of [
          ...values.map(written.full),
          ...written.axis(values),
          ...values.map(written.column(values)),
        ]) {
          expect(text).not.toMatch(/NaN|∞/)
          expect(read(text)).not.toMatch(/^-[^1-9]*$/)
          expect(text.length).toBeLessThan(60)
        }
      },
    ),
  )
})

test('what is no format says which there are', () => {
  for (const text of [
    'eur',
    'EURO',
    'percents',
    'unit:',
    'unit:furlong',
    'number:10',
    'number:',
    ':x',
    '%',
    'constructor',
    '__proto__',
  ]) {
    expect(() => numberFormat(text, 'en'), text).toThrow(/is no format of numbers: there are number, percent/)
  }
  expect(() => numberFormat('', 'not a locale')).toThrow(RangeError)
})

test('several formats: one for all, or one each', () => {
  const written = (text: string) => numberFormats(text, 3, 'en').map(format => format.full(0.5))
  expect(written('percent')).toEqual(['50%', '50%', '50%'])
  expect(written('EUR,percent')).toEqual(['€0.50', '50%', '0.5'])
  expect(written('EUR,,percent:1')).toEqual(['€0.50', '0.5', '50.0%'])
})

test('shares', () => {
  expect([0, 0.004, 0.0996, 0.25, 1].map(share => formatShare(share, 'en'))).toEqual([
    '0%',
    '0.4%',
    '10%',
    '25%',
    '100%',
  ])
})
