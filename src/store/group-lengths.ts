/** Holds callers of a store to what the port asks of addresses: a broken address would corrupt its neighbours silently. */

const MOST_GROUP_BYTES = 64
const MOST_MEMBER_BYTES = 1024

/** Remembers the length of the groups of each first byte. All methods throw a `RangeError` on what the port forbids. */
export class GroupLengths {
  readonly #lengths = new Uint8Array(256)

  /** Checks a group. */
  group(group: Uint8Array): void {
    const first = group[0] ?? 0
    if (group.length > MOST_GROUP_BYTES || first === 0 || first === 0xff) {
      throw new RangeError(`a group has 1 to ${MOST_GROUP_BYTES} bytes and starts with 0x01 to 0xFE`)
    }
    const known = this.#lengths[first]!
    if (known === 0) this.#lengths[first] = group.length
    else if (known !== group.length) {
      throw new RangeError(`groups that start with ${first} have ${known} bytes, not ${group.length}`)
    }
  }

  /** Checks an address. */
  address(group: Uint8Array, member: Uint8Array): void {
    this.group(group)
    if (member.length > MOST_MEMBER_BYTES)
      throw new RangeError(`a member has at most ${MOST_MEMBER_BYTES} bytes`)
  }

  /** Checks a bound of a range of groups. */
  bound(bound: Uint8Array): void {
    const known = this.#lengths[bound[0] ?? 0]!
    if (bound.length === 0 || (known > 0 && bound.length > known)) {
      throw new RangeError('a bound has at least one byte and is no longer than the groups it bounds')
    }
  }
}
