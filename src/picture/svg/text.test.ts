import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { brokenTo, cutTo, escaped, isolated, lineOf, widthOf } from './text.js'

const FONT = { size: 14 }
const ANY_TEXT = fc.string({ unit: 'binary', maxLength: 60 })

describe('a line', () => {
  test.each([
    ['plain', 'plain'],
    ['two\nlines\r\n\tand more', 'two lines and more'],
    ['bell\u0007', 'bell\ufffd'],
    ['\u0085\u007f', '\ufffd\ufffd'],
    ['half \ud83d of it', 'half \ufffd of it'],
    ['\ude00', '\ufffd'],
    ['\uffff', '\ufffd'],
    ['turned \u202egnp.exe', 'turned gnp.exe'],
    ['left \u2066open', 'left open'],
    ['closed\u2069 twice', 'closed twice'],
    ['😀 עברית 漢字', '😀 עברית 漢字'],
    [`z${'\u0301'.repeat(100)}`, `z${'\u0301'.repeat(4)}`],
  ])('of %j is %j', (text, line) => {
    expect(lineOf(text)).toBe(line)
  })

  test('ends somewhere', () => {
    expect(lineOf('x'.repeat(100_000)).length).toBeLessThan(2000)
  })
})

test('escaped text is what it was, and closes nothing', () => {
  expect(escaped(`<img src=x onerror="a('b')"> & more`)).not.toMatch(/[<>"']/)
  expect(escaped('&amp;')).toBe('&#38;amp;')
})

test('what may run from right to left is one piece; what doesn’t stays as it is', () => {
  expect(isolated('plain – 漢字')).toBe('plain – 漢字')
  expect(isolated('עברית')).toBe('\u2068עברית\u2069')
  expect(isolated('a مرحبا')).toBe('\u2068a مرحبا\u2069')
})

describe('cut to a width', () => {
  test('what fits stays; what doesn’t ends with an ellipsis', () => {
    expect(cutTo(200, 'search', FONT)).toBe('search')
    expect(cutTo(45, 'newsletter', FONT)).toBe('new…')
    expect(cutTo(5, 'newsletter', FONT)).toBe('')
    expect(cutTo(widthOf('new …', FONT) + 0.1, 'new things', FONT)).toBe('new…')
  })

  test('letters stay whole', () => {
    const family = '👨‍👩‍👧‍👦'
    expect(cutTo(widthOf(`${family}…`, FONT) + 1, family.repeat(3), FONT)).toBe(`${family}…`)
  })

  test('never wider than it may be', () => {
    fc.assert(
      fc.property(ANY_TEXT, fc.integer({ min: 0, max: 300 }), fc.boolean(), (text, width, bold) => {
        const line = cutTo(width, lineOf(text), { size: 14, bold })
        expect(widthOf(line, { size: 14, bold })).toBeLessThanOrEqual(width)
      }),
    )
  })
})

describe('broken into lines', () => {
  test('at spaces, and in a word that is too long', () => {
    expect(brokenTo(90, 9, 'there is no such parameter', FONT)).toEqual(['there is no', 'such', 'parameter'])
    expect(brokenTo(60, 9, 'x'.repeat(20), FONT)).toEqual(['xxxxxxx', 'xxxxxxx', 'xxxxxx'])
  })

  test('no wider and no more than there may be', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), fc.integer({ min: 40, max: 300 }), (text, width) => {
        const lines = brokenTo(width, 3, text, FONT)
        expect(lines.length).toBeLessThanOrEqual(3)
        for (const line of lines) expect(widthOf(line, FONT)).toBeLessThanOrEqual(width)
        expect(lines.every(line => line !== '')).toBe(true)
      }),
    )
  })
})
