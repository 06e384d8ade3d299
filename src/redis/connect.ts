/** Connects with the client library to the Redis of an address; the three kinds come out alike. */
import { createClient, createCluster, RESP_TYPES } from '@redis/client'
import type { RedisArgument, RedisReply } from './redis.js'
import type { RedisAddress, RedisHost } from './redis-address.js'

/** A connection. What fails says so to whoever sent it. */
export interface RedisConnection {
  /** False once it is lost for good. */
  readonly isOpen: boolean
  send(key: RedisArgument, args: readonly RedisArgument[]): Promise<RedisReply>
  /** Ends it at once; what waits for an answer is refused. */
  destroy(): void
}

const CONNECT_TIMEOUT_MS = 5_000
/** A connection on which nothing is sent or comes for so long is lost: also while it is made. When nothing is asked, it is pinged. */
const SILENT_MS = 5_000
const PING_MS = 2_000
const SHORTEST_PAUSE_MS = 50
const LONGEST_PAUSE_MS = 1_000

const commandOptions = { typeMapping: { [RESP_TYPES.BLOB_STRING]: Buffer } }

/** Connects; rejects where that fails. */
export async function connect(address: RedisAddress): Promise<RedisConnection> {
  if (address.kind === 'cluster') return connectCluster(address)
  if (address.kind === 'sentinel') return connectMaster(address)
  return connectSingle(address, address.hosts[0]!)
}

async function connectSingle(address: RedisAddress, { host, port }: RedisHost): Promise<RedisConnection> {
  const base = nodeOptions(address)
  const client = createClient({
    ...base,
    socket: { ...base.socket, host, port, reconnectStrategy: false },
    database: address.database,
    RESP: 2,
    commandOptions,
  })
  client.on('error', ignore)
  await client.connect()
  return {
    get isOpen() {
      return client.isOpen
    },
    send: (_key, args) => client.sendCommand<RedisReply>(args),
    destroy: () => client.destroy(),
  }
}

/**
 * The nodes of a cluster come and go: the library finds them again by itself. It asks a node that answers, and connects to another when a key
 * of that one is needed: one that hangs holds up nothing else.
 */
async function connectCluster(address: RedisAddress): Promise<RedisConnection> {
  const { host, port } = await firstToAnswer(address)
  const base = nodeOptions(address)
  const reconnectStrategy = (retries: number) =>
    Math.min(SHORTEST_PAUSE_MS * 2 ** Math.min(retries, 5), LONGEST_PAUSE_MS)
  const options = { ...base, socket: { ...base.socket, reconnectStrategy } }
  const cluster = createCluster({
    rootNodes: [{ ...options, socket: { ...options.socket, host, port } }],
    defaults: options,
    minimizeConnections: true,
    RESP: 2,
    commandOptions,
  })
  cluster.on('error', ignore)
  await cluster.connect()
  return {
    get isOpen() {
      return cluster.isOpen
    },
    send: (key, args) => cluster.sendCommand<RedisReply>(key, false, [...args]),
    destroy: () => cluster.destroy(),
  }
}

/** The node of a cluster that answers first; rejects with what one of them said where none does. */
async function firstToAnswer(address: RedisAddress): Promise<RedisHost> {
  const asked = address.hosts.map(async host => {
    const connection = await connectSingle(address, host)
    try {
      await connection.send('', ['PING'])
      return host
    } finally {
      connection.destroy()
    }
  })
  return Promise.any(asked).catch((none: AggregateError) => {
    throw none.errors[0]
  })
}

/** Connects to what the first Sentinel that answers calls the master. */
async function connectMaster(address: RedisAddress): Promise<RedisConnection> {
  const failures: string[] = []
  for (const sentinel of address.hosts) {
    try {
      return await connectIfMaster(address, await masterOf(address, sentinel))
    } catch (error) {
      failures.push(`${sentinel.host}:${sentinel.port}: ${(error as Error).message}`)
    }
  }
  throw new Error(failures.join('; '))
}

/** A Sentinel may not have noticed yet that a master is none any more: that one would answer from what it once had. */
async function connectIfMaster(address: RedisAddress, host: RedisHost): Promise<RedisConnection> {
  const connection = await connectSingle(address, host)
  try {
    const reply = await connection.send('', ['ROLE'])
    if (Array.isArray(reply) && String(reply[0]) === 'master') return connection
    throw new Error(`${host.host}:${host.port} is not the master`)
  } catch (error) {
    connection.destroy()
    throw error
  }
}

async function masterOf({ tls, master }: RedisAddress, { host, port }: RedisHost): Promise<RedisHost> {
  const socket = { ...socketOptions(tls), reconnectStrategy: false as const, host, port }
  const client = createClient({ socket, RESP: 2, disableClientInfo: true })
  client.on('error', ignore)
  try {
    await client.connect()
    const found = await client.sendCommand<string[] | null>(['SENTINEL', 'GET-MASTER-ADDR-BY-NAME', master!])
    if (!found) throw new Error(`knows no master "${master}"`)
    return { host: found[0]!, port: Number(found[1]) }
  } finally {
    client.destroy()
  }
}

/** The options of every node. */
function nodeOptions({ tls, username, password }: RedisAddress) {
  return {
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    socket: socketOptions(tls),
    pingInterval: PING_MS,
    disableOfflineQueue: true,
    disableClientInfo: true,
    maintNotifications: 'disabled' as const,
  }
}

function socketOptions(tls: boolean) {
  const common = { connectTimeout: CONNECT_TIMEOUT_MS, socketTimeout: SILENT_MS }
  return tls ? { ...common, tls: true as const } : common
}

/** Each command that fails says so to whoever sent it. */
function ignore(): void {}
