import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Asked } from './asked.js'

beforeEach(() => {
  vi.useFakeTimers()
})

afterEach(() => {
  vi.useRealTimers()
})

/** An `Asked`, what it asked, and how it is answered. */
function asking() {
  const questions: string[] = []
  const changes: (string | null)[] = []
  let answer: () => Promise<string> = async () => `answer ${questions.length}`
  const asked: Asked<string> = new Asked(1000, () => changes.push(newest(question, version)))
  let question = 'a'
  let version: unknown = 1
  const newest = (nextQuestion: string, nextVersion: unknown) => {
    question = nextQuestion
    version = nextVersion
    return asked.newest(question, version, signal => {
      questions.push(question)
      return Promise.race([
        answer(),
        new Promise<string>((_, fail) => signal.addEventListener('abort', () => fail(new Error('aborted')))),
      ])
    })
  }
  return {
    ...{ asked, questions, changes, newest },
    answerWith: (next: () => Promise<string>) => {
      answer = next
    },
  }
}

test('asks once for a version, again for the next, but not all the time', async () => {
  const { newest, questions, changes } = asking()
  expect(newest('a', 1)).toBeNull()
  expect(newest('a', 1)).toBeNull()
  await vi.advanceTimersByTimeAsync(0)
  expect(questions).toEqual(['a'])
  expect(changes).toEqual(['answer 1'])
  expect(newest('a', 2)).toBe('answer 1')
  expect(newest('a', 3)).toBe('answer 1')
  await vi.advanceTimersByTimeAsync(999)
  expect(questions).toHaveLength(1)
  await vi.advanceTimersByTimeAsync(1)
  expect(questions).toHaveLength(2)
  expect(newest('a', 3)).toBe('answer 2')
})

test('another question is asked at once; the answer to the one before is not taken for its own', async () => {
  const { newest, questions, changes, answerWith } = asking()
  let late = (_: string) => {}
  answerWith(
    () =>
      new Promise(resolve => {
        late = resolve
      }),
  )
  newest('a', 1)
  await vi.advanceTimersByTimeAsync(0)
  answerWith(async () => 'of b')
  expect(newest('b', 1)).toBeNull()
  await vi.advanceTimersByTimeAsync(0)
  late('of a')
  await vi.advanceTimersByTimeAsync(0)
  expect(questions).toEqual(['a', 'b'])
  expect(changes).toEqual(['of b'])
})

test('what had no answer is asked again after a while, the answer before stays', async () => {
  const { newest, questions, answerWith, asked } = asking()
  newest('a', 1)
  await vi.advanceTimersByTimeAsync(0)
  answerWith(() => Promise.reject(new TypeError('gone')))
  newest('a', 2)
  await vi.advanceTimersByTimeAsync(1000)
  expect(newest('a', 2)).toBe('answer 1')
  expect(asked.refused).toBeNull()
  answerWith(async () => 'back')
  await vi.advanceTimersByTimeAsync(4999)
  expect(questions).toHaveLength(2)
  await vi.advanceTimersByTimeAsync(1)
  expect(newest('a', 2)).toBe('back')
})

test('what was refused is not asked again, until the question is another one', async () => {
  const { newest, questions, answerWith, asked } = asking()
  const refused = Object.assign(new Error('wrong'), { name: 'Refused' })
  answerWith(() => Promise.reject(refused))
  newest('a', 1)
  await vi.advanceTimersByTimeAsync(0)
  expect(asked.refused).toBe(refused)
  newest('a', 2)
  await vi.advanceTimersByTimeAsync(60_000)
  expect(questions).toHaveLength(1)
  newest('b', 2)
  expect(asked.refused).toBeNull()
  await vi.advanceTimersByTimeAsync(0)
  expect(questions).toEqual(['a', 'b'])
})

test('nothing is asked once it is stopped', async () => {
  const { newest, questions, changes, asked } = asking()
  newest('a', 1)
  asked.stop()
  await vi.advanceTimersByTimeAsync(60_000)
  expect([questions, changes]).toEqual([[], []])
})
