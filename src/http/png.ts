/**
 * SVGs as PNGs, with fonts that are brought along, so that they look the same on every machine. Few are drawn at the same time and
 * few wait; drawing is done by other threads. The renderer is a package with native code, loaded when it is first needed: a server
 * where it can't be loaded does everything else.
 */
import { createRequire } from 'node:module'
import { HailWhaleError } from '../model/errors.js'
import { encodePng, type Pixels } from './png-encoder.js'

/** What is used of the package. */
interface Renderer {
  renderAsync(svg: string, options: object): Promise<Pixels>
}

/** How PNGs are made. */
export interface PngOptions {
  /** Loads the renderer. */
  readonly load?: () => Promise<Renderer>
  /** Drawn at the same time: as each takes a thread of the pool in which the journal is written, too. */
  readonly atOnce?: number
  /** Waiting for their turn. */
  readonly waiting?: number
}

/** Pixels of the largest picture: 64 MB while it is drawn. */
export const MOST_PIXELS = 16_000_000

const FONT = 'DejaVu Sans'
const FONT_FILES = ['DejaVuSans.ttf', 'DejaVuSans-Bold.ttf']

/** Draws SVGs. */
export class PngMaker {
  readonly #load: () => Promise<Renderer>
  readonly #atOnce: number
  readonly #mostWaiting: number
  readonly #waiting: (() => void)[] = []
  #drawing = 0

  constructor({ load = loadRenderer, atOnce = 2, waiting = 16 }: PngOptions = {}) {
    this.#load = load
    this.#atOnce = atOnce
    this.#mostWaiting = waiting
  }

  /** An SVG of ours, `scale` times as large. Throws `queue_full`, and `unavailable` where there is no renderer. */
  async draw(svg: string, scale: number): Promise<Buffer> {
    await this.#turn()
    try {
      const { renderAsync } = await this.#renderer()
      const { width, height, pixels } = await renderAsync(svg, optionsFor(scale))
      return await encodePng({ width, height, pixels })
    } finally {
      const next = this.#waiting.shift()
      if (next) next()
      else this.#drawing--
    }
  }

  /** Waits for a place; who goes leaves it to the next. */
  async #turn(): Promise<void> {
    if (this.#drawing < this.#atOnce) {
      this.#drawing++
      return
    }
    if (this.#waiting.length < this.#mostWaiting) return new Promise(resolve => this.#waiting.push(resolve))
    throw new HailWhaleError(
      'queue_full',
      `${this.#drawing + this.#waiting.length} pictures are being drawn already: ask again, or for the SVG, which is drawn at once.`,
    )
  }

  async #renderer(): Promise<Renderer> {
    try {
      return await this.#load()
    } catch (cause) {
      const why = cause instanceof Error ? cause.message.split('\n', 1)[0] : String(cause)
      const detail = `PNGs are drawn by the package @resvg/resvg-js, which can't be loaded here (${why}): install it for this machine, or ask for the SVG.`
      throw new HailWhaleError('unavailable', detail)
    }
  }
}

/** The package; a module that has been loaded is not loaded again. */
async function loadRenderer(): Promise<Renderer> {
  return import('@resvg/resvg-js')
}

function optionsFor(scale: number): object {
  const { resolve } = createRequire(import.meta.url)
  const fontFiles = FONT_FILES.map(file => resolve(`dejavu-fonts-ttf/ttf/${file}`))
  return {
    fitTo: { mode: 'zoom', value: scale },
    font: { loadSystemFonts: false, fontFiles, defaultFontFamily: FONT, sansSerifFamily: FONT },
  }
}
