import { expect, test } from 'vitest'
import { cardKey, chartKey, type KeyTarget } from './keys.js'

const target = (changed: Partial<KeyTarget> = {}): KeyTarget => ({
  ...{ points: 60, cursor: null, isZoomed: false, isBelowHome: false, ...changed },
})
const to = (index: number | null) => ({ kind: 'point', index })

test('keys move from bucket to bucket and stop at the ends', () => {
  expect(chartKey('ArrowLeft', target())).toEqual(to(59))
  expect(chartKey('ArrowLeft', target({ cursor: 59 }))).toEqual(to(58))
  expect(chartKey('ArrowLeft', target({ cursor: 0 }))).toEqual(to(0))
  expect(chartKey('ArrowRight', target({ cursor: 59 }))).toEqual(to(59))
  expect(chartKey('Home', target({ cursor: 30 }))).toEqual(to(0))
  expect(chartKey('End', target())).toEqual(to(59))
  expect(chartKey('PageDown', target({ cursor: 30 }))).toEqual(to(24))
  expect(chartKey('PageUp', target({ cursor: 57 }))).toEqual(to(59))
  expect(chartKey('x', target())).toBeNull()
  expect(chartKey('Home', target({ points: 0 }))).toBeNull()
})

test('plus zooms in, minus out where there is a way', () => {
  expect(chartKey('+', target())).toEqual({ kind: 'zoomIn' })
  expect(chartKey('-', target())).toBeNull()
  expect(chartKey('-', target({ isZoomed: true }))).toEqual({ kind: 'zoomOut' })
})

test('Escape undoes what is nearest, Backspace goes up; else the page has them', () => {
  expect(cardKey('Escape', target({ cursor: 3, isZoomed: true, isBelowHome: true }))).toEqual(to(null))
  expect(cardKey('Escape', target({ isZoomed: true, isBelowHome: true }))).toEqual({ kind: 'zoomOut' })
  expect(cardKey('Escape', target({ isBelowHome: true }))).toEqual({ kind: 'up' })
  expect(cardKey('Escape', target())).toBeNull()
  expect(cardKey('Backspace', target({ cursor: 3, isBelowHome: true }))).toEqual({ kind: 'up' })
  expect(cardKey('Backspace', target({ isZoomed: true }))).toBeNull()
})
