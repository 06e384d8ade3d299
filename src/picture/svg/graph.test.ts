import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { madeGraph, pictureOf, wave } from '../../../test/support/picture-graph.js'
import { CHART_TYPES } from '../chart-type.js'
import { numberFormat } from '../numbers.js'
import { type GraphPicture, graphSvg } from './graph.js'

const SHOP = { search: wave(60, 900), direct: wave(60, 600), mail: wave(60, 250) }

/** Attributes and text of the elements of one name, in order. */
function elements(svg: string, name: string): { attributes: Record<string, string>; text: string }[] {
  const found = svg.matchAll(new RegExp(`<${name}((?: [\\w-]+="[^"]*")*)(?:/>|>([^<]*))`, 'g'))
  return [...found].map(([, attributes = '', text = '']) => ({
    attributes: Object.fromEntries(
      [...attributes.matchAll(/ ([\w-]+)="([^"]*)"/g)].map(([, key, value]) => [key!, value!]),
    ),
    text: text.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code))),
  }))
}

function texts(svg: string): string[] {
  return [...elements(svg, 'text'), ...elements(svg, 'tspan')]
    .map(({ text }) => text)
    .filter(text => text !== '')
}

function draw(
  options: Partial<GraphPicture> = {},
  graph = madeGraph({ series: SHOP, other: wave(60, 90) }),
): string {
  return graphSvg(pictureOf(graph, options)).svg
}

/** The points of a path of lines. */
function pointsIn(path: string): [number, number][] {
  return [...path.matchAll(/[ML](-?[\d.]+) (-?[\d.]+)/g)].map(([, x, y]) => [Number(x), Number(y)])
}

/** Lines that are drawn with a class, as points. */
function linesOf(svg: string, colour: string): [number, number][][] {
  return elements(svg, 'path')
    .filter(({ attributes }) => attributes.class === `hw-s-${colour}` && attributes.fill === 'none')
    .map(({ attributes }) => pointsIn(attributes.d!))
}

describe('lines', () => {
  test('each point is where the axes say it is', () => {
    const svg = draw({ nowMs: 0 })
    // Two values of the axis tell where all values are; the first and the last bucket lie at its ends.
    const labels = elements(svg, 'text').filter(({ text }) => /^[\d,]+$/.test(text) && text !== '0')
    const yOf = (text: string) => Number(labels.find(label => label.text === text)!.attributes.y) - 4
    const perValue = (yOf('1,000') - yOf('2,000')) / 1000
    for (const [colour, name] of [
      ['0', 'search'],
      ['1', 'direct'],
      ['2', 'mail'],
    ] as const) {
      const [line] = linesOf(svg, colour)
      expect(line!.length).toBe(60)
      const step = (line![59]![0] - line![0]![0]) / 59
      for (const [i, [x, y]] of line!.entries()) {
        expect(Math.abs(x - (line![0]![0] + i * step))).toBeLessThan(0.11)
        expect(Math.abs(y - (yOf('1,000') + (1000 - SHOP[name][i]!) * perValue))).toBeLessThan(2)
      }
    }
  })

  test('overall is drawn last, on top of all', () => {
    const strokes = elements(draw(), 'path').filter(({ attributes }) => attributes['stroke-width'] === '2')
    expect(strokes.slice(0, 4).map(({ attributes }) => attributes.class)).toEqual([
      'hw-s-2',
      'hw-s-1',
      'hw-s-0',
      'hw-s-ink',
    ])
  })

  test('a single bucket is a dot in the middle', () => {
    const svg = draw({ width: 400 }, madeGraph({ series: { a: [5] } }))
    const dots = elements(svg, 'path').filter(
      ({ attributes }) => attributes['stroke-linecap'] === 'round' && attributes['stroke-width'] === '5',
    )
    expect(dots.length).toBe(2)
    expect(dots[0]!.attributes.d).toMatch(/^M2\d\d[\d.]* [\d.]+h0$/)
  })

  test('the bucket that is still being counted is shaded, a finished one isn’t', () => {
    const graph = madeGraph({ series: SHOP })
    const shades = (nowMs: number) =>
      elements(draw({ nowMs }, graph), 'rect').filter(({ attributes }) => attributes.class === 'hw-f-band')
        .length
    expect([shades(graph.to - 1), shades(graph.to)]).toEqual([1, 0])
  })
})

