/**
 * The script for other people's pages, `/hailwhale.js`: registers the elements, and gives `HailWhale` to those who write
 * JavaScript. It may be loaded as a classic script, deferred, as a module, from another origin, and twice: the first one stays.
 */
import { type HailWhaleGlobal, HailWhale as made } from './elements.js'

declare global {
  var HailWhale: HailWhaleGlobal
}

globalThis.HailWhale ??= made
