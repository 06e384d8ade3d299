/**
 * The asking client: one keep-alive connection, one question after the other, the time of each from here and, where the answer says
 * it (`Server-Timing`), at the server.
 */
import { setTimeout as delay } from 'node:timers/promises'
import { Connection, getRequest } from './connection.mjs'
import { quantile } from './statistics.mjs'
import { answerCalls } from './workers.mjs'

const WARM_UP = 30

/** Asks the paths in turns, `count` questions in all, after a few that are not measured; with `perSecond`, so many a second. */
async function ask({ port, paths, count, perSecond }) {
  const connection = await Connection.open(port)
  const requests = paths.map(getRequest)
  const timesMs = new Float64Array(count)
  const serverTimesMs = new Float64Array(count)
  let bytes = 0
  for (let i = -WARM_UP; i < count; i++) {
    const index = (i + WARM_UP) % requests.length
    if (perSecond > 0) await delay(1000 / perSecond)
    const startMs = performance.now()
    const { status, body, serverMs } = await connection.request(requests[index])
    if (i >= 0) {
      timesMs[i] = performance.now() - startMs
      serverTimesMs[i] = Number.isNaN(serverMs) ? timesMs[i] : serverMs
    }
    if (status !== 200) throw new Error(`${paths[index]} was answered ${status}: ${body}`)
    bytes = body.length
  }
  connection.close()
  return {
    p50Ms: quantile(timesMs, 0.5),
    p99Ms: quantile(timesMs, 0.99),
    mostMs: quantile(timesMs, 1),
    serverP50Ms: quantile(serverTimesMs, 0.5),
    serverP99Ms: quantile(serverTimesMs, 0.99),
    bytes,
  }
}

answerCalls({ ask })
