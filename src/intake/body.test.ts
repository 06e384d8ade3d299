import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { HailWhaleError } from '../model/errors.js'
import { DEFAULT_LIMITS } from '../model/limits.js'
import { type BodyEvents, decodeBody, eventsFromBody, wrongEventsError } from './body.js'

const CONTEXT = { nowMs: Date.UTC(2024, 5, 1), limits: DEFAULT_LIMITS }
const JSON_TYPE = 'application/json'
const NDJSON = 'application/x-ndjson'
const FORM = 'application/x-www-form-urlencoded'

function read(text: string | Buffer, type?: string, context = CONTEXT): BodyEvents {
  return eventsFromBody(Buffer.from(text as string), type, context)
}

const keys = (found: BodyEvents): string[] => found.events.map(event => event.key.join('/'))

describe('eventsFromBody', () => {
  test.each([
    ['{"key":"a"}', JSON_TYPE, ['a']],
    ['[{"key":"a"},{"key":"b"}]', JSON_TYPE, ['a', 'b']],
    ['[]', JSON_TYPE, []],
    [' [\n{"key":"a"}\n] ', 'Application/JSON; charset="UTF-8"', ['a']],
    ['\ufeff{"key":"a"}', JSON_TYPE, ['a']],
    ['{"key":"a"}', 'application/vnd.shop+json', ['a']],
    ['{"key":"a"}\n{"key":"b"}\n', NDJSON, ['a', 'b']],
    ['\r\n{"key":"a"}\r\n\r\n  \n {"key":"b"} \r\n', NDJSON, ['a', 'b']],
    ['{"key":"a"}', 'text/plain;charset=UTF-8', ['a']],
    ['{"key":"a"}\n{"key":"b"}', 'text/plain', ['a', 'b']],
    ['[{"key":"a"},\n{"key":"b"}]', 'text/plain', ['a', 'b']],
    ['{\n"key":\n"a"}', 'text/plain', ['a']],
    ['{"key":"a"}', undefined, ['a']],
    ['{"key":"a"}\n{"key":"b"}', '', ['a', 'b']],
    ['key=a&dimension=b', FORM, ['a']],
    ['pk=%C3%A9\r\n', FORM, ['é']],
    ['key=é', FORM, ['é']],
    ['{"key":"a"}', FORM, ['a']],
    ['{"key":"a"}\n{"key":"b"}', FORM, ['a', 'b']],
    ['[{"key":12345678901234567890}]', FORM, ['12345678901234567890']],
    ['{"key":12345678901234567890}\n{"key":1}', NDJSON, ['12345678901234567890', '1']],
  ])('%j as %s', (text, type, expected) => {
    const found = read(text, type)
    expect(keys(found)).toEqual(expected)
    expect(found).toMatchObject({ errors: [], wrong: 0, total: expected.length })
    expect(found.indexes).toEqual(expected.map((_, i) => i))
  })

  test.each([
    ['', JSON_TYPE, 'invalid_body', 'empty'],
    [' \n', NDJSON, 'invalid_body', 'empty'],
    ['', undefined, 'invalid_body', 'empty'],
    ['', FORM, 'invalid_body', 'empty'],
    ['\ufeff', 'text/plain', 'invalid_body', 'empty'],
    [Buffer.from([0x7b, 0xff, 0x7d]), JSON_TYPE, 'invalid_body', 'no UTF-8'],
    [Buffer.from([0xed, 0xa0, 0x80]), 'text/plain', 'invalid_body', 'no UTF-8'],
    ['{"key":"a"', JSON_TYPE, 'invalid_body', 'expected "," or "}", but the text ended at character 11'],
    ['[{"key":"a"},\n{"key":b}]', JSON_TYPE, 'invalid_body', 'expected a value at line 2, character 8'],
    ['{"key":"a"}\n{"key":"b"}', JSON_TYPE, 'invalid_body', 'application/x-ndjson'],
    ['5', JSON_TYPE, 'invalid_body', 'the body is a number'],
    ['12345678901234567890', JSON_TYPE, 'invalid_body', 'the body is a number'],
    ['null', JSON_TYPE, 'invalid_body', 'the body is null'],
    ['"a"', 'text/plain', 'invalid_body', 'the body is a string'],
    ['hello', 'text/plain', 'invalid_body', 'expected a value at character 1'],
    ['[{"key":"a"}', 'text/plain', 'invalid_body', 'text ended'],
    ['['.repeat(100_000), JSON_TYPE, 'invalid_body', 'not JSON'],
    ['{"a":'.repeat(100_000), undefined, undefined, ''],
    ['x=1', FORM, 'unknown_parameter', 'did you mean'],
    ['key=%', FORM, 'invalid_parameter', 'key'],
    ['metrics={"a":"1"}', FORM, 'invalid_event', 'metrics.a'],
    ['<a/>', 'text/xml', 'unsupported_media_type', 'application/json, application/x-ndjson, text/plain'],
    ['x', 'multipart/form-data; boundary=x', 'unsupported_media_type', 'multipart/form-data'],
    ['x', 'application/x/y+json', 'unsupported_media_type', ''],
    ['{}', 'application/json; charset=latin1', 'unsupported_media_type', 'latin1'],
    ['{}', ';', 'unsupported_media_type', ''],
  ])('%#: %s as %s', (body, type, code, why) => {
    if (code === undefined) {
      expect(read(body, type).wrong).toBe(1)
      return
    }
    expect(() => read(body, type)).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(why) }),
    )
  })

  test('wrong events are told by their index', () => {
    const found = read(
      '{"key":"a"}\n\n{"key":{}}\nnope\n{"key":"b"}\n[{"key":"c"}]\n{"at":"x","id":""}\n5',
      NDJSON,
    )
    expect(keys(found)).toEqual(['a', 'b'])
    expect(found.indexes).toEqual([0, 3])
    expect(found).toMatchObject({ wrong: 5, total: 7 })
    expect(found.errors.map(({ index, field }) => [index, field])).toEqual([
      [1, 'key'],
      [2, 'event'],
      [4, 'event'],
      [5, 'at'],
      [5, 'id'],
      [6, 'event'],
    ])
    const error = wrongEventsError(found)
    expect(error.code).toBe('invalid_event')
    expect(error.message).toContain('5 of 7 events are wrong, nothing was counted; the first: event 1, key: ')
    expect(error.errors).toBe(found.errors)
    expect(read('[{},null,12345678901234567890,"a"]', JSON_TYPE)).toMatchObject({
      wrong: 3,
      total: 4,
      indexes: [0],
    })
  })

  test('only the first errors are named, all are counted', () => {
    const found = read(`[${Array(50).fill('{"a":1,"b":2,"c":3}').join()},{}]`, JSON_TYPE)
    expect(found).toMatchObject({ wrong: 50, total: 51, indexes: [50] })
    expect(found.errors).toHaveLength(20)
  })

  test('too many events', () => {
    const context = { ...CONTEXT, limits: { ...DEFAULT_LIMITS, eventsPerRequest: 3 } }
    expect(read('[{},{},{}]', JSON_TYPE, context).total).toBe(3)
    expect(read('{}\n{}\n{}', NDJSON, context).total).toBe(3)
    for (const [text, type] of [
      ['[{},{},{},{}]', JSON_TYPE],
      ['{}\nx\n{}\n{}', NDJSON],
    ] as const) {
      expect(() => read(text, type, context)).toThrow(expect.objectContaining({ code: 'body_too_large' }))
    }
  })

  test('any body is read, or refused with an error of ours', () => {
    const type = fc.constantFrom(undefined, JSON_TYPE, NDJSON, 'text/plain', FORM)
    const field = fc.constantFrom('key', 'pk', 'dimensions', 'metrics', 'at', 'id', '__proto__', 'x')
    const events = fc.array(fc.dictionary(field, fc.jsonValue({ maxDepth: 3 })), { maxLength: 3 })
    const body = fc.oneof(
      fc.uint8Array({ maxLength: 30 }).map(bytes => Buffer.from(bytes)),
      fc.string({ unit: 'binary' }).map(text => Buffer.from(text)),
      events.map(list => Buffer.from(JSON.stringify(list))),
      events.map(list => Buffer.from(list.map(event => JSON.stringify(event)).join('\n'))),
      fc
        .tuple(events, fc.nat(80))
        .map(([list, length]) => Buffer.from(JSON.stringify(list).slice(0, length))),
    )
    fc.assert(
      fc.property(body, type, (bytes, contentType) => {
        try {
          const found = eventsFromBody(bytes, contentType, CONTEXT)
          expect(found.events.length + found.wrong).toBe(found.total)
          expect(found.errors.length > 0).toBe(found.wrong > 0)
        } catch (error) {
          expect(error).toBeInstanceOf(HailWhaleError)
        }
      }),
      { numRuns: 1000 },
    )
  })
})

