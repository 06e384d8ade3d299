/** Connects with the client library to the Redis of an address; the three kinds come out alike. */
import { createClient, createCluster, createSentinel, RESP_TYPES } from '@redis/client'
import type { RedisArgument, RedisReply } from './redis.js'
import type { RedisAddress } from './redis-address.js'

/** An open connection. */
export interface RedisConnection {
  send(key: RedisArgument, args: readonly RedisArgument[]): Promise<RedisReply>
  close(): Promise<void>
}

const CONNECT_TIMEOUT_MS = 5_000
/** A node that is silent for this long while it is asked is taken to be away; it is sent a PING in between. */
const SILENT_MS = 30_000
const PING_MS = 10_000
const LONGEST_PAUSE_MS = 1_000

const commandOptions = { typeMapping: { [RESP_TYPES.BLOB_STRING]: Buffer } }

/** Connects; rejects where that fails the first time. Later it reconnects by itself. */
export async function connect(address: RedisAddress): Promise<RedisConnection> {
  if (address.kind === 'cluster') return connectCluster(address)
  if (address.kind === 'sentinel') return connectSentinel(address)
  return connectSingle(address)
}

async function connectSingle(address: RedisAddress): Promise<RedisConnection> {
  const { host, port } = address.hosts[0]!
  let isUp = false
  const base = nodeOptions(address, () => isUp)
  const client = createClient({
    ...base,
    socket: { ...base.socket, host, port },
    database: address.database,
    RESP: 2,
    commandOptions,
  })
  client.on('error', ignore)
  await client.connect()
  isUp = true
  return {
    send: (_key, args) => client.sendCommand<RedisReply>(args),
    close: () => closed(client),
  }
}

async function connectCluster(address: RedisAddress): Promise<RedisConnection> {
  const base = nodeOptions(address, () => true)
  const cluster = createCluster({
    rootNodes: address.hosts.map(({ host, port }) => ({ ...base, socket: { ...base.socket, host, port } })),
    defaults: base,
    RESP: 2,
    commandOptions,
  })
  cluster.on('error', ignore)
  await cluster.connect()
  return {
    send: (key, args) => cluster.sendCommand<RedisReply>(key, false, [...args]),
    close: () => closed(cluster),
  }
}

async function connectSentinel(address: RedisAddress): Promise<RedisConnection> {
  const base = nodeOptions(address, () => true)
  const sentinel = createSentinel({
    name: address.master!,
    sentinelRootNodes: address.hosts.map(({ host, port }) => ({ host, port })),
    nodeClientOptions: { ...base, database: address.database },
    sentinelClientOptions: { socket: base.socket },
    RESP: 2,
    commandOptions,
    passthroughClientErrorEvents: true,
  })
  sentinel.on('error', ignore)
  await sentinel.connect()
  return {
    send: (_key, args) => sentinel.sendCommand<RedisReply>(false, [...args]),
    close: () => closed(sentinel),
  }
}

/** The options of every node. `mayRetry`: whether a connection that failed is tried again. */
function nodeOptions({ tls, username, password }: RedisAddress, mayRetry: () => boolean) {
  const reconnectStrategy = (retries: number, cause: Error) =>
    mayRetry() ? Math.min(50 * 2 ** Math.min(retries, 5), LONGEST_PAUSE_MS) : cause
  const common = { connectTimeout: CONNECT_TIMEOUT_MS, socketTimeout: SILENT_MS, reconnectStrategy }
  return {
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    socket: tls ? { ...common, tls: true as const } : common,
    pingInterval: PING_MS,
    disableOfflineQueue: true,
    disableClientInfo: true,
    maintNotifications: 'disabled' as const,
  }
}

/** Each command that fails says so to whoever sent it. */
function ignore(): void {}

async function closed(client: { close(): Promise<unknown> }): Promise<void> {
  await client.close()
}
