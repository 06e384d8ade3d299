import { describe, expect, test } from 'vitest'
import { snippets } from './embed.js'

const SERVER = 'https://example.com/stats/'
const HOSTILE = '</script><img src=x onerror="alert(1)">&\u2028\''

function texts(element: 'graph' | 'number' | 'table' | 'rank', attributes: Record<string, string>) {
  return Object.fromEntries(snippets({ element, attributes }, SERVER).map(({ name, text }) => [name, text]))
}

describe('code to embed', () => {
  test('of a graph', () => {
    const attributes = {
      key: 'store',
      by: 'sales',
      metrics: 'dollars',
      period: '1m:1h',
      compare: '',
      format: 'EUR',
    }
    expect(texts('graph', { ...attributes, type: 'bars' })).toEqual({
      'HTML element':
        '<script src="https://example.com/stats/hailwhale.js" defer></script>\n<hail-graph server="https://example.com/stats/" key="store" by="sales" metrics="dollars" period="1m:1h" compare format="EUR" type="bars"></hail-graph>',
      'One script tag':
        '<script src="https://example.com/stats/graph.js?key=store&amp;by=sales&amp;metrics=dollars&amp;period=1m:1h&amp;compare=&amp;format=EUR&amp;type=bars"></script>',
      jQuery:
        '<script src="https://example.com/stats/jquery.hailwhale.js"></script>\n<div id="stats"></div>\n<script>\n  $(\'#stats\').hailwhale({\n    key: "store",\n    by: "sales",\n    metrics: "dollars",\n    period: "1m:1h",\n    compare: "",\n    format: "EUR",\n    type: "bars",\n  })\n</script>',
      'Picture, SVG':
        'https://example.com/stats/graph.svg?key=store&by=sales&metrics=dollars&period=1m:1h&type=bars&compare=true&number=EUR',
      'Picture, PNG':
        'https://example.com/stats/graph.png?key=store&by=sales&metrics=dollars&period=1m:1h&type=bars&compare=true&number=EUR',
      JSON: 'https://example.com/stats/graph?key=store&by=sales&metrics=dollars&period=1m:1h',
      CSV: 'https://example.com/stats/graph?key=store&by=sales&metrics=dollars&period=1m:1h&format=csv',
    })
  })

  test('of the other elements', () => {
    const number = texts('number', { key: 'store' })
    expect(number['One script tag']).toContain('graph.js?element=number&amp;key=store')
    expect(number['Picture, SVG']).toBe('https://example.com/stats/number.svg?key=store')
    expect(number['Picture, PNG']).toBeUndefined()
    expect(texts('rank', { key: 'store' }).JSON).toBe('https://example.com/stats/rank?key=store')
    expect(texts('table', { key: 'store' }).jQuery).toContain('element: "table"')
  })

  test('names stay names, whatever is in them', () => {
    const {
      'HTML element': html = '',
      'One script tag': script = '',
      jQuery = '',
    } = texts('graph', { key: HOSTILE })
    expect(html).toContain('key="&lt;/script&gt;&lt;img src=x onerror=&quot;alert(1)&quot;&gt;&amp;\u2028\'"')
    expect(script.match(/<\/script>/g)).toHaveLength(1)
    expect(script).not.toMatch(/[<>"']img|onerror="/)
    const code = /hailwhale\((\{[\s\S]*?\})\)\n<\/script>$/.exec(jQuery)![1]!
    expect(code).not.toContain('<')
    expect(new Function(`return ${code}`)()).toEqual({ key: HOSTILE })
  })
})
