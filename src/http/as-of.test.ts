/** Answers that are older than their questions say so. */
import { afterEach, expect, test } from 'vitest'
import { event, NOW_MS } from '../../test/support/ask.js'
import { BruteReader } from '../../test/support/brute-reader.js'
import { Access } from '../access/access.js'
import { DEFAULT_LIMITS } from '../model/limits.js'
import { Zones } from '../model/timezone.js'
import type { AsOf, DatedReader } from '../query/reader.js'
import { MergedReader } from '../whale/merged-reader.js'
import { askRoutes } from './ask-routes.js'
import { Meter } from './meter.js'
import { Recent } from './recent.js'
import { Refusals } from './refusals.js'
import { createServerApp } from './server.js'
import { guardAccess } from './token-guard.js'

const URLS = [
  ...['/plotpoints?key=shop', '/totals?key=shop&period=today', '/graph?key=shop&by=_', '/rank?key=shop'],
  ...[
    '/keys',
    '/dimensions?key=shop',
    '/metric_names?key=shop',
    '/federate?key=shop',
    '/graph?key=shop&format=csv',
  ],
]

/** A reader whose answers are as of a time, once anything was read. */
class OldReader extends BruteReader {
  constructor(readonly age: AsOf) {
    super(NOW_MS)
    this.add(event([['apples']], {}, { key: ['shop'] }))
  }

  dated(): DatedReader {
    let age: AsOf = null
    const parts = (): BruteReader[] => {
      age = this.age
      return [this]
    }
    return Object.assign(new MergedReader(parts, this), { asOf: () => age })
  }
}

let close: () => Promise<void> = async () => {}
afterEach(() => close())

async function asking(reader: BruteReader) {
  const meter = new Meter(() => [])
  const recent = new Recent()
  const log = { error: () => {}, warn: () => {} }
  const refusals = new Refusals({ meter, recent, log, now: () => NOW_MS })
  const app = createServerApp({ limits: DEFAULT_LIMITS, meter, refusals, ahead: () => false })
  guardAccess(app, { access: Access.everyone(), basePath: '' })
  askRoutes(app, { reader, zones: new Zones(), limits: DEFAULT_LIMITS, recent })
  close = () => app.close()
  return async (url: string): Promise<unknown[]> => {
    const { statusCode, headers } = await app.inject({ method: 'GET', url })
    return [url, statusCode, headers['hailwhale-as-of']]
  }
}

test.each([
  [NOW_MS - 7_000, '2026-03-01T12:34:49.000Z'],
  ['unknown', 'unknown'],
  [null, undefined],
] as const)('as of %s: %s', async (age, said) => {
  const ask = await asking(new OldReader(age))
  for (const url of URLS) expect(await ask(url)).toEqual([url, 200, said])
})

test('a reader whose answers are never old says nothing', async () => {
  const ask = await asking(new BruteReader(NOW_MS))
  for (const url of URLS) expect(await ask(url)).toEqual([url, 200, undefined])
})
