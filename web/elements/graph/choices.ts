/** What the reader of a graph has chosen: which metric and lines are drawn, the order of the legend, the bucket pointed at. */
import { type Column, nextOrder, type Order } from './order.js'
import type { Choice } from './shown.js'

/** The choices, as they are now; `changed` is called after each. */
export class Choices implements Choice {
  readonly #changed: () => void
  #metric = 0
  #off: ReadonlySet<string> = new Set()
  #order: Order | null = null
  #cursor: number | null = null
  #isTable = false

  constructor(changed: () => void) {
    this.#changed = changed
  }

  get metric(): number {
    return this.#metric
  }

  /** A new set after each change. */
  get off(): ReadonlySet<string> {
    return this.#off
  }

  get order(): Order | null {
    return this.#order
  }

  get cursor(): number | null {
    return this.#cursor
  }

  /** Whether the numbers are shown as a table instead of the picture. */
  get isTable(): boolean {
    return this.#isTable
  }

  /** Draws another metric. */
  draw(metric: number): void {
    this.#metric = metric
    this.#changed()
  }

  /** Switches a line off, or on again. */
  toggle(id: string): void {
    const off = new Set(this.#off)
    if (!off.delete(id)) off.add(id)
    this.#off = off
    this.#changed()
  }

  /** Draws one of the lines alone, or all of them again where it is alone already. */
  isolate(id: string, ids: readonly string[]): void {
    const others = ids.filter(other => other !== id)
    const isAlone = !this.#off.has(id) && others.every(other => this.#off.has(other))
    this.#off = new Set(isAlone ? [] : others)
    this.#changed()
  }

  /** A head of the legend was clicked. */
  sort(by: Column): void {
    this.#order = nextOrder(this.#order, by)
    this.#changed()
  }

  /** Points at a bucket. */
  point(index: number | null): void {
    if (index === this.#cursor) return
    this.#cursor = index
    this.#changed()
  }

  /** Shows the table, or the picture again. */
  turn(): void {
    this.#isTable = !this.#isTable
    this.#changed()
  }

  /** Other lines come: all of them are drawn. */
  startOver(): void {
    this.#off = new Set()
    this.#cursor = null
    this.#changed()
  }
}
