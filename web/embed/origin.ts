/** Where a script of ours came from, and the address of the server behind it. */

/** The script that is being run, and its address. */
export interface OwnScript {
  readonly element: HTMLScriptElement
  readonly url: URL
}

/** The script that is being run, or null: in a module, and in code that was pasted into a page, there is none to tell. */
export function ownScript(): OwnScript | null {
  const element = document.currentScript
  if (!(element instanceof HTMLScriptElement) || element.src === '') return null
  return { element, url: new URL(element.src) }
}

/** The base address of the server that a file was loaded from. */
export function serverOf(file: URL): string {
  return new URL('./', file).href
}
