/**
 * Cells in Redis: a group is a hash, a member a field, so a breakdown is one command. All groups of a partition share a hash tag:
 * in a Redis Cluster they lie on one node, and a script can write them together with a look at the epoch. The newest owner has the
 * highest epoch; what an older one writes late is refused whole. Groups expire by themselves.
 *
 * As durable as Redis is configured to be (docs/operations.md).
 */
import { readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { HailWhaleError } from '../../model/errors.js'
import { keepingOf, riskOf } from '../../redis/durability.js'
import { Redis, redisScript } from '../../redis/redis.js'
import type { RedisAddress } from '../../redis/redis-address.js'
import { checkStoreFormat } from '../format-version.js'
import { GroupLengths } from '../group-lengths.js'
import type { Address, Cell, CellVisitor, Change, MemberRange, Store, StoreManifest } from '../store.js'
import { Ownership } from './ownership.js'
import {
  CHANGES_PER_CALL,
  callsOf,
  compareBytes,
  globOf,
  inGroups,
  lastChanges,
  latin1,
  unpackCell,
} from './redis-cells.js'

/** Where a partition's cells are. */
export interface RedisStoreOptions {
  /** A Redis that is open already stays open: others use it too. */
  readonly address: RedisAddress | Redis
  /** In front of all keys: several servers can share a Redis. */
  readonly namespace?: string
  readonly partition?: number
  /**
   * The epoch of the lease on the partition: `open` takes the partition over, so that nothing is written any more by an older owner. Without,
   * the first write does, from whoever has it.
   */
  readonly epoch?: number
  /** To look into a partition that may be another server's: it is open at once, without a word to Redis, and writes are refused. */
  readonly readOnly?: boolean
  /** A store is opened though its import has not come to its end. */
  readonly forImport?: boolean
}

const CLAIM = script('claim.lua')
const WRITE_CELLS = script('write-cells.lua')
const DROP_GROUPS = script('drop-groups.lua')
const SCRIPTS = { claim: CLAIM, writing: [WRITE_CELLS, DROP_GROUPS] }
/** Fields of a hash per step of a scan; smaller hashes come in one answer. */
const SCAN_COUNT = '5000'
const GROUPS_PER_DROP = 500
/** Longer than `appendfsync everysec` and a usual replica lag behind. However Redis is configured now: that can change while we run. */
const SETTLES_MS = 10_000
/** How long `close` waits for what is under way. */
const CLOSE_MS = 2_000

/** An address, and the place of its cell in the answer. */
interface PlacedAddress extends Address {
  readonly place: number
}

/** A store in a Redis. */
export class RedisStore implements Store {
  readonly name = 'redis'
  readonly #redis: Redis
  /** Others use it too. */
  readonly #isShared: boolean
  readonly #shown: string
  readonly #tag: string
  readonly #prefix: Buffer
  readonly #lengths = new GroupLengths()
  readonly #ownership: Ownership
  readonly #underWay = new Set<Promise<unknown>>()
  readonly #claimsAtOnce: boolean
  readonly #readOnly: boolean
  readonly #forImport: boolean
  #risk: string | null = null
  #open = false

  constructor({
    address,
    namespace = 'hailwhale',
    partition = 0,
    epoch,
    readOnly = false,
    forImport = false,
  }: RedisStoreOptions) {
    this.#isShared = address instanceof Redis
    this.#redis = address instanceof Redis ? address : new Redis(address)
    this.#shown = address.shown
    this.#claimsAtOnce = epoch !== undefined
    this.#readOnly = readOnly
    this.#forImport = forImport
    this.#open = readOnly
    this.#tag = `{${namespace}/${partition}}`
    this.#prefix = Buffer.from(`${this.#tag}.`)
    this.#ownership = new Ownership(this.#redis, {
      key: this.#key('owner'),
      shown: `the store in ${this.#shown}`,
      epoch: epoch === undefined ? '' : String(epoch),
      scripts: SCRIPTS,
    })
  }

  get supports(): StoreManifest {
    return { expiry: true, durable: true, settlesMs: SETTLES_MS, risk: this.#risk }
  }

  get incarnation(): number {
    return this.#ownership.incarnation
  }

  async open(): Promise<void> {
    if (!this.#isShared) await this.#redis.open()
    this.#open = true
    try {
      if (this.#claimsAtOnce) await this.#ownership.claim()
      const forImport = this.#forImport
      await checkStoreFormat(this, `the store in ${this.#shown}`, { forImport })
      this.#risk = riskOf(await keepingOf(this.#redis, this.#key('owner')), 'the journal still has them')
    } catch (error) {
      await this.close()
      throw error
    }
  }

  async close(): Promise<void> {
    this.#open = false
    if (this.#underWay.size > 0) {
      const late = new AbortController()
      await Promise.race([
        Promise.allSettled(this.#underWay),
        delay(CLOSE_MS, undefined, { signal: late.signal }).catch(() => undefined),
      ])
      late.abort()
    }
    if (!this.#isShared) await this.#redis.close()
  }

  read(addresses: readonly Address[]): Promise<(Cell | undefined)[]> {
    return this.#track(async () => {
      for (const { group, member } of addresses) this.#lengths.address(group, member)
      const placed = addresses.map(({ group, member }, place) => ({ group, member, place }))
      const cells = new Array<Cell | undefined>(addresses.length)
      await Promise.all([...inGroups(placed)].map(own => this.#readGroup(own, cells)))
      return cells
    })
  }

  scan(group: Uint8Array, range: MemberRange, visit: CellVisitor): Promise<void> {
    return this.#track(async () => {
      this.#lengths.group(group)
      const fields = await this.#fieldsOf(group, range)
      const { after } = range
      const members = [...fields.values()].filter(
        ([member]) => after === undefined || compareBytes(member, after) > 0,
      )
      members.sort(([a], [b]) => compareBytes(a, b))
      for (const [member, packed] of members.slice(0, range.limit)) {
        const { value, through } = unpackCell(packed)
        visit(member, value, through)
      }
    })
  }

  write(changes: readonly Change[], incarnation = this.incarnation): Promise<void> {
    return this.#track(async () => {
      this.#refuseReader()
      for (const { group, member } of changes) this.#lengths.address(group, member)
      const calls = callsOf(lastChanges(changes), this.#prefix)
      await Promise.all(
        calls.map(({ keys, args }) =>
          this.#ownership.write(WRITE_CELLS, [this.#key('groups'), ...keys], args, incarnation),
        ),
      )
    })
  }

  drop(from: Uint8Array, until: Uint8Array): Promise<void> {
    return this.#track(async () => {
      this.#refuseReader()
      this.#lengths.bound(from)
      this.#lengths.bound(until)
      if (compareBytes(from, until) >= 0) return
      const bounds = [bound('[', this.#prefix, from), bound('(', this.#prefix, until)]
      const args = [...bounds, String(GROUPS_PER_DROP)]
      const step = () => this.#ownership.write(DROP_GROUPS, [this.#key('groups')], args, this.incarnation)
      while ((await step()) === GROUPS_PER_DROP);
    })
  }

  /** Looks at every key of the node that has the partition. */
  async *starts(from: Uint8Array, until: Uint8Array, length: number): AsyncGenerator<Uint8Array> {
    this.#lengths.bound(from)
    this.#lengths.bound(until)
    const pattern = globOf(this.#prefix)
    let cursor = '0'
    do {
      const scan = ['SCAN', cursor, 'MATCH', pattern, 'COUNT', SCAN_COUNT]
      const reply = await this.#track(() => this.#redis.send(this.#key('owner'), scan))
      const [next, keys] = reply as [Buffer, Buffer[]]
      for (const key of keys) {
        const group = key.subarray(this.#prefix.length)
        if (compareBytes(group, from) >= 0 && compareBytes(group, until) < 0) yield group.subarray(0, length)
      }
      cursor = String(next)
    } while (cursor !== '0')
  }

  /** What all of the node that has this partition takes: Redis doesn't know it of a part of its keys. */
  sizeBytes(): Promise<number> {
    return this.#track(async () => {
      const info = String(await this.#redis.send(this.#key('owner'), ['INFO', 'memory']))
      return Number(/^used_memory:(\d+)/m.exec(info)?.[1] ?? 0)
    })
  }

  async #readGroup(placed: readonly PlacedAddress[], cells: (Cell | undefined)[]): Promise<void> {
    const key = this.#groupKey(placed[0]!.group)
    for (let from = 0; from < placed.length; from += CHANGES_PER_CALL) {
      const step = placed.slice(from, from + CHANGES_PER_CALL)
      const members = step.map(({ member }) => Buffer.from(member))
      const packed = (await this.#redis.send(key, ['HMGET', key, ...members])) as (Buffer | null)[]
      for (const [i, { place }] of step.entries()) {
        const found = packed[i]
        if (found) cells[place] = unpackCell(found)
      }
    }
  }

  /** The fields of a group that start with the prefix, by name: a scan may meet one twice. */
  async #fieldsOf(group: Uint8Array, { prefix }: MemberRange): Promise<Map<string, [Buffer, Buffer]>> {
    const key = this.#groupKey(group)
    const match = prefix === undefined || prefix.length === 0 ? [] : ['MATCH', globOf(prefix)]
    const fields = new Map<string, [Buffer, Buffer]>()
    let cursor = '0'
    do {
      const reply = await this.#redis.send(key, ['HSCAN', key, cursor, ...match, 'COUNT', SCAN_COUNT])
      const [next, flat] = reply as [Buffer, Buffer[]]
      for (let i = 0; i < flat.length; i += 2) fields.set(latin1(flat[i]!), [flat[i]!, flat[i + 1]!])
      cursor = String(next)
    } while (cursor !== '0')
    return fields
  }

  #track<T>(work: () => Promise<T>): Promise<T> {
    if (!this.#open) return Promise.reject(new HailWhaleError('unavailable', 'the store is not open'))
    const done = work()
    this.#underWay.add(done)
    done.then(
      () => this.#underWay.delete(done),
      () => this.#underWay.delete(done),
    )
    return done
  }

  #refuseReader(): void {
    if (this.#readOnly) throw new HailWhaleError('unavailable', 'this store was opened to be read')
  }

  #key(name: string): string {
    return `${this.#tag}${name}`
  }

  #groupKey(group: Uint8Array): Buffer {
    return Buffer.concat([this.#prefix, group])
  }
}

function script(file: string) {
  return redisScript(readFileSync(new URL(file, import.meta.url), 'utf8'))
}

function bound(sign: string, prefix: Buffer, group: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from(sign), prefix, group])
}
