import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { expressionTrees } from '../../../test/support/expression-trees.js'
import { HailWhaleError } from '../errors.js'
import { parseExpression, printExpression, printMetric, splitExpressions } from './expression.js'

/** How a text was understood: its tree, printed. */
function understood(text: string): string {
  return printExpression(parseExpression(text).root)
}

describe('reading', () => {
  test.each([
    ['dollars', 'dollars'],
    ['  dollars/hits ', 'dollars / hits'],
    ['(sales - refunds) / visitors * 100', '(sales - refunds) / visitors * 100'],
    ['a-b-c', 'a - b - c'],
    ['a-(b-c)', 'a - (b - c)'],
    ['a/(b*c)', 'a / (b * c)'],
    ['((a)+(b*c))', 'a + b * c'],
    ['-a*b', '-a * b'],
    ['-(a*b)', '-(a * b)'],
    ['a - -b', 'a - -b'],
    ['.5*a+1e3+2.', '0.5 * a + 1000 + 2'],
    ['`CPU percent`/hits', '`CPU percent` / hits'],
    ['`a``b`', '`a``b`'],
    ['```a`', '```a`'],
    ['`hits`', 'hits'],
    ['http.200 + größe_2', 'http.200 + größe_2'],
    ['e\u0301t\u00e9', '\u00e9t\u00e9'],
    ['売上/人数', '売上 / 人数'],
    ['cumulative(a)/cumulative(b)', 'cumulative(a) / cumulative(b)'],
    ['level ( balance )', 'level(balance)'],
    ['previous(dollars/hits, 1w)', 'previous(dollars / hits, 1w)'],
    ['previous(a, 012mo)', 'previous(a, 12mo)'],
    ['previous(a, 100y)', 'previous(a, 100y)'],
    ['rate(hits,1s)', 'rate(hits, 1s)'],
    ['rate(hits,10s)', 'rate(hits, 10s)'],
    ['average(hits, 7)', 'average(hits, 7)'],
    ['dollars:sum', 'dollars'],
    ['balance:last', 'level(balance)'],
    ['dollars:avg', 'dollars / hits'],
    ['`my dollars`:average*2', '`my dollars` / hits * 2'],
    ['rate / level', 'rate / level'],
  ])('%s', (text, expected) => {
    expect(understood(text)).toBe(expected)
  })

  test('the label is the text as asked, trimmed', () => {
    expect(parseExpression('  a /b ').text).toBe('a /b')
  })
})

