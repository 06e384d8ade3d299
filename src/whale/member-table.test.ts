import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { rowMember } from '../rollup/address.js'
import { KIND_DIMENSION, KIND_OVERFLOW } from '../rollup/nodes.js'
import { MemberTable } from './member-table.js'

test('each member has one number, however it is told, and is the child it was', () => {
  const name = fc.oneof(fc.string({ maxLength: 3 }), fc.string({ unit: 'grapheme' }))
  const member = fc.record({
    kind: fc.constantFrom(KIND_DIMENSION, KIND_OVERFLOW),
    name,
    bytes: fc.boolean(),
  })
  fc.assert(
    fc.property(fc.array(member, { maxLength: 400, size: 'max' }), told => {
      const table = new MemberTable()
      const numbers = new Map<string, number>()
      for (const { kind, name, bytes } of told) {
        const id = JSON.stringify([kind, name])
        const expected = numbers.get(id) ?? numbers.size
        numbers.set(id, expected)
        expect(bytes ? table.place(rowMember(kind, name)) : table.placeOf(kind, name)).toBe(expected)
        expect(table.child(expected)).toEqual({ name, overflow: kind === KIND_OVERFLOW })
      }
      expect(table.count).toBe(numbers.size)
    }),
  )
})
