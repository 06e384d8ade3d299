/** The page at `/`: registers the elements it is made of, and puts the frame in its place. */

import './access/start.js'
import { register } from '../elements/hail-element.js'
import { HailGraph } from '../elements/hail-graph.js'
import { HailNumber } from '../elements/hail-number.js'
import { HailRank } from '../elements/hail-rank.js'
import { HailTable } from '../elements/hail-table.js'
import './app.js'

register('hail-graph', HailGraph)
register('hail-number', HailNumber)
register('hail-table', HailTable)
register('hail-rank', HailRank)
