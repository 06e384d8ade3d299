import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { addEvent } from '../../hail/add-event.js'
import { LineFiller } from '../../hail/line-filler.js'
import type { CountEvent } from '../../model/event.js'
import { DEFAULT_LIMITS } from '../../model/limits.js'
import { type Batch, BatchBuilder, Interner } from '../../rollup/batch.js'
import { eventsFromBody } from '../body.js'
import { EventScanner } from './event-scanner.js'

const NOW_MS = Date.UTC(2026, 2, 1, 12, 30)
const CONTEXT = { nowMs: NOW_MS, limits: DEFAULT_LIMITS }

/** What a batch says, in words, whatever numbers its interner gave out. */
function spelled(batch: Batch): unknown[] {
  const { nodes, shapes } = batch.interner
  const path = (node: number): string =>
    node === 0 ? '' : `${path(nodes.parent[node]!)}/${nodes.kind[node]}:${nodes.nameOf(node)}`
  return Array.from({ length: batch.count }, (_, e) => {
    const names = shapes.names[batch.shapes[e]!]!
    const values = batch.values.subarray(e === 0 ? 0 : batch.valueEnd[e - 1]!, batch.valueEnd[e]!)
    const leaves = batch.leaves.subarray(e === 0 ? 0 : batch.leafEnd[e - 1]!, batch.leafEnd[e]!)
    const guard = batch.guardCount > 0 ? batch.eventGuard[e]! : -1
    return {
      tick: batch.ticks[e],
      leaves: [...leaves].map(path).sort(),
      metrics: Object.fromEntries(names.map((name, i) => [name, values[i]])),
      guard:
        guard < 0 ? null : Buffer.from(batch.guards.subarray(guard * 16, guard * 16 + 16)).toString('hex'),
    }
  })
}

function byParser(body: Buffer): unknown[] | null {
  let events: readonly CountEvent[]
  try {
    const found = eventsFromBody(body, 'application/x-ndjson', CONTEXT)
    if (found.wrong > 0) return null
    events = found.events
  } catch {
    return null
  }
  const builder = new BatchBuilder(new Interner())
  for (const event of events) addEvent(builder, event, -1)
  return spelled(builder.finish(NOW_MS))
}

function byFiller(body: Buffer, filler = new LineFiller(), interner = new Interner()): unknown[] | null {
  const builder = new BatchBuilder(interner)
  return filler.fill(body, builder, CONTEXT) ? spelled(builder.finish(NOW_MS)) : null
}

