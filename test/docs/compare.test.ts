/** The harness of the documentation's tests must itself notice what is wrong. */
import { describe, expect, test } from 'vitest'
import { anchorsOf, localLinks, readPage } from './blocks.js'
import { compareJson, compareText } from './compare.js'

describe('compareJson', () => {
  test.each([
    ['{"a": 1, "b": [1, 2]}', '{"b":[1,2],"a":1}'],
    ['{"a": "…"}', '{"a":{"deep":[1]}}'],
    ['{"a": 1, "…": "…"}', '{"a":1,"b":2}'],
    ['[1, …, 3]', '[1,2,2,3]'],
    ['[1, …]', '[1]'],
    ['{"at": "2026-01-01T00:00:00.000Z"}', '{"at":"2027-05-05T01:02:03.004Z"}'],
    ['{"times": [1767225600000, 1767229200000]}', '{"times":[1777225600000,1777229200000]}'],
    ['{"detail": "port … is in use"}', '{"detail":"port 80 is in use"}'],
  ])('%s may be %s', (expected, actual) => {
    expect(compareJson(expected, actual)).toBeNull()
  })

  test.each([
    ['{"a": 1}', '{"a":2}'],
    ['{"a": 1}', '{"a":1,"b":2}'],
    ['{"a": 1, "b": 2}', '{"a":1}'],
    ['{"a": 1, "…": "…"}', '{"b":2}'],
    ['[1, …, 3]', '[1,2]'],
    ['[1, 2]', '[1,2,3]'],
    ['{"a": "b"}', '{"a":"c"}'],
    ['{"times": [1767225600000, 1767229200000]}', '{"times":[1777225600000,1777229200001]}'],
    ['{"a": 0}', 'OK'],
  ])('%s may not be %s', (expected, actual) => {
    expect(compareJson(expected, actual)).not.toBeNull()
  })

  test('exact times do not move', () => {
    expect(compareJson('[1767225600000]', '[1767225600000]', true)).toBeNull()
    expect(compareJson('[1767225600000]', '[1767225600001]', true)).not.toBeNull()
  })
})

test('compareText knows parts of lines and whole lines that may be anything', () => {
  expect(compareText('a … c\n…\nend', 'a b c  \nmore\nlines\nend\n')).toBeNull()
  expect(compareText('a … c\n…\nend', 'a b c\nend')).toBeNull()
  expect(compareText('a.c', 'abc')).not.toBeNull()
  expect(compareText('a\nb', 'a\nb\nc')).not.toBeNull()
})

test('readPage pairs commands with what they print, and keeps what it must not run', () => {
  const page = [
    ...[
      '<!-- server: --open --demo -->',
      '```sh',
      'one',
      '```',
      '',
      '```json',
      '{}',
      '```',
      'prose',
      '```sh',
      'two',
      '```',
    ],
    ...[
      'prose',
      '```text',
      'alone',
      '```',
      '<!-- not run: too loud -->',
      '```sh',
      'three',
      '```',
      '<!-- server: stop -->',
      ...['<!-- walk: far -->', '```sh', 'four', '```', '```text', 'there', '```'],
    ],
  ].join('\n')
  const { steps, others, flags } = readPage(page)
  expect(flags).toEqual(['--open', '--demo'])
  expect(steps).toMatchObject([
    { kind: 'run', block: { text: 'one', line: 2 }, expected: { text: '{}' } },
    { kind: 'run', block: { text: 'two' }, expected: undefined },
    { kind: 'skip', block: { text: 'three' }, reason: 'too loud' },
    { kind: 'server', does: 'stop' },
    { kind: 'walk', block: { text: 'four' }, expected: { text: 'there' }, walk: 'far' },
  ])
  expect(others).toMatchObject([{ text: 'alone' }])
  expect(() => readPage('```sh\nnever closed')).toThrow('line 1')
})

test('links and anchors are found', () => {
  expect(localLinks('[a](b.md#c) ![p](p.png) [x](https://x) `[no](no.md)` <img src="q.png">')).toEqual([
    'b.md#c',
    'p.png',
    'q.png',
  ])
  expect([...anchorsOf('# A `GET /count`, twice\n## What it is not')]).toEqual([
    'a-get-count-twice',
    'what-it-is-not',
  ])
})
