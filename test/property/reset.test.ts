/** `/reset` where keys are kept for different times, and at the edge of what is kept. */
import { describe, expect, test } from 'vitest'
import { parseRetention } from '../../src/model/retention.js'
import { ServerHarness } from '../support/server-harness.js'

const NOW_MS = Date.UTC(2026, 2, 28, 22, 10, 7)

/** Counts once, resets, and answers what is drawn that is not 0. */
async function leftAfterReset(
  retention: string,
  ofBlog: string,
  reset: object,
  asked: { readonly key: string; readonly period: string },
): Promise<number[]> {
  const retentionByKey = new Map([['["site","blog"]', parseRetention(ofBlog)]])
  const harness = await ServerHarness.start({
    nowMs: NOW_MS,
    retention: parseRetention(retention),
    retentionByKey,
    inMemory: true,
  })
  try {
    const post = async (url: string, fields: object): Promise<void> => {
      const body = Buffer.from(JSON.stringify(fields))
      const headers = { 'content-type': 'application/json' }
      expect((await harness.send({ method: 'POST', url, headers, body })).status).toBe(200)
    }
    await post('/count', { key: ['site', 'blog'], dimensions: 'a' })
    await post('/reset', reset)
    const url = `/graph?key=${encodeURIComponent(asked.key)}&period=${asked.period}`
    const answer = await harness.send({ method: 'GET', url, headers: {} })
    const { overall } = JSON.parse(answer.body.toString()) as {
      overall: { points: { hits: number[] } }
    }
    return overall.points.hits.filter(hits => hits !== 0)
  } finally {
    await harness.stop()
  }
}

describe('after a reset nothing is left', () => {
  test('in a key below that keeps other intervals', async () => {
    const left = leftAfterReset(
      '10s:6h,1d:9d',
      '1m:8d,1d:9d',
      { key: 'site', from: '2026-03-28' },
      { key: '["site","blog"]', period: '1m:1h' },
    )
    expect(await left).toEqual([])
  })

  test('in a key above that keeps finer intervals, once they are added up', async () => {
    const left = leftAfterReset(
      '10s:6h,1m:6h',
      '1m:6h',
      { key: ['site', 'blog'], from: '2026-03-28' },
      { key: 'site', period: '1m:10m' },
    )
    expect(await left).toEqual([])
  })

  test.each([
    ['10s:10m,15m:5d', '10s:10m'],
    ['1m:6h,1d:9d', '1m:1h'],
  ])('in the finer interval of %s, kept from within a wider bucket on', async (retention, period) => {
    const key = '["site","blog"]'
    const left = leftAfterReset(
      retention,
      retention,
      { key: ['site', 'blog'], from: '2026-03-28' },
      { key, period },
    )
    expect(await left).toEqual([])
  })
})
