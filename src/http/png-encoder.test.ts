import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readPng } from '../../test/support/read-png.js'
import { encodePng } from './png-encoder.js'

test('opaque and clear pixels come back as they were', async () => {
  const picture = fc
    .tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }))
    .chain(([width, height]) => {
      const pixel = fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255)).map(rgb => [...rgb, 255])
      const count = { minLength: width * height, maxLength: width * height }
      const pixels = fc.array(fc.oneof(pixel, fc.constant([0, 0, 0, 0])), count)
      return fc.record({ width: fc.constant(width), height: fc.constant(height), pixels })
    })
  await fc.assert(
    fc.asyncProperty(picture, async ({ width, height, pixels }) => {
      const png = readPng(await encodePng({ width, height, pixels: Uint8Array.from(pixels.flat()) }))
      expect([png.width, png.height]).toEqual([width, height])
      expect(pixels.map((_, i) => png.at(i % width, Math.floor(i / width)))).toEqual(pixels)
    }),
  )
})

test('half clear colours are not darker for it', async () => {
  const pixels = Uint8Array.from([128, 64, 32, 128, 1, 1, 1, 1, 255, 255, 255, 200])
  const png = readPng(await encodePng({ width: 3, height: 1, pixels }))
  expect([png.at(0, 0), png.at(1, 0), png.at(2, 0)]).toEqual([
    [255, 128, 64, 128],
    [255, 255, 255, 1],
    [255, 255, 255, 200],
  ])
})

test('a picture of many bands', async () => {
  const width = 1000
  const pixels = new Uint8Array(width * width * 4).fill(255)
  for (let y = 0; y < width; y++) pixels[y * width * 4] = y % 256
  const png = readPng(await encodePng({ width, height: width, pixels }))
  expect([0, 77, 256, 999].map(y => png.at(0, y)[0])).toEqual([0, 77, 0, 999 % 256])
})