describe('the types', () => {
  test('stacked: each part begins where the one below ends', () => {
    const svg = draw({ type: 'stacked' })
    const grounds = ['0', '1', '2', 'other'].map(colour => {
      const path = elements(svg, 'path').find(({ attributes }) => attributes.class === `hw-f-${colour}`)!
      const points = pointsIn(path.attributes.d!.replace(/L/g, ' L'))
      return { upper: points.slice(0, 60), lower: points.slice(60).reverse() }
    })
    for (let i = 1; i < grounds.length; i++) expect(grounds[i]!.lower).toEqual(grounds[i - 1]!.upper)
  })

  test('share: reaches from nothing to all', () => {
    const svg = draw({ type: 'share' })
    expect(texts(svg)).toEqual(expect.arrayContaining(['0%', '50%', '100%']))
    const { upper } = {
      upper: pointsIn(
        elements(svg, 'path').find(({ attributes }) => attributes.class === 'hw-f-other')!.attributes.d!,
      ).slice(0, 60),
    }
    expect(new Set(upper.map(([, y]) => y)).size).toBe(1)
  })

  test('bars: one a bucket and part', () => {
    const svg = draw({ type: 'bars' })
    const bars = elements(svg, 'path').filter(({ attributes }) => /^hw-f-[0-2]$/.test(attributes.class ?? ''))
    expect(bars.map(({ attributes }) => attributes.d!.split('M').length - 1)).toEqual([60, 60, 60])
  })

  test('compared: the period before is thin and dashed, and the change is told', () => {
    const graph = madeGraph({ series: SHOP, beforeTimes: 0.5 })
    const svg = draw({ compared: { metric: 'previous(dollars, 1h)', length: '1h' } }, graph)
    expect(
      elements(svg, 'path').filter(({ attributes }) => attributes['stroke-dasharray'] === '3 3').length,
    ).toBe(4)
    expect(texts(svg).filter(text => text === '+100%').length).toBe(5)
    expect(texts(svg)).toContain('dollars in the last hour, compared with the hour before')
  })
})

describe('the words', () => {
  test('where it is, what it comes to, and each line', () => {
    const svg = draw()
    expect(texts(svg)).toEqual(
      expect.arrayContaining([
        'demo › ',
        'channel',
        'dollars in the last hour',
        'Overall',
        'search',
        '3 others',
        'Name',
        'Share',
        'Total',
      ]),
    )
    expect(elements(svg, 'title')[0]!.text).toMatch(/^demo › channel: [\d,]+ dollars in the last hour$/)
    expect(elements(svg, 'desc')[0]!.text).toMatch(/^Overall [\d,]+, search [\d,]+ \(49%\), /)
  })

  test('from and to, in the zone', () => {
    const graph = madeGraph({ series: SHOP, tz: '+05:30' })
    const shown = texts(draw({ period: undefined }, graph)).map(text => text.replace(/\s/g, ' '))
    expect(shown).toContain('dollars in Mar 1, 13:30 – 14:30')
  })

  test('in another language, as money', () => {
    const svg = draw({ locale: 'de', format: numberFormat('EUR', 'de') }).replace(/\u00a0/g, ' ')
    expect(texts(svg).some(text => /^\d{2,3}\.\d{3} €$/.test(text))).toBe(true)
  })

  test('a caption takes the place of the path', () => {
    const shown = texts(draw({ caption: 'Sales <today>' }))
    expect(shown).toContain('Sales <today>')
    expect(shown).not.toContain('channel')
  })

  test('the default key, deep paths and long names', () => {
    const names = Array.from({ length: 12 }, (_, i) => `a long name ${i}`)
    expect(texts(draw({}, madeGraph({ series: SHOP, key: ['_'], dimension: [] })))).toContain('Default key')
    const deep = texts(draw({ width: 400 }, madeGraph({ series: SHOP, dimension: names })))
    expect(deep.some(text => text.startsWith('… › '))).toBe(true)
    expect(deep).toContain('a long name 11')
  })

  test('nothing counted is said so', () => {
    const graph = madeGraph({ series: { a: wave(60, 0, 0).map(() => 0) } })
    expect(texts(draw({}, { ...graph, children: 0, series: [] }))).toContain('No dollars in the last hour')
  })
})

