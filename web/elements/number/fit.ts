/** How large a number can be written in its box. Pure. */

/** Widths of what numbers are written with, in ems of a semi-bold sans: generous, so that nothing is cut off. */
const NARROW = /[.,’'·:\s\u00a0\u202f]/u
const DIGIT = /[\d\-+()/]/u
const WIDE = /[\u2e80-\uffef%MW]/u

/** About how wide a text is, in ems. */
export function emsOf(text: string): number {
  const widths = [...text].map(each => {
    if (NARROW.test(each)) return 0.36
    if (DIGIT.test(each)) return 0.69
    return WIDE.test(each) ? 1 : 0.74
  })
  return widths.reduce((sum, width) => sum + width, 0)
}
