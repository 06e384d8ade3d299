import { describe, expect, test } from 'vitest'
import { HailWhaleError } from '../model/errors.js'
import { Outage } from './outage.js'

const away = new HailWhaleError('unavailable', 'away')
const fails = (error: unknown) => () => Promise.reject(error)

function newOutage() {
  const clock = { nowMs: 1_000 }
  const told: unknown[] = []
  const outage = new Outage(
    () => clock.nowMs,
    error => told.push(error),
  )
  return { clock, told, outage }
}

describe('Outage', () => {
  test('after a refusal nothing is let through for a while, then one', async () => {
    const { clock, told, outage } = newOutage()
    const refused: unknown = await outage.pass(fails(away)).catch(error => error)
    expect(refused).toMatchObject({ code: 'unavailable' })
    expect(outage.error).toBe(refused)
    expect(() => outage.refuse()).toThrow('does not answer')
    clock.nowMs += 250
    outage.refuse()
    let settle = (_error: unknown): void => {}
    const held = new Promise((_resolve, reject) => {
      settle = reject
    })
    const tried = outage.pass(() => held)
    expect(() => outage.refuse()).toThrow('does not answer')
    await expect(outage.pass(async () => 1)).rejects.toMatchObject({ code: 'unavailable' })
    settle(away)
    await expect(tried).rejects.toMatchObject({ code: 'unavailable' })
    expect(() => outage.refuse()).toThrow('does not answer')
    clock.nowMs += 250
    expect(await outage.pass(async () => 7)).toBe(7)
    expect(outage.error).toBeUndefined()
    outage.refuse()
    expect(told).toEqual([away])
  })

  test('a full queue is one, a record that is too long is none', async () => {
    const { outage } = newOutage()
    const tooLong = new HailWhaleError('body_too_large', 'too long')
    await expect(outage.pass(fails(tooLong))).rejects.toBe(tooLong)
    outage.refuse()
    await outage.pass(fails(new HailWhaleError('queue_full', 'full'))).catch(() => {})
    expect(() => outage.refuse()).toThrow(expect.objectContaining({ code: 'queue_full' }))
  })

  test('a clock that was put back does not keep it shut', async () => {
    const { clock, outage } = newOutage()
    await outage.pass(fails(away)).catch(() => {})
    clock.nowMs -= 3_600_000
    outage.refuse()
  })
})
