import { describe, expect, test } from 'vitest'
import { readPng } from '../../test/support/read-png.js'
import { PngMaker } from './png.js'

function svg(content: string): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="60" height="20" font-family="system-ui, sans-serif">${content}</svg>`
}

/** A renderer that draws a pixel when it is told to. */
function heldRenderer() {
  const held: (() => void)[] = []
  const renderAsync = () =>
    new Promise<{ width: number; height: number; pixels: Uint8Array }>(resolve =>
      held.push(() => resolve({ width: 1, height: 1, pixels: new Uint8Array(4) })),
    )
  return { held, load: async () => ({ renderAsync }) }
}

describe('the real renderer', () => {
  const png = new PngMaker()

  test('draws so many times as large, on nothing', async () => {
    const picture = readPng(await png.draw(svg('<rect x="10" width="30" height="20" fill="#0069b4"/>'), 3))
    expect([picture.width, picture.height]).toEqual([180, 60])
    expect(picture.at(60, 30)).toEqual([0, 0x69, 0xb4, 255])
    expect(picture.at(10, 30)).toEqual([0, 0, 0, 0])
  })

  test('writes with the font that was brought along, and goes on where that has no letters', async () => {
    const inkOf = async (text: string) => {
      const picture = readPng(await png.draw(svg(`<text x="2" y="15" font-size="14">${text}</text>`), 2))
      let ink = 0
      for (let y = 0; y < 40; y++) for (let x = 0; x < 120; x++) ink += picture.at(x, y)[3]! > 128 ? 1 : 0
      return ink
    }
    expect(await inkOf('')).toBe(0)
    for (const text of ['Overall', 'мир', 'שלום', '漢字', '👩🏽‍🚀', '\ufffd', 'ก็'])
      expect(await inkOf(text), text).toBeGreaterThan(30)
  })

  test('refuses what is no SVG without falling over', async () => {
    await expect(png.draw('<svg', 1)).rejects.toThrow()
    expect(readPng(await png.draw(svg(''), 1)).width).toBe(60)
  })
})

describe('at the same time', () => {
  test('some are drawn, some wait, more are refused; each that is done lets one in', async () => {
    const { held, load } = heldRenderer()
    const png = new PngMaker({ load, atOnce: 2, waiting: 3 })
    const drawn: number[] = []
    const draws = [0, 1, 2, 3, 4].map(i => png.draw('', 1).then(() => drawn.push(i)))
    await expect.poll(() => held.length).toBe(2)
    await expect(png.draw('', 1)).rejects.toMatchObject({
      code: 'queue_full',
      message: expect.stringContaining('5 pictures'),
    })
    expect(held.length).toBe(2)
    for (let i = 0; i < 5; i++) {
      held[i]!()
      await expect.poll(() => drawn.length).toBe(i + 1)
      await expect.poll(() => held.length).toBe(Math.min(5, i + 3))
    }
    await Promise.all(draws)
    expect(drawn).toEqual([0, 1, 2, 3, 4])
    const next = png.draw('', 1)
    await expect.poll(() => held.length).toBe(6)
    held[5]!()
    await next
  })

  test('one that fails lets the next in', async () => {
    const renders = [
      async () => Promise.reject(new Error('broken')),
      async () => ({ width: 1, height: 1, pixels: new Uint8Array(4) }),
    ]
    const png = new PngMaker({ load: async () => ({ renderAsync: () => renders.shift()!() }), atOnce: 1 })
    const [first, second] = [png.draw('', 1), png.draw('', 1)]
    await expect(first).rejects.toThrow('broken')
    expect(readPng(await second).width).toBe(1)
  })
})

test('without the renderer it says what is missing, and takes it up when it is there', async () => {
  let isThere = false
  const { held, load } = heldRenderer()
  const png = new PngMaker({
    load: async () =>
      isThere ? load() : Promise.reject(new Error('Cannot find module x\nRequire stack: …')),
  })
  await expect(png.draw('', 1)).rejects.toMatchObject({
    code: 'unavailable',
    message: expect.stringMatching(
      /@resvg\/resvg-js, which can't be loaded here \(Cannot find module x\): .*ask for the SVG/,
    ),
  })
  isThere = true
  const drawn = png.draw('', 1)
  await expect.poll(() => held.length).toBe(1)
  held[0]!()
  await drawn
})
