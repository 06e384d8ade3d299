import { describe, expect, test } from 'vitest'
import { attributesFor, changed, filled, viewFrom, writeView } from './view.js'

const query = (text: string) => new URLSearchParams(text)

function written(view: Record<string, string>): string {
  const into = query('')
  writeView(view, into)
  return into.toString()
}

describe('a view in an address', () => {
  test('is read back as it was written; what goes without saying is left out', () => {
    const view = {
      ...{ key: '["a","b"]', by: 'it\'s "x"&y=z', metrics: 'dollars/(hits+1)', from: '2026-03-01T12:00Z' },
      ...{ type: 'share', compare: '', tz: 'Europe/Berlin', threshold: '0' },
    }
    expect(viewFrom(query(written(view)))).toEqual(view)
    expect(written({ key: '_', metrics: 'hits', period: '1m:1h' })).toBe('')
    expect(viewFrom(query('key=&metrics=&x=1&compare'))).toEqual({ compare: '' })
  })

  test('says every default in full, and no period beside a range', () => {
    expect(filled({ by: 'x' })).toEqual({ key: '_', metrics: 'hits', period: '1m:1h', by: 'x' })
    expect(filled({ from: '2026-03-01', period: '15m:24h' })).toEqual({
      ...{ key: '_', metrics: 'hits', from: '2026-03-01' },
    })
  })
})

describe('a choice', () => {
  test('of another key leaves the dimension behind, of a period the range', () => {
    const view = { key: 'shop', by: 'channel', from: '2026-03-01', to: '2026-03-02', interval: '1h' }
    expect(changed(view, { key: 'site' })).toEqual({
      ...{ key: 'site', from: '2026-03-01', to: '2026-03-02', interval: '1h' },
    })
    expect(changed(view, { period: 'today' })).toEqual({ key: 'shop', by: 'channel', period: 'today' })
  })

  test('of a range keeps the period to come back to; null and empty texts go', () => {
    expect(changed({ period: '15m:24h' }, { from: '2026-03-01', to: null })).toEqual({
      ...{ period: '15m:24h', from: '2026-03-01' },
    })
    expect(changed({ tz: 'UTC', format: 'EUR' }, { tz: null, format: '', compare: '' })).toEqual({
      compare: '',
    })
  })
})

test('an element gets the attributes that it knows', () => {
  const view = { key: 'shop', type: 'bars', threshold: '0.2', format: 'EUR' }
  expect(attributesFor('graph', view)).toEqual(view)
  expect(attributesFor('number', view)).toEqual({ key: 'shop', format: 'EUR' })
})
