import { describe, expect, test } from 'vitest'
import { type Badge, badgeSvg } from './badge.js'

function draw(options: Partial<Badge> = {}) {
  return badgeSvg({
    label: 'downloads',
    value: '1,234',
    change: null,
    good: 'up',
    colour: 'accent',
    theme: 'light',
    ...options,
  })
}

describe('a badge', () => {
  test('says what it is and what it comes to', () => {
    const { svg, width, height } = draw()
    expect(svg).toMatch(new RegExp(`^<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="24" `))
    expect(height).toBe(24)
    expect(svg).toContain('<title>downloads 1,234</title>')
    expect([...svg.matchAll(/<text[^>]*>([^<]*)/g)].map(([, text]) => text)).toEqual(['downloads', '1,234'])
  })

  test('the pieces lie side by side, as wide as it is', () => {
    const { svg, width } = draw({ change: { text: '+12%', way: 'up' } })
    const starts = [...svg.matchAll(/d="M(\d+) 0h(\d+)/g)].map(([, left, length]) => [
      Number(left),
      Number(length),
    ])
    expect(starts.length).toBe(3)
    expect(starts[0]![0]! + starts[0]![1]!).toBe(starts[1]![0])
    expect(starts[1]![0]! + starts[1]![1]!).toBe(starts[2]![0])
    expect(starts[2]![0]! + starts[2]![1]! + 6).toBe(width)
  })

  test.each([
    ['up', 'up', 'good'],
    ['down', 'up', 'bad'],
    ['up', 'down', 'bad'],
    ['down', 'down', 'good'],
    ['same', 'up', 'soft'],
  ] as const)('%s where %s is good is %s news', (way, good, colour) => {
    expect(draw({ change: { text: '1%', way }, good }).svg).toContain(`<text class="hw-f-${colour}"`)
  })

  test.each([
    ['#ffdd00', '#000000'],
    ['#ffffff', '#000000'],
    ['#7f0000', '#ffffff'],
    ['#000000', '#ffffff'],
  ] as const)('on %s it is written in %s', (colour, ink) => {
    expect(draw({ colour }).svg).toContain(`<path fill="${colour}"`)
    expect(draw({ colour }).svg).toContain(`<text fill="${ink}"`)
  })

  test('hostile labels are text, and not endless', () => {
    const { svg, width } = draw({ label: '</svg><script>alert(1)</script>'.repeat(20) })
    expect(svg).not.toContain('<script')
    expect(width).toBeLessThan(450)
  })
})
