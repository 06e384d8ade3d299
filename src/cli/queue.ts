/** The queue of hails and whales, from the settings, and the tokens that are kept in it. */
import type { Logger } from 'pino'
import type { Access } from '../access/access.js'
import { RedisTokens } from '../access/redis-tokens.js'
import type { WhaleSelf } from '../journal/redis/options.js'
import { RedisJournal } from '../journal/redis/redis-journal.js'
import { Redis } from '../redis/redis.js'
import type { RedisAddress } from '../redis/redis-address.js'
import { type AccessSurroundings, openAccess } from './open-access.js'
import type { OnClose } from './running.js'
import { SettingError } from './setting-error.js'
import type { Settings } from './settings.js'

/** The queue, not yet open. A whale says who it is. Throws a `SettingError` where no queue is named. */
export function queueOf(settings: Settings, log: Logger, self?: WhaleSelf): RedisJournal {
  const { namespace, partitions, queueLength, queueSize } = settings
  return new RedisJournal({
    address: addressOf(settings),
    ...{ namespace, partitions, mostRecords: queueLength, mostBytes: queueSize },
    ...(self && { self }),
    onTrouble: (what, error) => log.error({ err: error }, `${what} failed; trying again`),
  })
}

/** Who may do what: the tokens of a queue are the same for all its hails and whales. The queue must have been opened. */
export async function openQueueAccess(
  settings: Settings,
  surroundings: AccessSurroundings,
  onClose: OnClose,
): Promise<Access> {
  const redis = new Redis(addressOf(settings))
  onClose(() => redis.close())
  await redis.open()
  const access = await openAccess(settings, new RedisTokens(redis, settings.namespace), surroundings)
  onClose(() => access.close())
  return access
}

function addressOf({ queue }: Settings): RedisAddress {
  if (queue !== null) return queue
  throw new SettingError('queue: is missing: write the Redis between hails and whales, redis://host:6379')
}

/** Names what a crash of the queue's Redis loses of what was acknowledged. */
export function tellRisk({ risk }: Pick<RedisJournal, 'risk'>, log: Logger): void {
  if (risk !== null) log.warn(`of what was acknowledged and is not counted yet, ${risk}`)
}

/** Tells the log that a whale doesn't answer. */
export function tellSilence(log: Logger): (whale: string, error: unknown) => void {
  return (whale, error) => log.warn({ err: error, whale }, 'a whale does not answer')
}