const name = fc.oneof(
  fc.constantFrom(
    'a',
    'b',
    'web',
    'sku-0012',
    '_',
    '__proto__',
    'x y',
    '…',
    'é',
    'e\u0301',
    'hits',
    '0',
    '12',
    '"',
    '\\',
    '\n',
  ),
  fc.string({ maxLength: 4 }),
  fc.constantFrom('n'.repeat(64), 'n'.repeat(65), ''),
)
const number = fc.oneof(
  fc.integer(),
  fc.integer({ min: -999, max: 99_999 }).map(cents => cents / 100),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.constantFrom(0, -0, 1e15, 1e16, 123_456_789_012_345, 0.1, 1e-7, 5e-324),
)
const dimensions: fc.Memo<unknown> = fc.memo(
  (depth): fc.Arbitrary<unknown> =>
    depth <= 1
      ? fc.oneof(name, fc.integer({ min: -3, max: 2000 }), fc.boolean(), fc.constant(null), number)
      : fc.dictionary(
          name,
          fc.oneof({ weight: 3, arbitrary: dimensions(1) }, dimensions(depth - 1), fc.array(name)),
          { maxKeys: 4 },
        ),
)
const event = fc.record(
  {
    at: fc.oneof(
      fc.integer({ min: 0, max: NOW_MS / 1000 + 700 }),
      fc.integer({ min: 1e11, max: NOW_MS + 700_000 }),
      fc.double({ min: 0, max: 2e9, noNaN: true }),
      fc.constantFrom('2026-03-01T00:00:00Z', -1),
    ),
    key: fc.oneof(fc.constantFrom('store', '_', ''), name, fc.array(name, { maxLength: 3 })),
    dimensions: fc.oneof(dimensions(3), dimensions(9), name, fc.array(name)),
    metrics: fc.oneof(fc.dictionary(name, number, { maxKeys: 9 }), name, fc.array(name, { maxLength: 3 })),
    id: fc.oneof(name, fc.string({ maxLength: 140 })),
  },
  { requiredKeys: [] },
)
/** Lines as programs write them, most of them plain. */
const line = fc.oneof(
  { weight: 4, arbitrary: event.map(value => JSON.stringify(value)) },
  event.map(value => JSON.stringify(value, null, 1).replaceAll('\n', ' ')),
  fc
    .tuple(
      event,
      fc.nat(200),
      fc.constantFrom('', '{', '}', '"', ',', ':', '0', '.', '-', ' ', '\\', '\u0000'),
    )
    .map(([value, at, sign]) => {
      const text = JSON.stringify(value)
      return text.slice(0, at) + sign + text.slice(at + 1)
    }),
  fc.constantFrom(
    '{}',
    '',
    '{"key":"a","dimensions":{"a":1,"a":2}}',
    '{"key":"a","metrics":{"x":1,"x":2}}',
    '{"at":1,"at":2,"key":"a"}',
  ),
)

describe('the fast road', () => {
  test('reads what the full parser reads, and leaves the rest to it', () => {
    const filler = new LineFiller()
    const interner = new Interner()
    fc.assert(
      fc.property(
        fc.array(line, { minLength: 1, maxLength: 5 }),
        fc.constantFrom('\n', '\r\n'),
        (lines, end) => {
          const body = Buffer.from(lines.join(end))
          const fast = byFiller(body, filler, interner)
          if (fast !== null) expect(fast).toEqual(byParser(body))
        },
      ),
      { numRuns: 3000 },
    )
  })

  test('bytes that are no text are left to the full parser', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), fc.nat(60), (noise, at) => {
        const good = Buffer.from('{"at":1700000000,"key":"k","dimensions":{"a":"b"},"metrics":{"x":1}}\n')
        const body = Buffer.concat([good.subarray(0, at), noise, good.subarray(at)])
        const fast = byFiller(body)
        if (fast !== null) expect(fast).toEqual(byParser(body))
      }),
      { numRuns: 3000 },
    )
  })

  test('the workload is read without the full parser', () => {
    const lines = [
      '{"at":1700006400,"key":"store","dimensions":{"channel":{"web":"sku-0012"},"country":"AC"},"metrics":{"hits":1,"dollars":12.34}}',
      '{"at":1700006400123,"key":"store","dimensions":{"n":5,"ok":true,"none":null},"metrics":{"dollars":-0.5},"id":"x"}',
      '{"key":"store"}',
      '{"key":"store","metrics":{"a":1}}',
    ]
    for (const text of lines) {
      const bytes = Buffer.from(text)
      const interner = new Interner()
      const builder = new BatchBuilder(interner)
      const scanner = new EventScanner(interner, DEFAULT_LIMITS, () => new Uint8Array(16))
      expect(scanner.scanLine(bytes, 0, builder, CONTEXT)).toBe(bytes.length)
      expect(byFiller(bytes)).toEqual(byParser(bytes))
    }
  })

  test('lower limits are for the full parser to judge', () => {
    const limits = { ...DEFAULT_LIMITS, nameBytes: 10 }
    const interner = new Interner()
    const scanner = new EventScanner(interner, limits, () => new Uint8Array(16))
    const bytes = Buffer.from('{"key":"store"}')
    expect(scanner.scanLine(bytes, 0, new BatchBuilder(interner), { nowMs: NOW_MS, limits })).toBe(-1)
  })
})
