import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeRow, encodeRow, mergeRow, RowCells } from './row.js'
import { RowCursor } from './row-cursor.js'
import { addSums } from './sum.js'

type Cells = readonly (readonly [metric: string, position: number, value: number])[]

const metric = fc.oneof(
  fc.constantFrom('hits', 'dollars', '', '_', 'CPU percent', '…', 'ünï', 'hits2'),
  fc.string({ maxLength: 40, unit: 'grapheme' }),
)
const value = fc.oneof(
  fc.integer({ min: -3, max: 300 }),
  fc.integer({ min: -1_000_000, max: 1_000_000 }).map(n => n / 100),
  fc.integer({ min: -1_000_000, max: 1_000_000 }).map(n => n / 10_000),
  fc.maxSafeInteger(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
)
const cellList = (values: fc.Arbitrary<number>): fc.Arbitrary<Cells> =>
  fc.array(fc.tuple(metric, fc.integer({ min: 0, max: 95 }), values), { maxLength: 150 })

function rowOf(cells: Cells): RowCells {
  const row = new RowCells()
  for (const [name, position, amount] of cells) row.add(name, position, amount)
  return row
}

function modelOf(...lists: Cells[]): Map<string, number> {
  const model = new Map<string, number>()
  for (const [name, position, amount] of lists.flat()) {
    const cell = `${position} ${name}`
    model.set(cell, addSums(model.get(cell) ?? 0, amount))
  }
  return model
}

function cellsOf(row: RowCells): Map<string, number> {
  const cells = new Map<string, number>()
  for (const column of row.columns) {
    expect(column.positions).toEqual([...new Set(column.positions)].sort((a, b) => a - b))
    column.positions.forEach((position, i) => {
      cells.set(`${position} ${column.metric}`, column.values[i]!)
    })
  }
  return cells
}

function expectClose(actual: Map<string, number>, expected: Map<string, number>, relative: number): void {
  expect([...actual.keys()].sort()).toEqual([...expected.keys()].sort())
  for (const [cell, want] of expected) {
    const got = actual.get(cell)!
    if (Number.isSafeInteger(want)) expect(got).toBe(want + 0)
    else expect(Math.abs(got - want)).toBeLessThanOrEqual(Math.abs(want) * relative)
  }
}

describe('encodeRow and decodeRow', () => {
  test('give back every cell: integers exactly, others to 1e-15', () => {
    fc.assert(
      fc.property(fc.oneof(cellList(value), cellList(fc.integer({ min: 0, max: 3 }))), cells => {
        expectClose(cellsOf(decodeRow(encodeRow(rowOf(cells)))), modelOf(cells), 1e-15)
      }),
      { numRuns: 2000 },
    )
  })

  test('keep the edges of what a double holds', () => {
    for (const edge of [
      0,
      -0,
      2 ** 53 - 1,
      -(2 ** 53 - 1),
      2 ** 60,
      1e300,
      -1e-300,
      5e-324,
      63,
      64,
      -63,
      -64,
      127,
      128,
    ]) {
      for (const beside of [1, -1, 0.25, 1e-9]) {
        const row = decodeRow(
          encodeRow(
            rowOf([
              ['m', 3, edge],
              ['m', 4, beside],
              ['n', 3, edge],
            ]),
          ),
        )
        expect(row.columns.map(column => column.values)).toEqual([[edge + 0, beside], [edge + 0]])
      }
    }
  })

  test('write decimals as decimals, so that a sum sheds its dust', () => {
    const row = rowOf([
      ['dollars', 0, 0.1],
      ['dollars', 0, 0.2],
      ['dollars', 1, 19.99],
    ])
    expect(decodeRow(encodeRow(row)).columns[0]!.values).toEqual([0.3, 19.99])
    expect(encodeRow(row).length).toBeLessThan(18)
  })

  test('keep a bucket that was counted and sums to 0', () => {
    expect(
      cellsOf(
        decodeRow(
          encodeRow(
            rowOf([
              ['m', 5, 7],
              ['m', 5, -7],
            ]),
          ),
        ),
      ),
    ).toEqual(new Map([['5 m', 0]]))
  })

  test('write the bytes of the example in docs/format/rows.md: they never change', () => {
    const row = new RowCells()
    for (const [position, hits, dollars] of [
      [5, 2, 1.25],
      [6, 1, 0],
      [7, 4, 300],
    ] as const) {
      row.add('hits', position, hits)
      row.add('dollars', position, dollars)
    }
    const dollars = `08${Buffer.from('dollars').toString('hex')}24${'7d'}${'00'}${'b0ea01'}`
    expect(Buffer.from(encodeRow(row)).toString('hex')).toBe(`01${'000105030201'}04${dollars}`)
  })

  test('are small', () => {
    const single = rowOf([['dollars', 17, 250]])
    expect(encodeRow(single).length).toBeLessThanOrEqual(13)
    const full = new RowCells()
    for (let i = 0; i < 60; i++) {
      full.add('hits', i, (i * 7) % 50)
      full.add('dollars', i, ((i * 7919) % 5000) / 100)
    }
    expect(encodeRow(full).length / 120).toBeLessThan(1.7)
  })

  test('refuse a row that was cut short or is of another version', () => {
    fc.assert(
      fc.property(cellList(value), fc.nat(), (cells, cut) => {
        const bytes = encodeRow(rowOf(cells))
        fc.pre(bytes.length > 1)
        const short = bytes.subarray(0, 1 + (cut % (bytes.length - 1)))
        try {
          expect(decodeRow(short).columns.length).toBeLessThan(rowOf(cells).columns.length)
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError)
        }
      }),
    )
    expect(() => decodeRow(Uint8Array.of(9, 0))).toThrow('version 9')
    expect(() => decodeRow(Uint8Array.of())).toThrow(RangeError)
  })

  test('survive any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), junk => {
        try {
          decodeRow(Uint8Array.of(1, ...junk))
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError)
        }
      }),
      { numRuns: 2000 },
    )
  })
})

