import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { JsonError, LongInteger, parseJson } from './json.js'

describe('parseJson', () => {
  test('keeps the digits of integers that a double would round', () => {
    expect(parseJson('{"id":12345678901234567890,"n":[-99999999999999999999]}')).toEqual({
      id: new LongInteger('12345678901234567890'),
      n: [new LongInteger('-99999999999999999999')],
    })
    expect(parseJson('1234567890123456')).toBe(1234567890123456)
    expect(parseJson('[9007199254740993]')).toEqual([new LongInteger('9007199254740993')])
    expect(parseJson('[1234567890123456,0.12345678901234567890,1e400]')).toEqual([
      1234567890123456,
      0.12345678901234568,
      Infinity,
    ])
  })

  test('the reader gives what JSON.parse gives, whatever the names and spaces', () => {
    const value = fc.jsonValue({ maxDepth: 5 })
    fc.assert(
      fc.property(value, fc.constantFrom(undefined, 1, '\t'), (given, space) => {
        const text = JSON.stringify(given, null, space)
        expect(parseJson(text, true)).toEqual(JSON.parse(text))
      }),
    )
    for (const text of [
      '{"__proto__":{"a":1},"toString":2}',
      '{"a":1,"b":2,"a":3}',
      ' [ ] ',
      '"\\u00e9\\n"',
      '-0',
    ]) {
      expect(parseJson(text, true)).toEqual(JSON.parse(text))
      expect(Object.keys(Object(parseJson(text, true)))).toEqual(Object.keys(Object(JSON.parse(text))))
    }
  })

  test('the reader refuses what JSON.parse refuses', () => {
    const pieces = [
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"a"',
      '"',
      '1',
      '-',
      '0',
      '.',
      'e',
      '+',
      'true',
      'nul',
      ' ',
      '\\',
      '\n',
      '01',
    ]
    const text = fc.array(fc.constantFrom(...pieces), { maxLength: 8 }).map(parts => parts.join(''))
    fc.assert(
      fc.property(text, given => {
        let right = true
        try {
          JSON.parse(given)
        } catch {
          right = false
        }
        if (right) expect(() => parseJson(given, true)).not.toThrow()
        else expect(() => parseJson(given, true)).toThrow(JsonError)
      }),
      { numRuns: 5000 },
    )
  })

  test.each([
    ['{"a":1,}', 'expected a name in double quotes at character 8'],
    ['{"a" 1}', 'expected ":" at character 6'],
    ['[1 2]', 'expected "," or "]" at character 4'],
    ['{"a":1} x', 'expected the end at character 9'],
    ['{"a":\n  tru}', 'expected a value at line 2, character 3'],
    ["{'a':1}", 'expected a name in double quotes at character 2'],
    ['["a', 'a string without its end at character 2'],
    ['["a\tb"]', 'a control character in a string at character 4'],
    ['["\\x"]', 'a wrong escape in a string at character 3'],
    ['[1.]', 'expected a digit at character 4'],
    ['[01]', 'expected "," or "]" at character 3'],
    ['[NaN]', 'expected a value at character 2'],
    ['[', 'expected a value, but the text ended at character 2'],
    ['', 'expected a value, but the text ended at character 1'],
  ])('%s: %s', (text, message) => {
    expect(() => parseJson(text)).toThrow(message)
  })

  test('depth is no danger', () => {
    const deep = '['.repeat(100_000)
    expect(() => parseJson(deep + ']'.repeat(100_000))).not.toThrow()
    expect(() => parseJson(deep)).toThrow(JsonError)
    expect(() => parseJson(`${deep}12345678901234567890`)).toThrow(JsonError)
  })
})
