/** A page of names gathered from several sources: distinct, in UTF-8 byte order, at most as many as asked for. */
import { compareUtf8 } from '../model/path.js'
import type { Page } from '../query/reader.js'

/** Names for one page. */
export class ListingPage {
  readonly page: Page
  readonly #names = new Set<string>()

  constructor(page: Page) {
    this.page = page
  }

  /** Adds a name if the page can hold it. */
  add(name: string): void {
    const { prefix, after } = this.page
    if (prefix !== undefined && !name.startsWith(prefix)) return
    if (after !== undefined && compareUtf8(name, after) <= 0) return
    this.#names.add(name)
  }

  /** The page. */
  names(): string[] {
    return [...this.#names].sort(compareUtf8).slice(0, this.page.limit)
  }
}
