/**
 * `/jquery.hailwhale.js`: `$('#x').hailwhale({…})` and the original's `$.hailwhale(host)`, for jQuery 1.12, 3 and 4. It draws
 * nothing itself: it puts the elements in their places, and loads `/hailwhale.js` from where it came from.
 */
import { ownScript, serverOf } from '../embed/origin.js'
import { Drawings } from './drawings.js'
import { type JQueryLike, pageJQuery } from './jquery.js'
import { originalOf } from './original.js'
import { widgetOf } from './widget.js'

function install($: JQueryLike): void {
  // A second copy on the page leaves the first one, and what it drew, alone.
  if ($.hailwhale !== undefined) return
  const script = ownScript()
  const server = script === null ? null : serverOf(script.url)
  const drawings = new Drawings({ server, nonce: script?.element.nonce ?? '' })
  $.fn.hailwhale = widgetOf(drawings)
  $.hailwhale = originalOf($, drawings, server)
}

const $ = pageJQuery()
if ($ !== undefined) install($)
else {
  console.error(
    'HailWhale: jquery.hailwhale.js found no jQuery. Load jQuery before it: 1.12, 3 and 4 all work.',
  )
}