describe('the size', () => {
  test('as high as its lines need, or as it was asked for', () => {
    const heights = [1, 5].map(count => {
      const series = Object.fromEntries(Array.from({ length: count }, (_, i) => [`n${i}`, wave(60, 10)]))
      return graphSvg(pictureOf(madeGraph({ series }))).height
    })
    expect(heights[1]! - heights[0]!).toBe(4 * 32)
    const asked = graphSvg(pictureOf(madeGraph({ series: SHOP }), { height: 300, width: 640 }))
    expect([asked.width, asked.height]).toEqual([640, 300])
    expect(elements(asked.svg, 'svg')[0]!.attributes).toMatchObject({
      width: '640',
      height: '300',
      viewBox: '0 0 640 300',
    })
  })

  test('lines that there is no room for are counted', () => {
    const series = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`n${i}`, wave(60, 10)]))
    const svg = draw({ height: 500 }, madeGraph({ series }))
    const rows = texts(svg).filter(text => /^n\d+$/.test(text) || text === 'Overall').length
    expect(rows).toBeGreaterThan(3)
    expect(texts(svg)).toContain(`and ${21 - rows} more`)
  })

  test('without a table', () => {
    expect(texts(draw({ legend: false }))).not.toContain('search')
    expect(texts(draw({}, madeGraph({ series: {} })))).not.toContain('Overall')
  })

  test('overall alone', () => {
    const svg = draw({ alone: true })
    expect(linesOf(svg, '0')).toEqual([])
    expect(linesOf(svg, 'ink').length).toBe(1)
  })

  test('a thousand points are not much more than pixels can show', () => {
    const long = madeGraph({ series: { a: wave(50_000, 100), b: wave(50_000, 50) } })
    for (const type of CHART_TYPES)
      expect(draw({ type, width: 400 }, long).length, type).toBeLessThan(100_000)
  })
})

describe('the colours', () => {
  test('auto knows both, light and dark one', () => {
    expect(draw({ theme: 'auto' })).toContain(
      '@media(prefers-color-scheme:dark){.hw-auto .hw-f-card{fill:#161d26}',
    )
    expect(draw({ theme: 'dark' })).toContain('<style>.hw-dark .hw-f-card{fill:#161d26}')
    expect(draw({ theme: 'dark' })).not.toContain('@media')
    expect(draw({ theme: 'light' })).toContain('<style>.hw-light .hw-f-card{fill:#ffffff}')
  })

  test('every class that is used has its colour', () => {
    for (const type of CHART_TYPES) {
      const svg = draw(
        { type, theme: 'auto' },
        madeGraph({ series: { ...SHOP, refunds: wave(60, -300) }, unattributed: wave(60, 5) }),
      )
      const used = new Set(svg.match(/hw-[fgs]-\w+(?=["\s])/g))
      for (const name of used) expect(svg.split(`.${name}{`).length, name).toBe(3)
    }
  })
})

test('whatever the values, nothing in it is no number', () => {
  const value = fc.oneof(
    fc.double({ noNaN: true }),
    fc.integer(),
    fc.constantFrom(0, -0, 1e308, -1e308, 5e-324, Number.POSITIVE_INFINITY),
  )
  const graph = fc
    .tuple(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 0, max: 4 }))
    .chain(([points, lines]) =>
      fc.array(fc.array(value, { minLength: points, maxLength: points }), {
        minLength: lines,
        maxLength: lines,
      }),
    )
    .map(lists =>
      madeGraph({ series: Object.fromEntries(lists.map((list, i) => [`n${i}`, list])), beforeTimes: 3 }),
    )
  const compared = fc.constantFrom(undefined, { metric: 'previous(dollars, 1h)', length: '1h' })
  fc.assert(
    fc.property(
      graph,
      fc.constantFrom(...CHART_TYPES),
      compared,
      fc.integer({ min: 200, max: 1200 }),
      (answer, type, before, width) => {
        const { svg } = graphSvg(pictureOf(answer, { type, width, compared: before }))
        expect(svg.replace(/<style>.*<\/style>/, '')).not.toMatch(
          /\.\d{4}|NaN|Infinity|undefined|null|\de[+-]?\d/,
        )
      },
    ),
  )
})
