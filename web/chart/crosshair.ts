/** What is above the drawing: the line (or the band) at the bucket pointed at, a dot at each line, and what is being dragged over. */

/** A dot: how far down, in pixels, and its colour. */
export interface Dot {
  readonly top: number
  readonly colour: string
}

/** A stretch from left to right, in pixels of the plot. */
export interface Stretch {
  readonly left: number
  readonly width: number
}

/** The marks above a plot. None of them is in the way of a pointer. */
export class Crosshair {
  readonly element = made('marks')
  readonly #line = made('line')
  readonly #band = made('cell')
  readonly #zone = made('zone')
  readonly #dots: HTMLElement[] = []

  constructor() {
    this.element.append(this.#zone, this.#band, this.#line)
    this.show(null, null, [])
    this.select(null)
  }

  /** A line at `left` with dots on it, a band over a bar's cell, or nothing. */
  show(left: number | null, band: Stretch | null, dots: readonly Dot[]): void {
    this.#line.hidden = left === null
    if (left !== null) this.#line.style.transform = `translateX(${left}px)`
    stretch(this.#band, band)
    while (this.#dots.length < dots.length) this.#dots.push(made('dot'))
    for (const [i, element] of this.#dots.entries()) {
      const dot = dots[i]
      if (dot === undefined) {
        element.remove()
        continue
      }
      element.style.transform = `translate(${left ?? 0}px, ${dot.top}px)`
      element.style.backgroundColor = dot.colour
      if (!element.isConnected) this.element.append(element)
    }
  }

  /** Shades what is being dragged over. */
  select(zone: Stretch | null): void {
    stretch(this.#zone, zone)
  }
}

function stretch(element: HTMLElement, to: Stretch | null): void {
  element.hidden = to === null
  if (to === null) return
  element.style.left = `${to.left}px`
  element.style.width = `${to.width}px`
}

function made(name: string): HTMLElement {
  const element = document.createElement('div')
  element.className = `chart-${name}`
  return element
}
