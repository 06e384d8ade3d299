/**
 * Interned metric sets. Events of one kind carry the same metrics again and again: a shape is such a list of names, a number
 * once interned, and the values of an event are as many numbers in its order.
 */
export class ShapeTable {
  /** Shape → its metric names. */
  readonly names: (readonly string[])[] = []
  readonly #ids = new Map<string, number>()
  #bytes = 0

  /** About how much memory the table takes, in bytes: a map entry, an array, and the names twice. */
  get bytes(): number {
    return this.#bytes
  }

  /** The shape of these metric names, in this order. */
  intern(names: readonly string[]): number {
    const text = names.length === 1 ? names[0]! : names.join('\u0000')
    let id = this.#ids.get(text)
    if (id === undefined) {
      id = this.names.length
      this.#ids.set(text, id)
      this.names.push(names)
      this.#bytes += 200 + text.length * 4
    }
    return id
  }
}