describe('mergeRow', () => {
  test('adds up what a row with all additions would hold', () => {
    fc.assert(
      fc.property(fc.array(cellList(value), { minLength: 1, maxLength: 4 }), lists => {
        let stored: Uint8Array | undefined
        for (const cells of lists) stored = mergeRow(stored, rowOf(cells))
        const sizes = modelOf(...lists.map(list => list.map(([m, p, v]) => [m, p, Math.abs(v)] as const)))
        const model = modelOf(...lists)
        const merged = cellsOf(decodeRow(stored!))
        expect([...merged.keys()].sort()).toEqual([...model.keys()].sort())
        for (const [cell, want] of model) {
          if (Number.isFinite(want))
            expect(Math.abs(merged.get(cell)! - want)).toBeLessThanOrEqual(sizes.get(cell)! * 1e-12)
        }
      }),
      { numRuns: 1000 },
    )
  })

  test('adds integers exactly', () => {
    fc.assert(
      fc.property(
        fc.array(cellList(fc.integer({ min: -1e12, max: 1e12 })), { minLength: 1, maxLength: 4 }),
        lists => {
          let stored: Uint8Array | undefined
          for (const cells of lists) stored = mergeRow(stored, rowOf(cells))
          expect(cellsOf(decodeRow(stored!))).toEqual(
            new Map([...modelOf(...lists)].map(([k, v]) => [k, v + 0])),
          )
        },
      ),
    )
  })
})

describe('RowCursor', () => {
  test('stops at the wanted metrics only, over many rows', () => {
    fc.assert(
      fc.property(
        fc.array(cellList(value), { maxLength: 5 }),
        fc.uniqueArray(metric, { maxLength: 5 }),
        (rows, wanted) => {
          const cursor = new RowCursor(wanted)
          for (const cells of rows) {
            const row = decodeRow(encodeRow(rowOf(cells)))
            const expected = row.columns.filter(column => wanted.includes(column.metric))
            const padded = new Uint8Array([9, 9, ...encodeRow(rowOf(cells))])
            cursor.open(padded.subarray(2))
            for (const column of expected) {
              expect(cursor.next()).toBe(true)
              expect(wanted[cursor.metricIndex]).toBe(column.metric)
              expect([...cursor.positions.subarray(0, cursor.count)]).toEqual(column.positions)
              expect([...cursor.values.subarray(0, cursor.count)]).toEqual(column.values)
            }
            expect(cursor.next()).toBe(false)
          }
        },
      ),
    )
  })
})
