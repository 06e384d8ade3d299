import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { curlLine, DEFAULT_VIEW, parsePath, pathText, queryOf, viewFrom } from './view.js'

const path = fc.array(fc.string({ unit: 'binary' }), { minLength: 1, maxLength: 4 })

describe('view', () => {
  test('what a path is written as is read as the same path', () => {
    fc.assert(
      fc.property(path, names => {
        expect(parsePath(pathText(names))).toEqual(names)
      }),
    )
    expect(pathText(['search'])).toBe('search')
    expect(pathText(['{"a"}'])).toBe('["{\\"a\\"}"]')
    expect(parsePath('["not json')).toEqual(['["not json'])
  })

  test('the address shows the view again', () => {
    const text = fc.string({ minLength: 1 })
    fc.assert(
      fc.property(path, fc.array(text, { maxLength: 3 }), text, text, (key, by, metrics, period) => {
        const view = { key, by, metrics, period }
        expect(viewFrom(new URLSearchParams(queryOf(view)))).toEqual(view)
      }),
    )
    expect(queryOf(DEFAULT_VIEW)).toBe('')
    expect(viewFrom(new URLSearchParams(''))).toEqual(DEFAULT_VIEW)
  })

  test('the line to type counts where the page looks', () => {
    const base = 'https://example.com/stats/'
    expect(curlLine(DEFAULT_VIEW, base)).toBe(
      `curl -g 'https://example.com/stats/count?dimension=services&metric={"dollars":200}'`,
    )
    expect(curlLine({ ...DEFAULT_VIEW, key: ["it's", 'b'] }, base)).toContain(
      'count?key=%5B%22it%27s%22%2C%22b%22%5D&dim',
    )
  })
})
