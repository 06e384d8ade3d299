/** Calls back when an element comes into sight: for the end of a list that goes on. */
import { AsyncDirective } from 'lit/async-directive.js'
import { directive, type ElementPart } from 'lit/directive.js'

class WhenSeen extends AsyncDirective {
  #observer: IntersectionObserver | null = null
  #run: () => void = () => {}

  override render(_run: () => void): undefined {
    return undefined
  }

  override update({ element }: ElementPart, [run]: [() => void]): undefined {
    this.#run = run
    if (this.#observer !== null) return
    this.#observer = new IntersectionObserver(entries => {
      if (entries.some(entry => entry.isIntersecting)) this.#run()
    })
    this.#observer.observe(element)
  }

  override disconnected(): void {
    this.#observer?.disconnect()
    this.#observer = null
  }
}

/** Put into an element: `<li ${whenSeen(more)}>`. */
export const whenSeen = directive(WhenSeen)
