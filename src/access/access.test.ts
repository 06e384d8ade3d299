import { describe, expect, test } from 'vitest'
import { accessTo, MemoryTokens } from '../../test/support/memory-tokens.js'
import type { HailWhaleError } from '../model/errors.js'
import { Access, type Need } from './access.js'
import { EVERYTHING, type Grant } from './grant.js'
import type { Scope } from './token.js'

const COUNT: Need = { scope: 'count', allKeys: false }
const needOf = (scope: Scope, allKeys = false): Need => ({ scope, allKeys })

/** What came of it: a grant, or the code of the refusal. */
function outcome(access: Access, token: string | undefined, need: Need = COUNT): Grant | string {
  try {
    return access.admit(token === undefined ? undefined : `Bearer ${token}`, need)
  } catch (error) {
    return (error as HailWhaleError).code
  }
}

describe('where a token is needed only once there is one', () => {
  test('everyone may do everything before', async () => {
    const access = await accessTo(new MemoryTokens())
    expect(access.isOpen).toBe(true)
    expect(outcome(access, undefined, needOf('admin', true))).toBe(EVERYTHING)
    expect(outcome(access, 'anything')).toBe(EVERYTHING)
  })

  test('with the first token nobody may without', async () => {
    const tokens = new MemoryTokens()
    const access = await accessTo(tokens)
    const { text } = await tokens.make({})
    await access.refresh()
    expect(access.isOpen).toBe(false)
    expect(outcome(access, undefined)).toBe('unauthorized')
    expect(outcome(access, text)).toEqual({ prefixes: null, hasToken: true })
  })

  test('when the last is revoked nobody may at all, also not where its place was lost', async () => {
    const tokens = new MemoryTokens()
    const { text, id } = await tokens.make({})
    const access = await accessTo(tokens)
    await tokens.remove(id)
    await access.refresh()
    expect([outcome(access, undefined), outcome(access, text)]).toEqual(['unauthorized', 'unauthorized'])
    Object.assign(tokens, { load: async () => ({ tokens: [], wasUsed: false }) })
    await access.refresh()
    expect(outcome(access, undefined)).toBe('unauthorized')
  })
})

describe('where each request needs one', () => {
  test('the first is made and told once, and may do everything', async () => {
    const tokens = new MemoryTokens()
    const told: string[] = []
    const options = { needs: 'token', onFirst: (text: string) => void told.push(text) } as const
    const access = await accessTo(tokens, options)
    const second = await accessTo(tokens, options)
    expect(told).toHaveLength(1)
    for (const each of [access, second]) {
      expect(outcome(each, undefined)).toBe('unauthorized')
      expect(outcome(each, told[0], needOf('admin', true))).toEqual({ prefixes: null, hasToken: true })
    }
  })

  test('none is made where there was one', async () => {
    const tokens = new MemoryTokens()
    const { id } = await tokens.make({})
    await tokens.remove(id)
    const told: string[] = []
    const access = await accessTo(tokens, { needs: 'token', onFirst: text => void told.push(text) })
    expect(told).toEqual([])
    expect(outcome(access, undefined)).toBe('unauthorized')
  })
})

test('where none is needed, one that is sent is looked at', async () => {
  const tokens = new MemoryTokens()
  const { text } = await tokens.make({ scopes: ['read'] })
  const access = await accessTo(tokens, { needs: 'none' })
  expect(outcome(access, undefined, needOf('admin', true))).toBe(EVERYTHING)
  expect(outcome(access, text)).toBe('forbidden')
  expect(outcome(access, `${text.slice(0, -1)}x`)).toBe('unauthorized')
})

test.each([
  ['count', { count: true, read: false, admin: false }],
  ['read', { count: false, read: true, admin: false }],
  ['admin', { count: true, read: true, admin: true }],
] as const)('the scope %s', async (scope, may) => {
  const tokens = new MemoryTokens()
  const { text } = await tokens.make({ scopes: [scope] })
  const access = await accessTo(tokens)
  for (const [needed, isGranted] of Object.entries(may)) {
    const found = outcome(access, text, needOf(needed as Scope, true))
    expect(found === 'forbidden').toBe(!isGranted)
  }
  expect(outcome(access, text, { scope: 'any', allKeys: false })).toEqual({ prefixes: null, hasToken: true })
})

test('one that is bound to keys is not for all keys', async () => {
  const tokens = new MemoryTokens()
  const { text } = await tokens.make({ prefixes: [['site', 'blog']] })
  const access = await accessTo(tokens)
  expect(outcome(access, text)).toEqual({ prefixes: [['site', 'blog']], hasToken: true })
  expect(outcome(access, text, needOf('count', true))).toBe('forbidden')
})

