/** Made-up events, to see a graph move: what the original's demo page did at the press of a button. */

import { browserEnvironment } from '../live/environment.js'

const HITS = 25
const SPREAD_MS = 5000

/**
 * Counts 25 events, the first at once and the others at random within five seconds. `url` is the whole address of one, `token` what the server
 * wants of who counts. Where the
 * first one that fails says why, the console does too.
 */
export function fakeHits(url: string, token: string | null): void {
  let told = false
  const hit = async () => {
    const trouble = await troubleOf(url, token)
    if (trouble === null || told) return
    told = true
    console.error(`HailWhale: fake hits are not counted: ${trouble}`)
  }
  for (let i = 0; i < HITS; i++) setTimeout(() => void hit(), i === 0 ? 0 : Math.random() * SPREAD_MS)
}

/** Why an event was not counted, null where it was. */
async function troubleOf(url: string, token: string | null): Promise<string | null> {
  try {
    const answer = await browserEnvironment(token).fetch(url, { cache: 'no-store' })
    if (answer.ok) return null
    const { detail } = (await answer.json()) as { readonly detail?: string }
    return detail ?? `the server answered ${answer.status}`
  } catch {
    return `no answer from ${new URL(url).origin}`
  }
}
