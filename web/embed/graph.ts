/**
 * `/graph.js?…`: one script tag that draws a graph where it stands. It reads its own address: the parameters are the attributes
 * of `<hail-graph>`, or with `element=number` (`table`, `rank`) of another element. Runs as a classic script, once per tag.
 */
import { canonical, ELEMENTS, type ElementName, isElementName } from './attributes.js'
import { enliven, makeElement } from './element.js'
import { type OwnScript, ownScript, serverOf } from './origin.js'

/** What tracking and cache busting put into addresses, as the server has it. */
const MEANINGLESS = /^(_|utm_.*|fbclid|gclid|msclkid)$/

function drawHere({ element: script, url }: OwnScript): void {
  const { element: name = 'graph', ...rest } = Object.fromEntries(
    [...url.searchParams].filter(([name]) => !MEANINGLESS.test(name)),
  )
  const server = serverOf(url)
  const element = makeElement(nameOf(name), { server, ...canonical(rest) })
  place(element, script)
  void enliven(element, server, script.nonce)
}

function nameOf(text: string): ElementName {
  if (isElementName(text)) return text
  console.error(`HailWhale: there is no element=${text}; there are ${ELEMENTS.join(', ')}`)
  return 'graph'
}

/** Right behind the script tag; a tag in the head, or in no page any more, draws at the end of the body. */
function place(element: HTMLElement, script: HTMLScriptElement): void {
  if (document.body?.contains(script)) script.after(element)
  else if (document.body !== null) document.body.append(element)
  else document.addEventListener('DOMContentLoaded', () => document.body.append(element), { once: true })
}

const script = ownScript()
if (script !== null) drawHere(script)
else {
  console.error(
    'HailWhale: /graph.js must be a plain script tag with its own address, without type="module": <script src="…/graph.js?key=store"></script>',
  )
}
