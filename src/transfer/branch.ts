/** A node of the tree of series while it is being exported: known by its parent and its name, and where in time it has rows. */
import { childDigest, ROOT_DIGEST } from '../rollup/address.js'
import { KIND_KEY, KIND_OVERFLOW, type NodeKind } from '../rollup/nodes.js'
import type { Place } from './format.js'

/** What hangs below a node; a leaf needs none of this. */
export class Branch {
  readonly parent: Branch | null
  readonly kind: NodeKind
  readonly name: string
  /** Whether there are keys below it: those may keep what it doesn't. */
  readonly hasKeys: boolean
  readonly hasDimensions: boolean
  /** One bit for each place in time: whether it has a row there. What has none has none below it either. */
  readonly #rows: Uint8Array
  #digest: Uint8Array | undefined

  constructor(options: {
    readonly parent: Branch | null
    readonly kind: NodeKind
    readonly name: string
    readonly hasKeys: boolean
    readonly hasDimensions: boolean
    readonly places: number
  }) {
    this.parent = options.parent
    this.kind = options.kind
    this.name = options.name
    this.hasKeys = options.hasKeys
    this.hasDimensions = options.hasDimensions
    this.#rows = new Uint8Array((options.places + 7) >> 3)
  }

  /** What stands above all keys. */
  static root(): Branch {
    const above = { parent: null, kind: KIND_KEY, name: '' } as const
    return new Branch({ ...above, hasKeys: true, hasDimensions: false, places: 0 })
  }

  get isRoot(): boolean {
    return this.parent === null
  }

  get digest(): Uint8Array {
    this.#digest ??=
      this.parent === null ? ROOT_DIGEST : childDigest(this.parent.digest, this.kind, this.name)
    return this.#digest
  }

  /** It has a row in this place. */
  addRow(place: number): void {
    this.#rows[place >> 3]! |= 1 << (place & 7)
  }

  hasRow(place: number): boolean {
    return ((this.#rows[place >> 3] ?? 0) & (1 << (place & 7))) !== 0
  }

  /** Its key and its dimension. */
  place(): Place {
    const key: string[] = []
    const dimensions: (string | null)[] = []
    for (let node: Branch = this; node.parent !== null; node = node.parent) {
      if (node.kind === KIND_KEY) key.unshift(node.name)
      else dimensions.unshift(node.isOverflow ? null : node.name)
    }
    return { key, dimensions }
  }

  get isOverflow(): boolean {
    return this.kind === KIND_OVERFLOW
  }
}
