import { describe, expect, test } from 'vitest'
import { completed, metricText, offersFor, wordAt } from './completion.js'

/** The word at the bar of a text like `dol|lars/hits`. */
function at(marked: string) {
  const caret = marked.indexOf('|')
  return wordAt(marked.replace('|', ''), caret)
}

const METRICS = ['dollars', 'donors', 'hits', 'CPU %', 'päckchen', 'a`b']
const labels = (marked: string) => offersFor(at(marked)!, METRICS).map(offer => offer.label)

describe('the word at the caret', () => {
  test.each([
    ['do|llars/hits', { from: 0, until: 7, typed: 'do' }],
    ['dollars/|', { from: 8, until: 8, typed: '' }],
    ['dollars / hi|', { from: 10, until: 12, typed: 'hi' }],
    ['a+`CPU |%`*2', { from: 2, until: 9, typed: 'CPU ' }],
    ['`CP|', { from: 0, until: 3, typed: 'CP' }],
    ['2 * 1|0', null],
    ['previous(dollars, 1w|)', null],
  ])('%s', (marked, word) => {
    expect(at(marked)).toEqual(word)
  })
})

describe('what is offered', () => {
  test('metrics that start so, then functions', () => {
    expect(labels('do|')).toEqual(['dollars', 'donors'])
    expect(labels('(p|')).toEqual(['päckchen', 'previous(…, 1w)'])
    expect(labels('C|')).toEqual(['CPU %', 'cumulative(…)'])
    expect(labels('|')).toHaveLength(METRICS.length + 5)
  })

  test('nothing where the word is whole already', () => {
    expect(labels('hits|')).toEqual([])
    expect(labels('nothing|')).toEqual([])
  })
})

describe('what is taken', () => {
  const take = (marked: string, label: string) => {
    const word = at(marked)!
    const offer = offersFor(word, METRICS).find(each => each.label === label)!
    const { text, caret } = completed(marked.replace('|', ''), word, offer)
    return `${text.slice(0, caret)}|${text.slice(caret)}`
  }

  test.each([
    ['do|/hits', 'dollars', 'dollars|/hits'],
    ['C|', 'CPU %', '`CPU %`|'],
    ['1/`CP|U`', 'CPU %', '1/`CPU %`|'],
    ['cu|', 'cumulative(…)', 'cumulative(|)'],
    ['prev|', 'previous(…, 1w)', 'previous(|, 1w)'],
    ['ra|te(hits, 1s)', 'rate(…, 1s)', 'rate(|hits, 1s)'],
  ])('%s, %s', (marked, label, result) => {
    expect(take(marked, label)).toBe(result)
  })
})

test('names that are no identifiers go in back-quotes', () => {
  expect(['hits', 'a.b', 'CPU %', 'a`b', '2xx'].map(metricText)).toEqual([
    ...['hits', 'a.b', '`CPU %`', '`a``b`', '`2xx`'],
  ])
})
