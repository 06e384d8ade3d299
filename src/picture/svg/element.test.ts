import { expect, test } from 'vitest'
import { coordinate, element, textElement, together } from './element.js'

test('attributes and texts are escaped, children stay elements', () => {
  const child = textElement('text', { x: 1.239, class: undefined, id: `"><a b='` }, '<b>&')
  expect(child).toBe('<text x="1.24" id="&#34;&#62;&#60;a b=&#39;">&#60;b&#62;&#38;</text>')
  expect(element('g', {}, child, element('path', { d: '' }))).toBe(`<g>${child}<path d=""/></g>`)
  expect(together()).toBe('')
})

test.each([
  [1, '1'],
  [-0, '0'],
  [-0.001, '0'],
  [1 / 3, '0.33'],
  [1e-9, '0'],
  [1e300, '100000'],
  [Number.NEGATIVE_INFINITY, '0'],
  [Number.NaN, '0'],
])('the coordinate %d is %s', (value, text) => {
  expect(coordinate(value)).toBe(text)
})