test('a wrong secret, an unknown id, half a token and another kind of header', async () => {
  const tokens = new MemoryTokens()
  const { text, id } = await tokens.make({})
  const access = await accessTo(tokens)
  const wrong = [`hw_${id}_${'0'.repeat(40)}`, text.replace(id, '0123456789'), text.slice(0, 30), id, '']
  expect(wrong.map(each => outcome(access, each))).toEqual(wrong.map(() => 'unauthorized'))
  for (const header of [`Basic ${text}`, text, `Bearer ${text} x`])
    expect(() => access.admit(header, COUNT)).toThrow(/A token is needed here/)
  for (const header of [`bearer ${text}`, `BEARER  ${text} `])
    expect(access.admit(header, COUNT).hasToken).toBe(true)
})

test('a rate is kept over a refresh, and each token has its own', async () => {
  const tokens = new MemoryTokens()
  let nowMs = 0
  const access = await accessTo(tokens, { now: () => nowMs })
  const [a, b] = [await tokens.make({ rate: { perSecond: 0.2, burst: 2 } }), await tokens.make({})]
  await access.refresh()
  const ask = () => outcome(access, a.text)
  expect([typeof ask(), typeof ask(), ask()]).toEqual(['object', 'object', 'too_many_requests'])
  await access.refresh()
  expect(ask()).toBe('too_many_requests')
  expect(typeof outcome(access, b.text)).toBe('object')
  expect(() => access.admit(`Bearer ${a.text}`, COUNT)).toThrow(expect.objectContaining({ retryAfterS: 5 }))
  nowMs = 5_000
  expect(typeof ask()).toBe('object')
})

describe('while the store is away', () => {
  test('what is known stays in force, and it is said once', async () => {
    const tokens = new MemoryTokens()
    const { text } = await tokens.make({})
    const said: string[] = []
    const access = await accessTo(tokens, { log: { warn: (_, message) => void said.push(message) } })
    tokens.isAway = true
    await access.refresh()
    await access.refresh()
    expect(typeof outcome(access, text)).toBe('object')
    expect(said).toEqual(["the tokens can't be read: those that are known stay in force"])
  })

  test('nobody is let in who was not known before; then it goes on by itself', async () => {
    const tokens = new MemoryTokens()
    const { text } = await tokens.make({})
    tokens.isAway = true
    const access = await accessTo(tokens)
    expect([outcome(access, undefined), outcome(access, text)]).toEqual(['unavailable', 'unavailable'])
    tokens.isAway = false
    await access.refresh()
    expect([outcome(access, undefined), typeof outcome(access, text)]).toEqual(['unauthorized', 'object'])
  })

  test('the first token is made when it is back', async () => {
    const tokens = new MemoryTokens()
    tokens.isAway = true
    const told: string[] = []
    const access = await accessTo(tokens, { needs: 'token', onFirst: text => void told.push(text) })
    expect(outcome(access, undefined)).toBe('unavailable')
    tokens.isAway = false
    await access.refresh()
    expect(outcome(access, told[0], needOf('admin'))).toEqual({ prefixes: null, hasToken: true })
  })
})

test('tokens that are unreadable end the start', async () => {
  const tokens = new MemoryTokens()
  tokens.load = async () => {
    throw new Error('this is no token')
  }
  await expect(accessTo(tokens)).rejects.toThrow('this is no token')
})

test('it is told when what was granted stands no longer', async () => {
  const tokens = new MemoryTokens()
  const access = await accessTo(tokens)
  const ended: string[] = []
  access.whileStanding(access.admit(undefined, COUNT), () => ended.push('everyone'))
  const [a, b] = [await tokens.make({}), await tokens.make({})]
  await access.refresh()
  expect(ended).toEqual(['everyone'])
  for (const { text, id } of [a, b])
    access.whileStanding(access.admit(`Bearer ${text}`, COUNT), () => ended.push(id))
  const forget = access.whileStanding(access.admit(`Bearer ${a.text}`, COUNT), () =>
    ended.push('gone before'),
  )
  forget()
  await access.refresh()
  expect(ended).toEqual(['everyone'])
  await tokens.remove(a.id)
  await access.refresh()
  expect(ended).toEqual(['everyone', a.id])
})

test('a process has a token of its own, which counts and is kept nowhere', async () => {
  const tokens = new MemoryTokens()
  await tokens.make({})
  const access = await accessTo(tokens)
  const own = access.ownToken()
  expect(outcome(access, own)).toEqual({ prefixes: null, hasToken: true })
  expect(outcome(access, own, needOf('read'))).toBe('forbidden')
  expect(outcome(await accessTo(tokens), own)).toBe('unauthorized')
})

test('a server for everyone', () => {
  expect(Access.everyone().admit('Bearer x', needOf('admin', true))).toBe(EVERYTHING)
})
