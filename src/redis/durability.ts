/** What a Redis can lose of what it has acknowledged, as it is configured. */
import type { Redis } from './redis.js'

/**
 * Asks the node that has `key`. Answers null where nothing can be lost: everything is synced before it is answered, and no replica
 * that lags behind can take over; otherwise the end of a sentence for operators.
 */
export async function riskOf(redis: Redis, key: string): Promise<string | null> {
  const [persistence, replication] = await Promise.all([
    infoOf(redis, key, 'persistence'),
    infoOf(redis, key, 'replication'),
  ])
  if (persistence.get('aof_enabled') !== '1') {
    return 'a crash of Redis loses everything since its last snapshot (appendonly no)'
  }
  const sync = await syncOf(redis, key)
  if (sync !== 'always') {
    return `a crash of the machine loses the last seconds (appendfsync ${sync}); the journal still has them`
  }
  if (Number(replication.get('connected_slaves') ?? 0) === 0) return null
  return 'a replica that takes over may lack the last seconds (replicas are not waited for); the journal still has them'
}

/** A section of INFO by its fields. */
async function infoOf(redis: Redis, key: string, section: string): Promise<ReadonlyMap<string, string>> {
  const text = String(await redis.send(key, ['INFO', section]))
  return new Map([...text.matchAll(/^(\w+):(.*?)\r?$/gm)].map(([, name, value]) => [name!, value!]))
}

/** When the file is synced; hosted ones that don't say are taken to use the default. */
async function syncOf(redis: Redis, key: string): Promise<string> {
  const reply = await redis.send(key, ['CONFIG', 'GET', 'appendfsync']).catch(() => [])
  return Array.isArray(reply) ? String(reply[1] ?? 'everysec') : 'everysec'
}