describe('decodeBody', () => {
  const plain = Buffer.from('{"key":"a"}'.repeat(100))

  test.each([
    [undefined, plain],
    ['', plain],
    ['identity', plain],
    ['gzip', gzipSync(plain)],
    ['X-GZIP', gzipSync(plain)],
    ['br', brotliCompressSync(plain)],
    ['deflate', deflateSync(plain)],
    ['deflate', deflateRawSync(plain)],
    ['gzip, br', brotliCompressSync(gzipSync(plain))],
  ])('%s', async (encoding, bytes) => {
    expect((await decodeBody(bytes, encoding, DEFAULT_LIMITS)).equals(plain)).toBe(true)
  })

  test.each([
    ['gzip', plain, 'invalid_body'],
    ['gzip', gzipSync(plain).subarray(0, 20), 'invalid_body'],
    ['br', plain, 'invalid_body'],
    ['deflate', Buffer.alloc(0), 'invalid_body'],
    ['deflate', plain, 'invalid_body'],
    ['zstd', plain, 'unsupported_media_type'],
    ['gzip, gzip, gzip', plain, 'unsupported_media_type'],
    ['__proto__', plain, 'unsupported_media_type'],
    ['gzip', gzipSync(Buffer.alloc(2000)), 'body_too_large'],
    ['br', brotliCompressSync(Buffer.alloc(2000)), 'body_too_large'],
    [undefined, Buffer.alloc(2000), 'body_too_large'],
  ])('refuses %s %#', async (encoding, bytes, code) => {
    const limits = { ...DEFAULT_LIMITS, bodyBytes: 1500 }
    await expect(decodeBody(bytes, encoding, limits)).rejects.toThrow(expect.objectContaining({ code }))
  })
})
