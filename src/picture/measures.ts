/** What the chart of a page and a picture have in common, though each is drawn in its own way: sizes in pixels, and strengths. */

/** With this much room for each bucket, every bucket of a line has a dot, of this size. */
export const DOT_SPACE = 44
export const DOT_SIZE = 5

/** How strong (0 to 1) the soft ground of a line is where it is furthest from zero, and at zero. */
export const SOFT_FAR = 0.26
export const SOFT_NEAR = 0.03

/** The part of a cell that its bar takes, the widest bar, and the gap between the parts of a bar. */
export const BAR_PART = 0.74
export const WIDEST_BAR = 56
export const PART_GAP = 1

/** Between the ticks of the values, at least; and how many steps there are between them, at most. */
export const VALUE_SPACE = 52
export const MOST_VALUE_STEPS = 6
