/** Sets attributes from a record, and takes away those that are in it no more. */
import { nothing } from 'lit'
import { Directive, directive, type ElementPart } from 'lit/directive.js'

class Attributes extends Directive {
  #set: Readonly<Record<string, string>> = {}

  override render(_attributes: Readonly<Record<string, string>>): typeof nothing {
    return nothing
  }

  override update(
    { element }: ElementPart,
    [attributes]: [Readonly<Record<string, string>>],
  ): typeof nothing {
    for (const name of Object.keys(this.#set)) if (!(name in attributes)) element.removeAttribute(name)
    for (const [name, value] of Object.entries(attributes)) {
      if (element.getAttribute(name) !== value) element.setAttribute(name, value)
    }
    this.#set = attributes
    return nothing
  }
}

/** Put into an element: `<hail-graph ${attributes(view)}>`. */
export const attributes = directive(Attributes)