describe('refusing', () => {
  test.each([
    ['', 'is empty: expected a metric'],
    ['   ', 'is empty'],
    [
      'a b',
      "'a b' at character 3: expected an operator or the end, found 'b' (in a URL, a plus is written %2B)",
    ],
    ['a +', 'at character 4: expected a metric, a number, a function or (, found the end'],
    ['/a', 'at character 1: expected a metric'],
    ['(a', 'at character 3: expected an operator or ), found the end'],
    ['a)', "at character 2: expected an operator or the end, found ')'"],
    ['a,b', "expected an operator or the end, found ','"],
    ['cumulativ(a)', "at character 1: there is no function 'cumulativ': nearest is cumulative"],
    ['Level(a)', "there is no function 'Level': nearest is level"],
    ['level()', 'at character 7: expected a metric'],
    ['level(a, 1)', "at character 8: expected ), found ','"],
    ['previous(a)', 'at character 11: expected an operator, or a comma and a duration like 1w'],
    ['previous(a, 7)', "at character 13: expected a duration like 1w (units s m h d w mo y), found '7'"],
    ['previous(a, 0d)', "'0d' is not between 1s and 200y"],
    ['previous(a, 201y)', 'is not between 1s and 200y'],
    [`previous(a, ${'9'.repeat(400)}w)`, 'is no length of time'],
    ['previous(previous(a, 1w) + b, 1d)', 'at character 10: previous stands in another previous'],
    [[1, 2, 3, 4, 5, 6, 7, 8, 9].map(n => `previous(a,${n}d)`).join('+'), 'at most 8 different durations'],
    ['rate(a, 1mo)', 'at character 9: a month or a year has no fixed width'],
    ['rate(a, s)', "expected a unit of time like 1s (units s m h d w), found 's'"],
    ['average(a, 0)', 'at character 12: expected a whole number of points from 1 to 10000'],
    ['average(a, 1.5)', 'expected a whole number'],
    ['average(a, 10001)', 'expected a whole number'],
    ['dollars:summ', "at character 9: there is no conversion 'summ': nearest is sum"],
    ['dollars:', 'expected one of sum, last, avg, average, found the end'],
    ['(a):sum', "found ':'"],
    ['5xx/hits', "'5xx' is neither a number nor a duration; as a name it goes in back-quotes: `5xx`"],
    ['1.2.3', "'1.2.3' is neither a number"],
    ['5m', "expected a metric, a number, a function or (, found '5m'"],
    ['1e999', 'this number is too large'],
    ['`a', 'at character 1: this back-quote is not closed'],
    ['`a``', 'this back-quote is not closed'],
    ['``', 'cannot be empty'],
    ['`a\u0001`', 'control characters'],
    [`\`${'ü'.repeat(257)}\``, 'at most 512 bytes'],
    ['a % b', "at character 3: '%' means nothing here"],
    ['a+😀', "at character 3: '😀' means nothing here"],
    ['`a`(b)', 'expected an operator or the end'],
    ['a'.repeat(1001), 'an expression has at most 1000 characters, not 1001'],
    [`${'('.repeat(65)}a${')'.repeat(65)}`, 'nested more than 64 deep'],
    ['-'.repeat(999), 'nested more than 64 deep'],
  ])('%s', (text, message) => {
    const error = refusal(text)
    expect(error?.message).toContain(message)
    expect(error?.code).toBe('invalid_parameter')
    expect(error?.errors.map(({ field }) => field)).toEqual(['metrics'])
  })

  test('nesting of 64 and chains as long as the text may be are fine', () => {
    expect(understood(`${'('.repeat(64)}a${')'.repeat(64)}`)).toBe('a')
    expect(understood(`a${'+a'.repeat(499)}`)).toBe(`a${' + a'.repeat(499)}`)
    expect(understood([1, 2, 3, 4, 5, 6, 7, 8].map(n => `previous(a,${n}d)`).join('+'))).toContain('8d')
  })

  test('any text either parses or is refused with an error for the caller', () => {
    const words = fc.constantFrom(
      ...'a hits level( previous( average( rate( ( ) , 1w 7 1s .5 + - * / : sum last ` `` é'.split(' '),
    )
    const texts = fc.oneof(
      fc.array(fc.oneof(words, fc.constant(' ')), { maxLength: 60 }).map(parts => parts.join('')),
      fc.string({ unit: 'binary', maxLength: 40 }),
      fc.string({ unit: 'grapheme-ascii', maxLength: 1200 }),
    )
    fc.assert(
      fc.property(texts, text => {
        refusal(text)
      }),
      { numRuns: 20_000 },
    )
  })
})

/** What a text is refused with, undefined where it parses; anything but a `HailWhaleError` fails. */
function refusal(text: string): HailWhaleError | undefined {
  try {
    parseExpression(text)
    return undefined
  } catch (error) {
    expect(error).toBeInstanceOf(HailWhaleError)
    return error as HailWhaleError
  }
}

describe('printing', () => {
  test('what is printed is read back as the same tree', () => {
    fc.assert(
      fc.property(expressionTrees(), ({ node, text }) => {
        expect(parseExpression(text).root).toEqual(node)
        expect(parseExpression(printExpression(node)).root).toEqual(node)
      }),
      { numRuns: 3000 },
    )
  })

  test('any name survives its quoting', () => {
    const names = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 30 })
      .filter(name => !/[\u0000-\u001f]/.test(name))
    fc.assert(
      fc.property(names, name => {
        const expected = { kind: 'metric', name: name.normalize('NFC') }
        expect(parseExpression(printMetric(name)).root).toEqual(expected)
      }),
    )
  })
})

describe('splitting a list', () => {
  test.each([
    ['dollars,hits', ['dollars', 'hits']],
    ['previous(a, 1w), b', ['previous(a, 1w)', ' b']],
    ['`a,b`/c,`d``,e`', ['`a,b`/c', '`d``,e`']],
    ['a,,b', ['a', '', 'b']],
    ['a),b', ['a)', 'b']],
    ['', ['']],
  ])('%s', (text, expected) => {
    expect(splitExpressions(text)).toEqual(expected)
  })

  test('a joined list is split into what was joined', () => {
    fc.assert(
      fc.property(fc.array(expressionTrees(), { minLength: 1, maxLength: 4 }), trees => {
        const texts = trees.map(({ text }) => text)
        expect(splitExpressions(texts.join(','))).toEqual(texts)
      }),
    )
  })
})
