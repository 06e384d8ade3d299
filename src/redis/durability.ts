/** What a Redis can lose of what it has acknowledged, as it is configured. */
import type { Redis } from './redis.js'

/** How a Redis keeps what it has. */
export interface Keeping {
  /** When its append-only file is synced (`appendfsync`); null: it has none. */
  readonly sync: string | null
  readonly hasReplicas: boolean
  /** Whether it removes keys when memory runs out. */
  readonly evicts: boolean
}

/** Asks the node that has `key`. */
export async function keepingOf(redis: Redis, key: string): Promise<Keeping> {
  const [persistence, replication, memory, sync] = await Promise.all([
    infoOf(redis, key, 'persistence'),
    infoOf(redis, key, 'replication'),
    infoOf(redis, key, 'memory'),
    syncOf(redis, key),
  ])
  return {
    sync: persistence.get('aof_enabled') === '1' ? sync : null,
    hasReplicas: Number(replication.get('connected_slaves') ?? 0) > 0,
    evicts:
      Number(memory.get('maxmemory') ?? 0) > 0 && /^allkeys-/.test(memory.get('maxmemory_policy') ?? ''),
  }
}

/**
 * Null where nothing can be lost: everything is synced before it is answered, and no replica that lags behind can take over;
 * otherwise the end of a sentence for operators. `elsewhere`: who still has what one lost second held, if somebody has.
 */
export function riskOf({ sync, hasReplicas, evicts }: Keeping, elsewhere?: string): string | null {
  const but = elsewhere === undefined ? '' : `; ${elsewhere}`
  if (evicts) return 'Redis removes anything when its memory runs out (maxmemory-policy should be noeviction)'
  if (sync === null) return 'a crash of Redis loses everything since its last snapshot (appendonly no)'
  if (sync !== 'always') return `a crash of the machine loses the last seconds (appendfsync ${sync})${but}`
  if (!hasReplicas) return null
  return `a replica that takes over may lack the last seconds (replicas are not waited for)${but}`
}

/** What an acknowledged write survives, replicas aside: a crash of the machine, the same but for its last second, or nothing. */
export function durabilityOf({ sync, evicts }: Keeping): 'fdatasync' | 'everysec' | 'memory' {
  if (evicts) return 'memory'
  if (sync === 'always') return 'fdatasync'
  return sync === 'everysec' ? 'everysec' : 'memory'
}

/** The worst of several nodes. */
export function worstOf(nodes: readonly Keeping[]): Keeping {
  const syncs = nodes.map(({ sync }) => sync)
  return {
    sync: FROM_THE_WORST[Math.min(...syncs.map(sync => FROM_THE_WORST.indexOf(sync)))] ?? null,
    hasReplicas: nodes.some(({ hasReplicas }) => hasReplicas),
    evicts: nodes.some(({ evicts }) => evicts),
  }
}

const FROM_THE_WORST = [null, 'no', 'everysec', 'always']

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
