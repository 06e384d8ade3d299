/** The keys of a queue (docs/format/queue.md) and the scripts that work on them. */
import { readFileSync } from 'node:fs'
import { type RedisScript, redisScript } from '../../redis/redis.js'

/** The keys that all partitions share: one hash tag. */
export interface QueueKeys {
  readonly queue: string
  readonly whales: string
}

/** The keys of a partition: one hash tag. */
export interface PartitionKeys {
  readonly journal: string
  readonly state: string
  readonly lease: string
  readonly epoch: string
}

export function queueKeys(namespace: string): QueueKeys {
  return { queue: `{${namespace}}queue`, whales: `{${namespace}}whales` }
}

export function partitionKeys(namespace: string, partition: number): PartitionKeys {
  const tag = `{${namespace}/${partition}}`
  return { journal: `${tag}journal`, state: `${tag}state`, lease: `${tag}lease`, epoch: `${tag}epoch` }
}

export const SCRIPTS = {
  append: script('append.lua'),
  read: script('read.lua'),
  raiseSequence: script('raise-sequence.lua'),
  trim: script('trim.lua'),
  takeLease: script('take-lease.lua'),
  releaseLease: script('release-lease.lua'),
  register: script('register.lua'),
}

function script(file: string): RedisScript {
  return redisScript(readFileSync(new URL(file, import.meta.url), 'utf8'))
}
