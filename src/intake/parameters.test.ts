import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { HailWhaleError } from '../model/errors.js'
import { DEFAULT_LIMITS } from '../model/limits.js'
import { toEvent } from './event.js'
import {
  EVENT_PARAMETERS,
  eventFromQuery,
  parseKeyParameter,
  parseMetricsParameter,
  parsePathParameter,
  parsePathsParameter,
  queryOf,
  readParameters,
} from './parameters.js'

const NOW = Date.UTC(2024, 5, 1)
const CONTEXT = { nowMs: NOW, limits: DEFAULT_LIMITS }
const KNOWN = [{ name: 'key', aliases: ['pk'] }, { name: 'period' }]

describe('readParameters', () => {
  test.each([
    ['', {}],
    ['?key=a', { key: 'a' }],
    ['pk=a&period=1h%3A1d', { key: 'a', period: '1h:1d' }],
    ['key=a+b%2B&&', { key: 'a b+' }],
    ['%6Bey=%C3%A9=1', { key: 'é=1' }],
    ['key', { key: '' }],
    ['_=123&utm_source=x%&fbclid&gclid=1&gclid=2&msclkid=3&key=a', { key: 'a' }],
    ['key=a&key=a', { key: 'a' }],
  ])('%s', (query, values) => {
    expect(Object.fromEntries(readParameters(query, KNOWN))).toEqual(values)
  })

  test.each([
    ['peroid=1', 'unknown_parameter', 'peroid: there is no such parameter: did you mean period?'],
    ['KEY=1', 'unknown_parameter', 'did you mean key?'],
    ['toString=1', 'unknown_parameter', 'toString'],
    ['=1', 'unknown_parameter', 'no such parameter'],
    [`${'x'.repeat(100_000)}=1`, 'unknown_parameter', 'no such parameter'],
    ['key=%', 'invalid_parameter', 'key: its percent-encoding is wrong'],
    ['key=%zz', 'invalid_parameter', 'key: its percent-encoding is wrong'],
    ['key=%ff', 'invalid_parameter', 'key: its percent-encoding is wrong'],
    ['key=%ed%a0%80', 'invalid_parameter', 'key: its percent-encoding is wrong'],
    ['%=1', 'invalid_parameter', '%: its percent-encoding is wrong'],
    ['key=a&key=b', 'invalid_parameter', 'key: is given twice'],
    ['key=a&pk=a', 'invalid_parameter', 'pk: means the same as key'],
  ])('refuses %#: %s', (query, code, why) => {
    expect(() => readParameters(query, KNOWN)).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(why) }),
    )
  })

  test('what was encoded is what is read', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'binary' }), (key, period) => {
        const query = new URLSearchParams({ key, period }).toString()
        expect(readParameters(query, KNOWN)).toEqual(
          new Map([
            ['key', key],
            ['period', period],
          ]),
        )
        const raw = `/count?key=${encodeURIComponent(key)}&period=${encodeURIComponent(period)}`
        expect(readParameters(queryOf(raw), KNOWN)).toEqual(
          new Map([
            ['key', key],
            ['period', period],
          ]),
        )
      }),
    )
  })
})

test('queryOf reads raw bytes as UTF-8', () => {
  expect(queryOf('/count')).toBe('')
  expect(queryOf('/count?a=1#x')).toBe('a=1')
  expect(queryOf(Buffer.from('/count?key=é😀').toString('latin1'))).toBe('key=é😀')
  expect(() => queryOf('/count?key=\xff')).toThrow('no UTF-8')
})

