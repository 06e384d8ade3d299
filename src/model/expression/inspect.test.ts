import { describe, expect, test } from 'vitest'
import { inputsOf, isRatio, parseExpression, previousShiftsOf, shareBasis, usesLevel } from './expression.js'

describe('what is read', () => {
  test.each([
    ['dollars', ['dollars'], [], false],
    ['a/b + a*`c d` - 7', ['a', 'b', 'c d'], [], false],
    ['dollars:avg', ['dollars', 'hits'], [], false],
    ['previous(a, 1w) + previous(b, 1w) - previous(a, 1d)', ['a', 'b'], ['1w', '1d'], false],
    ['-balance:last', ['balance'], [], true],
    ['previous(level(a), 01w)', ['a'], ['1w'], true],
    ['42', [], [], false],
  ])('%s', (text, inputs, shifts, level) => {
    const expression = parseExpression(text)
    expect(inputsOf(expression)).toEqual(inputs)
    expect(previousShiftsOf(expression)).toEqual(shifts)
    expect(usesLevel(expression)).toBe(level)
  })
})

describe('what a share is measured by', () => {
  test.each([
    ['dollars/hits', 'hits'],
    ['(sales - refunds) / visitors * 100', 'visitors'],
    ['100 * (a / (b + c))', 'b + c'],
    ['-100 * a / b', 'b'],
    ['-(a / b) / (2 * 3)', 'b'],
    ['5 / hits', 'hits'],
    ['dollars:avg', 'hits'],
    ['a / b / c', 'c'],
    ['cumulative(a) / cumulative(b)', 'cumulative(b)'],
    ['previous(a / b, 1w) * 100', 'previous(b, 1w)'],
    ['average(a / b, 7)', 'average(b, 7)'],
  ])('of the ratio %s: %s', (text, basis) => {
    expect(isRatio(parseExpression(text))).toBe(true)
    expect(shareBasis(parseExpression(text)).text).toBe(basis)
  })

  test.each([
    'dollars',
    'hits / 2',
    'a * b',
    'a / b + 1',
    '(a / b) * c',
    'level(balance)',
    '1 / 2',
    'previous(a, 1w)',
  ])('of %s: itself', text => {
    const expression = parseExpression(text)
    expect(isRatio(expression)).toBe(false)
    expect(shareBasis(expression)).toBe(expression)
  })
})
