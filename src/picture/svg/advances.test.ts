/** The widths that texts are measured by, against those in the font itself. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { describe, expect, test } from 'vitest'
import { advance } from './advances.js'

const { resolve } = createRequire(import.meta.url)

/** The advances of a TrueType font by character, as parts of its size: its tables cmap (format 12), head, hhea and hmtx. */
function advancesIn(file: string): Map<number, number> {
  const font = readFileSync(resolve(`dejavu-fonts-ttf/ttf/${file}`))
  const at = (table: string) => {
    for (let i = 0; i < font.readUInt16BE(4); i++) {
      const entry = 12 + 16 * i
      if (font.toString('latin1', entry, entry + 4) === table) return font.readUInt32BE(entry + 8)
    }
    throw new Error(`no table ${table}`)
  }
  const unitsPerSize = font.readUInt16BE(at('head') + 18)
  const measured = font.readUInt16BE(at('hhea') + 34)
  const widthOf = (glyph: number) =>
    font.readUInt16BE(at('hmtx') + 4 * Math.min(glyph, measured - 1)) / unitsPerSize
  const cmap = at('cmap')
  const widths = new Map<number, number>()
  for (let i = 0; i < font.readUInt16BE(cmap + 2); i++) {
    const table = cmap + font.readUInt32BE(cmap + 8 + 8 * i)
    if (font.readUInt16BE(table) !== 12) continue
    for (let group = 0; group < font.readUInt32BE(table + 12); group++) {
      const entry = table + 16 + 12 * group
      const [first, last, glyph] = [0, 4, 8].map(offset => font.readUInt32BE(entry + offset))
      for (let code = first!; code <= last!; code++) widths.set(code, widthOf(glyph! + code - first!))
    }
  }
  return widths
}

function measured(text: string, bold: boolean): number {
  return [...text.normalize('NFD')].reduce((sum, sign) => sum + advance(sign.codePointAt(0)!, bold), 0)
}

describe.each([
  ['DejaVuSans.ttf', false],
  ['DejaVuSans-Bold.ttf', true],
])('%s', (file, bold) => {
  const font = advancesIn(file)
  const inFont = (text: string) => [...text].reduce((sum, sign) => sum + font.get(sign.codePointAt(0)!)!, 0)

  test('ASCII, and what stands in numbers, to a thousandth', () => {
    const signs = [
      ...Array.from({ length: 95 }, (_, i) => 0x20 + i),
      ...[...'  ·–’…− '].map(s => s.codePointAt(0)!),
    ]
    for (const code of signs)
      expect(Math.abs(advance(code, bold) - font.get(code)!), String(code)).toBeLessThan(0.001)
  })

  test.each([
    ['äöüßéèçñåøœłž', 0.9, 1.2],
    ['ελληνικά κείμενα', 1, 1.4],
    ['русский текст', 1, 1.3],
    ['עברית טקסט', 1, 1.5],
  ])('%s: rather too much than too little', (text, least, most) => {
    expect(measured(text, bold) / inFont(text)).toBeGreaterThan(least)
    expect(measured(text, bold) / inFont(text)).toBeLessThan(most)
  })
})

test('marks and what can’t be seen have no width, Han and emoji a square', () => {
  expect([0x301, 0x200d, 0x2068, 0xfe0f].map(code => advance(code, false))).toEqual([0, 0, 0, 0])
  expect(advance('漢'.codePointAt(0)!, false)).toBeGreaterThan(1)
  expect(advance('😀'.codePointAt(0)!, true)).toBeGreaterThan(1)
})
