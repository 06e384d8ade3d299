/**
 * Loads `/hailwhale.js`, which makes the elements, once per page: whoever asks, and also where the page has a tag of its own for
 * it. What is under way is kept in one map per page, since the plugin and each `/graph.js` are scripts of their own.
 */

const LOADS = Symbol.for('hailwhale.loads')

interface Page {
  [LOADS]?: Map<string, Promise<void>>
}

/**
 * Resolves when the elements are there. `server` is the base address to load them from, `nonce` what a page's policy wants of
 * scripts. Rejects with an Error that says which address gave none; asked again, it tries again.
 */
export function elementsFrom(server: string, nonce = ''): Promise<void> {
  if (areThere()) return Promise.resolve()
  const page = globalThis as Page
  page[LOADS] ??= new Map()
  const loads = page[LOADS]
  const url = `${server}hailwhale.js`
  const underWay = loads.get(url)
  if (underWay !== undefined) return underWay
  const load = loadFrom(url, nonce)
  loads.set(url, load)
  load.catch(() => loads.delete(url))
  return load
}

function areThere(): boolean {
  return customElements.get('hail-graph') !== undefined
}

async function loadFrom(url: string, nonce: string): Promise<void> {
  if ([...document.scripts].some(({ src }) => src === url)) await pageLoaded()
  if (areThere()) return
  await runScript(url, nonce)
  if (!areThere()) throw new Error(`${url} is not HailWhale's`)
}

/** Resolves when the page's own scripts have been run. */
function pageLoaded(): Promise<void> {
  if (document.readyState === 'complete') return Promise.resolve()
  return new Promise(resolve => {
    addEventListener('load', () => resolve(), { once: true })
    void customElements.whenDefined('hail-graph').then(() => resolve())
  })
}

function runScript(url: string, nonce: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const script = document.createElement('script')
    script.src = url
    script.nonce = nonce
    script.onload = () => resolve()
    script.onerror = () => {
      script.remove()
      reject(
        new Error(`${url} could not be loaded: is the server running, and does the page's policy allow it?`),
      )
    }
    document.head.append(script)
  })
}
