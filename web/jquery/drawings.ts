/** The elements that the plugin has drawn, by what they were drawn in: made once, changed by a later call, taken away again. */
import type { ElementName } from '../embed/attributes.js'
import { enliven, makeElement, setValues, type Values } from '../embed/element.js'

/** Where the elements come from. */
export interface Source {
  /** Base address of the server that the plugin was loaded from; null where a page has the plugin's text in a bundle of its own. */
  readonly server: string | null
  /** What the page's policy wants of scripts. */
  readonly nonce: string
}

/** What was drawn in one page by one jQuery. */
export class Drawings {
  readonly #source: Source
  readonly #drawn = new WeakMap<Element, HTMLElement>()

  constructor(source: Source) {
    this.#source = source
  }

  /** The element drawn in a target (or the target, where it is one of ours itself), unless it was taken away. */
  in(target: HTMLElement): HTMLElement | undefined {
    if (target.localName.startsWith('hail-')) return target
    const element = this.#drawn.get(target)
    return element !== undefined && target.contains(element) ? element : undefined
  }

  /**
   * Draws an element at the end of a target, or changes the one that is there: only the values that are named, and the kind of
   * element only where `name` is given. `values.server` undefined: the server that the plugin came from. Throws an Error where
   * neither is known.
   */
  draw(target: HTMLElement, name: ElementName | undefined, values: Values): HTMLElement {
    const there = this.in(target)
    if (there !== undefined && (name === undefined || there.localName === `hail-${name}`)) {
      setValues(there, values)
      return there
    }
    const server = (values.server as string | undefined) ?? this.#source.server
    if (server === null) {
      throw new Error('hailwhale: say where the server is, as {server: "https://counts.example.com/"}')
    }
    const element = makeElement(name ?? 'graph', { ...values, server })
    there?.remove()
    target.append(element)
    this.#drawn.set(target, element)
    void enliven(element, this.#source.server ?? server, this.#source.nonce)
    return element
  }

  /** Takes away what was drawn in a target; nothing where nothing was. */
  remove(target: HTMLElement): void {
    this.#drawn.get(target)?.remove()
    this.#drawn.delete(target)
  }
}
