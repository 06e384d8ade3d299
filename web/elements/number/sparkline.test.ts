import { expect, test } from 'vitest'
import { sparkline } from './sparkline.js'

test('a line from left to right, its largest value on top, zero at the bottom', () => {
  expect(sparkline([0, 10, 5])).toEqual({
    line: 'M0 29L50 3L100 16',
    open: '',
    area: 'M0 29L0 29L50 3L100 16L100 29Z',
    end: 'M100 16h0',
  })
})

test('the bucket that is still being counted is a piece of its own', () => {
  expect(sparkline([0, 10, 5], true)).toMatchObject({ line: 'M0 29L50 3', open: 'M50 3L100 16' })
  expect(sparkline([10, 0], true)).toMatchObject({ line: '', open: 'M0 3L100 29' })
})

test('zero is within: above what is negative, below what is far from it', () => {
  expect(sparkline([-10, -5]).line).toBe('M0 29L100 16')
  expect(sparkline([100, 110]).line).toBe('M0 5.36L100 3')
  expect(sparkline([0, 0, 0]).line).toBe('M0 29L50 29L100 29')
})

test('one value is a level, none is nothing', () => {
  expect(sparkline([7]).line).toBe('M0 3L100 3')
  expect(sparkline([])).toEqual({ line: '', open: '', area: '', end: '' })
})

test('a long course is drawn by the means of its neighbours', () => {
  const line = sparkline(Array.from({ length: 960 }, (_, i) => i % 10)).line
  expect(line.match(/[ML]/g)).toHaveLength(96)
  expect(
    new Set(
      line
        .slice(1)
        .split('L')
        .map(point => point.split(' ')[1]),
    ),
  ).toEqual(new Set(['3']))
})
