import { describe, expect, test } from 'vitest'
import { WhaleChoice } from './whale-choice.js'

const NONE = new Set<string>()

function choiceOf(...whales: string[]) {
  const parts = { whales, nowMs: 0, random: 0 }
  const choice = new WhaleChoice({
    whales: () => parts.whales,
    random: () => parts.random,
    now: () => parts.nowMs,
  })
  return { parts, choice }
}

describe('WhaleChoice', () => {
  test('the same one, as long as it is there', () => {
    const { parts, choice } = choiceOf('a', 'b', 'c')
    parts.random = 0.5
    expect(choice.choose(NONE)).toBe('b')
    parts.random = 0.9
    expect(choice.choose(NONE)).toBe('b')
    parts.whales = ['a', 'c']
    expect(choice.choose(NONE)).toBe('c')
    parts.whales = ['a', 'b', 'c']
    expect(choice.choose(NONE)).toBe('c')
  })

  test('not one that was tried; none where there is no other', () => {
    const { choice } = choiceOf('a', 'b')
    expect(choice.choose(NONE)).toBe('a')
    expect(choice.choose(new Set(['a']))).toBe('b')
    expect(choice.choose(new Set(['a', 'b']))).toBeUndefined()
    expect(choiceOf().choice.choose(NONE)).toBeUndefined()
  })

  test('one that could not be reached is left alone for two seconds, unless it is the only one', () => {
    const { parts, choice } = choiceOf('a', 'b')
    choice.avoid('a')
    expect(choice.choose(NONE)).toBe('b')
    choice.avoid('b')
    expect(choice.choose(NONE)).toBe('b')
    parts.nowMs = 2_000
    expect(choice.choose(new Set(['b']))).toBe('a')
  })
})