describe('eventFromQuery', () => {
  test('the three examples of the original', () => {
    expect(eventFromQuery('dimension=services&metric={"dollars":200}', CONTEXT)).toEqual({
      key: ['_'],
      paths: [['services']],
      metrics: new Map([
        ['dollars', 200],
        ['hits', 1],
      ]),
      atMs: NOW,
    })
    expect(
      eventFromQuery('dimension=advertising&metric={"dollars":-2000}', CONTEXT).metrics.get('dollars'),
    ).toBe(-2000)
    expect(eventFromQuery('dimensions={"sales":"p1"}&metric={"dollars":500}', CONTEXT).paths).toEqual([
      ['sales', 'p1'],
    ])
  })

  test('text stays what was typed', () => {
    expect(eventFromQuery('dimension=12345678901234567890&key=1E10', CONTEXT)).toMatchObject({
      key: ['1E10'],
      paths: [['12345678901234567890']],
    })
    expect(eventFromQuery('dimensions=["1E10",1E10,12345678901234567890]', CONTEXT).paths).toEqual([
      ['1E10', '10000000000', '12345678901234567890'],
    ])
    expect(eventFromQuery('dimension="5"&metric=a,b', CONTEXT)).toMatchObject({ paths: [['5']] })
    expect([...eventFromQuery('metric=a,b', CONTEXT).metrics.keys()]).toEqual(['a,b', 'hits'])
    expect(eventFromQuery('at=2024-02-29T12:00:00+02:00', CONTEXT).atMs).toBe(Date.UTC(2024, 1, 29, 10))
    expect(eventFromQuery('id={550e8400}', CONTEXT).id).toBe('{550e8400}')
    expect(eventFromQuery('id="a"', CONTEXT).id).toBe('a')
  })

  test('empty is absent, and others may be known', () => {
    expect(eventFromQuery('key=&dimensions=&metrics=&at=', CONTEXT)).toEqual(eventFromQuery('', CONTEXT))
    expect(eventFromQuery('key=a&token=x', CONTEXT, [{ name: 'token' }]).key).toEqual(['a'])
    expect(() => eventFromQuery('key=a&token=x', CONTEXT)).toThrow('no such parameter')
  })

  test.each([
    ['metric={"dollars":"500"}', 'metric.dollars'],
    ['metrics={"dollars":500', 'metrics: a value that starts with { must be JSON'],
    ['dimensions=["a"', 'dimensions: a value that starts with [ must be JSON'],
    ['key="a', 'key: a value that starts with " must be JSON'],
    ['id=', 'id: the id is empty'],
    ['at=tomorrow', 'at: '],
    ['dimensions=a%00', 'control character'],
    ['category=a&key=b', 'key: means the same as category'],
  ])('refuses %s', (query, why) => {
    expect(() => eventFromQuery(query, CONTEXT)).toThrow(HailWhaleError)
    expect(() => eventFromQuery(query, CONTEXT)).toThrow(why)
  })

  test('a URL says what an event object says', () => {
    const name = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 4 })
      .filter(text => !/^["[{_]/.test(text))
    const fields = fc.record(
      {
        key: fc.oneof(name, fc.array(name, { maxLength: 3 })),
        dimensions: fc.oneof(
          name,
          fc.array(name),
          fc.dictionary(name, fc.oneof(name, fc.array(name, { maxLength: 2 }))),
        ),
        metrics: fc.oneof(name, fc.dictionary(name, fc.double({ noDefaultInfinity: true, noNaN: true }))),
        at: fc.integer({ min: 1e11, max: NOW }),
        id: name,
      },
      { requiredKeys: [] },
    )
    fc.assert(
      fc.property(fields, given => {
        const json = JSON.parse(JSON.stringify(given))
        const query = Object.entries(json)
          .map(
            ([field, value]) =>
              `${field}=${encodeURIComponent(typeof value === 'string' ? value : JSON.stringify(value))}`,
          )
          .join('&')
        expect(outcome(() => eventFromQuery(query, CONTEXT))).toEqual(outcome(() => toEvent(json, CONTEXT)))
      }),
    )
  })

  test('any query is an event or an error of ours', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        'key',
        'dimensions',
        'metric',
        'at',
        'id',
        '=',
        '&',
        '%',
        '[',
        '{',
        '"',
        ']',
        '}',
        ':',
        ',',
        '1',
        'a',
        '%00',
      ),
      fc.string({ unit: 'binary', maxLength: 2 }),
    )
    fc.assert(
      fc.property(fc.array(piece), pieces => {
        outcome(() => eventFromQuery(pieces.join(''), CONTEXT))
      }),
      { numRuns: 5000 },
    )
  })
})

/** The event, or the code of a `HailWhaleError`; anything else fails the test. */
function outcome(read: () => unknown): unknown {
  try {
    return read()
  } catch (error) {
    if (error instanceof HailWhaleError) return error.code
    throw error
  }
}

test('the parameters of an event are its fields', () => {
  expect(EVENT_PARAMETERS.map(({ name }) => name)).toEqual(['key', 'dimensions', 'metrics', 'at', 'id'])
})

describe('asking', () => {
  test.each([
    ['', [[]]],
    ['_', [[]]],
    ['["_"]', [[]]],
    ['[]', [[]]],
    ['a', [['a']]],
    ['["a","b"]', [['a', 'b']]],
    ['[["_"],["a"],["a","b"]]', [[], ['a'], ['a', 'b']]],
    ['{"sales":"p1"}', [['sales', 'p1']]],
    ['{"_":null}', [['_']]],
    ['[""]', [['']]],
  ])('paths %s', (text, paths) => {
    expect(parsePathsParameter(text)).toEqual(paths)
  })

  test('one path', () => {
    expect(parsePathParameter('country', DEFAULT_LIMITS, 'by')).toEqual(['country'])
    expect(parsePathParameter('[["a"]]')).toEqual(['a'])
    expect(() => parsePathParameter('[["a"],["b"]]', DEFAULT_LIMITS, 'by')).toThrow('by: one path is wanted')
    expect(() => parsePathParameter('["a",', DEFAULT_LIMITS, 'by')).toThrow('by: ')
    expect(parseKeyParameter('')).toEqual(['_'])
    expect(parseKeyParameter('["site","blog"]')).toEqual(['site', 'blog'])
    expect(parsePathsParameter(JSON.stringify(Array.from({ length: 65 }, (_, i) => [i])))).toHaveLength(65)
  })

  test.each([
    ['', []],
    ['dollars', ['dollars']],
    ['dollars, hits', ['dollars', 'hits']],
    ['previous(dollars, 1w),rate(hits,1s)', ['previous(dollars, 1w)', 'rate(hits,1s)']],
    ['((a,b),c),d', ['((a,b),c)', 'd']],
    ['`a,b`/hits,c', ['`a,b`/hits', 'c']],
    ["f('a,b'),c", ["f('a,b')", 'c']],
    ['`a(b`,c', ['`a(b`', 'c']],
    ['a),b', ['a)', 'b']],
    ['["a,b","c"]', ['a,b', 'c']],
    ['"a,b"', ['a', 'b']],
    ['(a,b', ['(a,b']],
  ])('metrics %s', (text, metrics) => {
    expect(parseMetricsParameter(text)).toEqual(metrics)
  })

  test.each(['a,', ',', ' ', '["a",""]', '[1]', '{"a":1}', '["a"', '[["a"]]'])('refuses metrics %s', text => {
    expect(() => parseMetricsParameter(text)).toThrow(/^metrics: /)
  })
})
