/**
 * How wide the characters of DejaVu Sans are, as parts of the size of the font: exactly for ASCII and a few signs, about right for
 * others. The test beside this compares it with the font. Pure.
 */

/** Thousandths of the size, for U+0020 to U+007E. */
const REGULAR = [
  318, 401, 460, 838, 636, 950, 780, 275, 390, 390, 500, 838, 318, 361, 318, 337, 636, 636, 636, 636, 636,
  636, 636, 636, 636, 636, 337, 337, 838, 838, 838, 531, 1000, 684, 686, 698, 770, 632, 575, 775, 752, 295,
  295, 656, 557, 863, 748, 787, 603, 787, 695, 635, 611, 732, 684, 989, 685, 611, 685, 390, 337, 390, 838,
  500, 500, 613, 635, 550, 635, 615, 352, 635, 634, 278, 278, 579, 278, 974, 634, 612, 635, 635, 411, 521,
  392, 634, 592, 818, 592, 592, 525, 636, 337, 636, 838,
]
const BOLD = [
  348, 456, 521, 838, 696, 1002, 872, 306, 457, 457, 523, 838, 380, 415, 380, 365, 696, 696, 696, 696, 696,
  696, 696, 696, 696, 696, 400, 400, 838, 838, 838, 580, 1000, 774, 762, 734, 830, 683, 683, 821, 837, 372,
  372, 775, 637, 995, 837, 850, 733, 850, 770, 720, 682, 812, 774, 1103, 771, 724, 725, 457, 365, 457, 838,
  500, 500, 675, 716, 593, 716, 678, 435, 716, 712, 343, 343, 665, 343, 1042, 712, 687, 716, 716, 493, 595,
  478, 712, 652, 924, 645, 652, 582, 712, 365, 712, 838,
]

/** Signs that stand in numbers and times: a space that doesn't break, a narrow one, dot, dashes, ellipsis, minus. */
const SIGNS: ReadonlyMap<number, readonly [regular: number, bold: number]> = new Map([
  [0xa0, [318, 348]],
  [0xb7, [318, 380]],
  [0x2009, [200, 200]],
  [0x202f, [200, 200]],
  [0x2013, [500, 500]],
  [0x2019, [318, 380]],
  [0x2026, [1000, 1000]],
  [0x2212, [838, 838]],
])

/** Letters of other alphabets, and everything else that is not wide. */
const OTHER = [760, 830] as const
/** What fills a square: Han, Kana, Hangul, emoji, pictures. */
const WIDE = 1050

const MARK = /\p{M}|\p{Default_Ignorable_Code_Point}/u
const FULL_WIDTH =
  /[\u1100-\u115f\u2600-\u27bf\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\u{10000}-\u{3ffff}]/u

/** The width of a character as a part of the size of the font. */
export function advance(code: number, bold: boolean): number {
  const known = (bold ? BOLD : REGULAR)[code - 0x20] ?? SIGNS.get(code)?.[bold ? 1 : 0]
  if (known !== undefined) return known / 1000
  const sign = String.fromCodePoint(code)
  if (MARK.test(sign)) return 0
  return (FULL_WIDTH.test(sign) ? WIDE : OTHER[bold ? 1 : 0]) / 1000
}
