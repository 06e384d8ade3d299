import { expect, test } from 'vitest'
import { customParts, localText, timeName } from './periods.js'

test.each([
  [{ period: '15m:24h' }, 'Last 24 hours'],
  [{ period: 'seven' }, 'Last 7 days'],
  [{ period: '1h:3d' }, 'Last 3 days'],
  [{ period: '1d:1mo' }, 'Last 1 month'],
  [{ period: '03/01/2025-03/31/2025' }, '03/01/2025-03/31/2025'],
  [{ from: '2026-03-01', to: '2026-03-02T12:30', period: '1m:1h' }, '2026-03-01 – 2026-03-02 12:30'],
  [{ from: '2026-03-01T12:00Z', to: '2026-03-01T13:30Z' }, '2026-03-01 13:00 – 14:30'],
  [{ from: '2026-03-01T23:30Z' }, '2026-03-02 00:30 – now'],
  [{ from: 'yesterday noon' }, 'yesterday noon – now'],
])('%o is called %s', (view, name) => {
  expect(timeName(view, 'Europe/Berlin')).toBe(name)
})

test('the parts of a custom period', () => {
  expect(customParts('15m:12h')).toEqual({ interval: '15m', amount: '12', unit: 'h' })
  expect([customParts('today'), customParts('7m:1h')]).toEqual([null, null])
})

test('an instant in a zone, as a field for a date and a time has it', () => {
  expect(localText('2026-07-01T00:00:00+02:00', 'Asia/Tokyo')).toBe('2026-07-01T07:00')
  expect(localText('2026-07-01', 'Asia/Tokyo')).toBe('2026-07-01T00:00')
  expect(localText('2026-07-01T10:15', 'Asia/Tokyo')).toBe('2026-07-01T10:15')
})
