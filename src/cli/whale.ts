/** `hailwhale whale`: counts what hails have queued, for the partitions that are its own for the time being, and answers. */
import { networkInterfaces } from 'node:os'
import { createHttp } from '../http/http.js'
import { Peers } from '../peers/peers.js'
import { openWhale } from '../whale/open-whale.js'
import { whaleGauges } from './gauges.js'
import { packageVersion } from './package-version.js'
import { openQueueAccess, queueOf, tellRisk, tellSilence } from './queue.js'
import {
  answering,
  listen,
  opening,
  openPatiently,
  type RunningServer,
  rollingUp,
  runServer,
  type ServerSurroundings,
  stopListening,
} from './running.js'
import type { Settings } from './settings.js'
import { partitionStores } from './stores.js'

/** Opens the queue and the store, and listens. Throws a `CommandError` where the address can't be had. */
export function startWhale(
  settings: Settings,
  { log, now, onFatal }: ServerSurroundings,
): Promise<RunningServer> {
  return opening(async onClose => {
    let address = ''
    const self = { address: () => address, exclusive: settings.store.kind === 'lmdb' }
    const journal = queueOf(settings, log, self)
    const stores = await partitionStores(settings.store, settings.namespace)
    const peers = new Peers({
      // Known once the queue is open.
      get secret() {
        return journal.secret
      },
      now,
      onTrouble: tellSilence(log),
    })
    onClose(() => peers.close())
    const parts = { journal, stores, peers, ...rollingUp(settings), now, log, onFatal }
    const whale = await openPatiently('opening the queue and the store', log, () => openWhale(parts))
    onClose(() => whale.close())
    tellRisk(journal, log)
    if (stores.risk !== null) log.warn({ store: stores.name }, `of what the store was given, ${stores.risk}`)
    const access = await openQueueAccess(settings, { log, now }, onClose)
    const http = await createHttp({
      access,
      service: whale.service,
      peers: { service: whale.local, secret: journal.secret },
      ...answering(settings),
      now,
      log,
      gauges: whaleGauges(whale, journal),
    })
    onClose(() => stopListening(http))
    const url = await listen(http, settings)
    address = addressOf(settings, url)
    whale.start()
    log.info({ address }, 'hails and other whales find this one there')
    return { url, recovered: whale.recovered }
  })
}

/** Runs until a signal ends it. */
export function whale(settings: Settings): Promise<void> {
  return runServer(settings, {
    start: startWhale,
    started: (url, log) => {
      const queue = settings.queue?.shown
      log.info({ url, queue }, `HailWhale ${packageVersion()} counts and answers at ${url}/`)
    },
    ending: 'flushing what was counted',
    ended: 'all is in the store',
  })
}

/** Where others reach a whale that listens at a URL. One that listens everywhere is reached at the first address of this machine. */
function addressOf({ advertise, host, basePath }: Settings, url: string): string {
  if (advertise !== null) return `${advertise}${basePath}`
  if (host !== '0.0.0.0' && host !== '::') return url
  const addresses = Object.values(networkInterfaces()).flatMap(each => each ?? [])
  const outward = addresses.find(({ internal, family }) => !internal && family === 'IPv4')
  return `http://${outward?.address ?? '127.0.0.1'}:${new URL(url).port}${basePath}`
}
