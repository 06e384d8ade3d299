import { describe, expect, test } from 'vitest'
import { HailWhaleError } from '../model/errors.js'
import type { CountEvent } from '../model/event.js'
import { DEFAULT_LIMITS } from '../model/limits.js'
import { readEvent, toEvent } from './event.js'
import { parseJson } from './json.js'

const NOW = Date.UTC(2024, 5, 1)
const CONTEXT = { nowMs: NOW, limits: DEFAULT_LIMITS }
const read = (json: string): CountEvent => toEvent(parseJson(json) as Record<string, unknown>, CONTEXT)

function errorOf(json: string): HailWhaleError {
  try {
    read(json)
  } catch (error) {
    if (error instanceof HailWhaleError) return error
    throw error
  }
  throw new Error(`taken: ${json}`)
}

describe('toEvent', () => {
  test('nothing is an event too', () => {
    expect(read('{}')).toEqual({ key: ['_'], paths: [], metrics: new Map([['hits', 1]]), atMs: NOW })
    expect(read('{"key":null,"dimensions":null,"metrics":null,"at":null,"id":null}')).toEqual(read('{}'))
    expect(toEvent({ key: undefined, pk: 'a', id: undefined }, CONTEXT).key).toEqual(['a'])
    expect(toEvent({ key: null, pk: 'a', metric: null }, CONTEXT).key).toEqual(['a'])
  })

  test('everything', () => {
    const event = {
      key: ['site', 'blog'],
      paths: [['sales', 'p1']],
      metrics: new Map([
        ['dollars', -2000],
        ['hits', 1],
      ]),
      atMs: 1_700_000_000_000,
      id: 'x1',
    }
    const rest = '"at":1700000000,"id":"x1"'
    expect(
      read(`{"key":["site","blog"],"dimensions":{"sales":"p1"},"metrics":{"dollars":-2000},${rest}}`),
    ).toEqual(event)
    expect(
      read(`{"pk":["site","blog"],"dimension":["sales","p1"],"metric":{"dollars":-2e3},${rest}}`),
    ).toEqual(event)
    expect(
      read(`{"category":["site","blog"],"dimension":[["sales","p1"]],"metric":{"dollars":-2000},${rest}}`),
    ).toEqual(event)
  })

  test.each([
    [
      '"clicks"',
      [
        ['clicks', 1],
        ['hits', 1],
      ],
    ],
    [
      '["a","b"]',
      [
        ['a', 1],
        ['b', 1],
        ['hits', 1],
      ],
    ],
    ['[]', [['hits', 1]]],
    ['{}', [['hits', 1]]],
    ['"hits"', [['hits', 1]]],
    [
      '{"hits":5,"a":0}',
      [
        ['hits', 5],
        ['a', 0],
      ],
    ],
    [
      '{"__proto__":2,"constructor":3}',
      [
        ['__proto__', 2],
        ['constructor', 3],
        ['hits', 1],
      ],
    ],
    [
      '{"n":12345678901234567890}',
      [
        ['n', Number('12345678901234567890')],
        ['hits', 1],
      ],
    ],
    [
      '{"cafe\\u0301":1}',
      [
        ['café', 1],
        ['hits', 1],
      ],
    ],
  ])('metrics %s', (json, entries) => {
    expect([...read(`{"metrics":${json}}`).metrics]).toEqual(entries)
  })

  test.each([
    ['"store"', ['store']],
    ['""', ['_']],
    ['[]', ['_']],
    ['"_"', ['_']],
    ['["_"]', ['_']],
    ['["a",""]', ['a', '']],
    ['5', ['5']],
    ['12345678901234567890', ['12345678901234567890']],
    ['"__proto__"', ['__proto__']],
  ])('key %s', (json, key) => {
    expect(read(`{"key":${json}}`).key).toEqual(key)
  })

  test.each([
    ['"a"', 'a'],
    ['7', '7'],
    ['12345678901234567890', '12345678901234567890'],
    [`"${'é'.repeat(64)}"`, 'é'.repeat(64)],
  ])('id %s', (json, id) => {
    expect(read(`{"id":${json}}`).id).toBe(id)
  })

  test.each([
    ['{"key":{"a":1}}', 'key', 'not an object'],
    ['{"pk":[["a"]]}', 'pk', 'an array of names'],
    [`{"key":${JSON.stringify(Array(17).fill('a'))}}`, 'key', 'deeper than 16'],
    ['{"key":"a\\u0007"}', 'key', 'control character'],
    ['{"key":"a","pk":"a"}', 'pk', 'means the same as key'],
    ['{"dimension":"a","dimensions":"b"}', 'dimensions', 'means the same as dimension'],
    ['{"metric":"a","metrics":"b"}', 'metrics', 'means the same as metric'],
    ['{"metrics":""}', 'metrics', 'empty name'],
    ['{"metrics":{"":1}}', 'metrics', 'empty name'],
    ['{"metrics":{"dollars":"500"}}', 'metrics.dollars', 'not a string (leave the quotes out)'],
    ['{"metric":{"dollars":"many"}}', 'metric.dollars', 'must be a finite number, not a string'],
    ['{"metrics":{"dollars":null}}', 'metrics.dollars', 'not null'],
    ['{"metrics":{"dollars":true}}', 'metrics.dollars', 'not a boolean'],
    ['{"metrics":{"dollars":[1]}}', 'metrics.dollars', 'not an array'],
    ['{"metrics":{"dollars":1e400}}', 'metrics.dollars', 'finite'],
    [`{"metrics":{"dollars":1${'0'.repeat(400)}}}`, 'metrics.dollars', 'finite'],
    ['{"metrics":5}', 'metrics', 'not a number'],
    ['{"metrics":12345678901234567890}', 'metrics', 'not a number'],
    ['{"metrics":[1]}', 'metrics', 'not a number'],
    ['{"metrics":["a","a"]}', 'metrics', 'named twice'],
    ['{"metrics":{"\\u00e9":1,"e\\u0301":1}}', 'metrics', 'named twice'],
    [
      `{"metrics":${JSON.stringify(Array.from({ length: 64 }, (_, i) => `m${i}`))}}`,
      'metrics',
      'more than 64 metrics',
    ],
    ['{"at":"yesterday"}', 'at', 'is no time'],
    ['{"at":1e10}', 'at', 'ahead'],
    ['{"id":""}', 'id', 'empty'],
    ['{"id":true}', 'id', 'not a boolean'],
    ['{"id":["a"]}', 'id', 'not an array'],
    ['{"id":"a\\n"}', 'id', 'control character'],
    ['{"id":"\\udc00"}', 'id', 'surrogate'],
    [`{"id":"${'é'.repeat(64)}x"}`, 'id', 'longer than 128 bytes'],
    ['{"dimensoins":"a"}', 'dimensoins', 'did you mean dimensions?'],
    ['{"Key":"a"}', 'Key', 'did you mean key?'],
    ['{"__proto__":1}', '__proto__', 'no such field'],
    ['{"toString":1}', 'toString', 'no such field'],
    [`{"${'z'.repeat(100_000)}":null}`, `${'z'.repeat(40)}…`, 'no such field'],
  ])('refuses %s', (json, field, why) => {
    const error = errorOf(json)
    expect(error.code).toBe('invalid_event')
    expect(error.errors).toHaveLength(1)
    expect(error.errors[0]!.field).toBe(field)
    expect(error.errors[0]!.message).toContain(why)
    expect(error.message).toContain(field)
  })

  test('takes 63 metrics and hits', () => {
    expect(
      read(`{"metrics":${JSON.stringify(Array.from({ length: 63 }, (_, i) => `m${i}`))}}`).metrics.size,
    ).toBe(64)
  })

  test('too many sums', () => {
    const dimensions = Array.from({ length: 60 }, (_, i) => [`d${i}`])
    const metrics = Array.from({ length: 16 }, (_, i) => `m${i}`)
    expect(errorOf(JSON.stringify({ dimensions, metrics })).message).toContain('61 paths')
    expect(read(JSON.stringify({ dimensions, metrics: metrics.slice(1) })).metrics.size).toBe(16)
  })

  test('all wrong fields are named, each once', () => {
    const error = errorOf(
      '{"key":{},"dimension":[["a"],1],"metrics":{"a":"1"},"at":"x","id":"","foo":1,"bar":2}',
    )
    expect(error.errors.map(({ field }) => field).sort()).toEqual([
      'at',
      'bar',
      'dimension',
      'foo',
      'id',
      'key',
      'metrics.a',
    ])
    const many = Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`x${i}`, i]))
    expect(errorOf(JSON.stringify(many)).errors).toHaveLength(20)
  })

  test('readEvent stops at the first', () => {
    expect(() => readEvent({ key: {}, at: 'x' }, CONTEXT)).toThrow('key: ')
  })
})
