import { expect, test } from 'vitest'
import { problemSvg } from './problem.js'

const PROBLEM = { status: 400, title: 'A parameter is unknown', width: 480, theme: 'light' } as const

function linesOf(svg: string): string[] {
  return [...svg.matchAll(/<text[^>]*>([^<]*)/g)].map(([, text]) => text!)
}

test('says what is wrong in as many lines as it takes', () => {
  const short = problemSvg({ ...PROBLEM, detail: 'tpye: did you mean type?' })
  expect(linesOf(short.svg)).toEqual(['400 · A parameter is unknown', 'tpye: did you mean type?'])
  const long = problemSvg({ ...PROBLEM, detail: 'there are line, area, stacked, share and bars '.repeat(5) })
  expect(linesOf(long.svg).length).toBeGreaterThan(4)
  expect(long.height - short.height).toBe(21 * (linesOf(long.svg).length - 2))
})

test('what was sent is quoted as text, and cut where it doesn’t end', () => {
  const { svg, height } = problemSvg({ ...PROBLEM, detail: `'<script>${'x'.repeat(9000)}' is none` })
  expect(svg).not.toContain('<script')
  expect(linesOf(svg).at(-1)).toMatch(/…$/)
  expect(height).toBeLessThan(400)
})
