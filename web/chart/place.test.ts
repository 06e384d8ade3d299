import { expect, test } from 'vitest'
import { placeBeside } from './place.js'

const AROUND = { width: 400, height: 200 }
const SIZE = { width: 120, height: 80 }

test('right of the point, as high as it', () => {
  expect(placeBeside({ left: 100, top: 100 }, SIZE, AROUND)).toEqual({ left: 114, top: 60 })
})

test('left of it where there is no room at the right', () => {
  expect(placeBeside({ left: 300, top: 100 }, SIZE, AROUND)).toEqual({ left: 166, top: 60 })
})

test('never outside, whatever the point and however large it is', () => {
  for (const width of [0, 120, 300, 400, 500]) {
    for (let left = -50; left <= 450; left += 25) {
      for (let top = -50; top <= 250; top += 25) {
        const at = placeBeside({ left, top }, { width, height: 80 }, AROUND)
        expect(at.left).toBeGreaterThanOrEqual(0)
        expect(at.top).toBeGreaterThanOrEqual(0)
        expect(at.left + Math.min(width, 400)).toBeLessThanOrEqual(400)
        expect(at.top + 80).toBeLessThanOrEqual(200)
      }
    }
  }
})
