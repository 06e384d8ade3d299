import { expect, test } from 'vitest'
import { readingAt } from './reading.js'
import { sampleView } from './stage/sample.js'
import { rowsShown } from './tooltip.js'

const colours = (name: string) => name
const START_MS = Date.parse('2026-10-25T00:00Z')
const POINTS = { a: [3, 1.5], b: [1, 2] }

test('the time of the bucket in the zone and the language, each line in the order of the legend', () => {
  const view = sampleView({
    points: POINTS,
    startMs: START_MS,
    intervalMs: 3_600_000,
    tz: 'Europe/Berlin',
    locale: 'de',
  })
  const { time, rows } = readingAt(view, 1, colours)
  expect(time).toBe('So., 25. Okt., 02:00')
  expect(rows.map(({ colour, name, value, beside }) => [colour, name, value, beside])).toEqual([
    ['overall', 'Overall', '3,5', ''],
    ['line-0', 'a', '1,5', ''],
    ['line-1', 'b', '2,0', ''],
  ])
})

test('shares stand beside the values, of the parts that are drawn', () => {
  const { rows } = readingAt(sampleView({ points: POINTS, type: 'share' }), 0, colours)
  expect(rows.map(({ name, value, beside }) => [name, value, beside])).toEqual([
    ['Overall', '4', ''],
    ['a', '3', '75%'],
    ['b', '1', '25%'],
  ])
})

test('so does the period before', () => {
  const view = sampleView({ points: POINTS, format: 'EUR' })
  const { rows } = readingAt({ ...view, before: new Map([['series a', [2, 7]]]) }, 1, colours)
  expect(rows.map(({ name, value, beside }) => [name, value, beside])).toEqual([
    ['Overall', '€3.50', ''],
    ['a', '€1.50', '€7.00'],
    ['b', '€2.00', ''],
  ])
})

test('what is missing or no number reads as 0, as it is drawn', () => {
  const view = sampleView({ points: { a: [Number.NaN] }, overall: [] })
  expect(readingAt(view, 0, colours).rows.map(({ value }) => value)).toEqual(['0', '0'])
})

test('as many lines as there is room for, at most twelve; the last place is for how many more there are', () => {
  expect(rowsShown(5, 400)).toBe(5)
  expect(rowsShown(12, 400)).toBe(12)
  expect(rowsShown(13, 400)).toBe(11)
  expect(rowsShown(40, 200)).toBe(6)
  expect(rowsShown(3, 20)).toBe(1)
})
