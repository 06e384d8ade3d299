/** Where things are in a picture, in pixels. */
import type { ValueScale } from '../scale.js'
import type { Place } from './shapes.js'

/** Where a part of a picture is, in pixels. */
export interface Box {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

/** The inner part of a plot, with what is needed to draw in it. */
export interface Field extends Box {
  readonly place: Place
  readonly scale: ValueScale
  readonly fromMs: number
  readonly untilMs: number
}
