import { expect, test } from 'vitest'
import { zonesWith } from './zones.js'

test('zones are found by a part of their name, old or new', () => {
  expect(zonesWith('KATH')).toEqual(['Asia/Kathmandu'])
  expect(zonesWith('kiev')).toEqual(zonesWith('kyiv'))
  expect(zonesWith('new york')).toEqual(['America/New_York'])
  expect(zonesWith('')[0]).toBe('UTC')
  expect(zonesWith('atlantis')).toEqual([])
})
