/** `hailwhale hail`: takes counts into the queue, and passes everything else on to a whale. */
import { setTimeout as timeout } from 'node:timers/promises'
import { Hail } from '../hail/hail.js'
import { createHailHttp } from '../http/hail-http.js'
import { Peers } from '../peers/peers.js'
import { queueGauges } from './gauges.js'
import { packageVersion } from './package-version.js'
import { openQueueAccess, queueOf, tellRisk, tellSilence } from './queue.js'
import {
  answering,
  listen,
  opening,
  openPatiently,
  type RunningServer,
  runServer,
  type ServerSurroundings,
  stopListening,
} from './running.js'
import type { Settings } from './settings.js'

/** Memory for the names of batches on their way. */
const INTERNER_BYTES = 16 * 1024 * 1024

/** Opens the queue and listens. Throws a `CommandError` where the address can't be had. */
export function startHail(
  settings: Settings,
  { log, now, random }: ServerSurroundings,
): Promise<RunningServer> {
  return opening(async onClose => {
    const journal = queueOf(settings, log)
    onClose(() => journal.close())
    await openPatiently('opening the queue', log, () => journal.open())
    tellRisk(journal, log)
    const access = await openQueueAccess(settings, { log, now }, onClose)
    const peers = new Peers({ secret: journal.secret, now, onTrouble: tellSilence(log) })
    onClose(() => peers.close())
    const hail = new Hail({
      journal,
      peer: address => peers.of(address),
      now,
      delay: ms => timeout(ms, undefined, { ref: false }),
      onTrouble: (what, error) => log.error({ err: error }, `${what} failed; trying again`),
      internerBytes: INTERNER_BYTES,
    })
    onClose(() => hail.close())
    const http = await createHailHttp({
      access,
      service: hail,
      whales: () => journal.whales(),
      ...answering(settings),
      now,
      random,
      log,
      gauges: queueGauges(journal, hail),
    })
    onClose(() => stopListening(http))
    return { url: await listen(http, settings), recovered: Promise.resolve() }
  })
}

/** Runs until a signal ends it. */
export function hail(settings: Settings): Promise<void> {
  return runServer(settings, {
    start: startHail,
    started: (url, log) => {
      const queue = settings.queue?.shown
      log.info({ url, queue }, `HailWhale ${packageVersion()} takes counts at ${url}/`)
    },
    ending: 'queueing what was accepted',
    ended: 'all is in the queue',
  })
}
