/**
 * The load generator. All requests are made into bytes before the clock starts (`prepare…`); a run then only writes
 * them and looks at the answers' status.
 */

import { setTimeout as delay } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { Connection, postRequest } from './connection.mjs'
import { pathLine } from './many-paths.mjs'
import { quantile } from './statistics.mjs'
import { answerCalls } from './workers.mjs'

const PATH = '/count'

const state = { requests: /** @type {Buffer[]} */ ([]), events: 0, stopped: false }

/** The workload as posts of `perPost` events. */
async function prepareWorkload({ workload, events, startS, hours, seed, perPost }) {
  const { flat, line } = await import(pathToFileURL(workload).href)
  prepare(flat({ events, seed, hours, start: startS }), line, perPost)
}

/** One event for each of many paths, see `many-paths.mjs`. */
function preparePaths({ parents, children, startS, perPost }) {
  const numbers = Array.from({ length: parents * children }, (_, i) => i)
  prepare(numbers, i => pathLine(i, { parents, children, startS }), perPost)
}

function prepare(items, lineOf, perPost) {
  state.requests = []
  state.events = 0
  let lines = []
  const post = () => {
    state.requests.push(postRequest(PATH, `${lines.join('\n')}\n`))
    state.events += lines.length
    lines = []
  }
  for (const item of items) if (lines.push(lineOf(item)) === perPost) post()
  if (lines.length > 0) post()
}

/**
 * Sends everything `repeat` times over `connections` connections; with `perSecond`, no more events a second than that.
 * With `repeat` 0, until `stop`.
 */
async function run({ port, connections, repeat = 1, perSecond = 0 }) {
  state.stopped = false
  const { requests } = state
  const total = repeat === 0 ? Number.POSITIVE_INFINITY : requests.length * repeat
  const perPost = state.events / requests.length
  const latencies = []
  const open = await Promise.all(Array.from({ length: connections }, () => Connection.open(port)))
  const cpu = process.cpuUsage()
  const startMs = performance.now()
  let next = 0
  const send = async connection => {
    while (next < total && !state.stopped) {
      const index = next++
      if (perSecond > 0) await delay(startMs + (index * perPost * 1000) / perSecond - performance.now())
      const sentMs = performance.now()
      const { status, body } = await connection.request(requests[index % requests.length])
      if (status < 200 || status > 204) throw new Error(`a POST was answered ${status}: ${body}`)
      latencies.push(performance.now() - sentMs)
    }
  }
  await Promise.all(open.map(send))
  const seconds = (performance.now() - startMs) / 1000
  const { user, system } = process.cpuUsage(cpu)
  for (const connection of open) connection.close()
  return {
    seconds,
    events: Math.round(latencies.length * perPost),
    cpuS: (user + system) / 1e6,
    p50Ms: quantile(latencies, 0.5),
    p99Ms: quantile(latencies, 0.99),
  }
}

answerCalls({
  prepareWorkload,
  preparePaths,
  run,
  stop: () => {
    state.stopped = true
  },
})
