/** One question of a page with all who follow it: it is asked once, and they share its newest answer. */
import type { GraphAnswer } from '../../src/query/graph.js'
import { changeBetween } from '../../src/query/stream.js'
import type { Follower, GraphFields } from './follower.js'
import type { Refused } from './refused.js'

/** What one follower asked for, once: the same follower may do so several times. */
interface Following {
  readonly follower: Follower
}

/** A question, its newest answer, and its followers. */
export class FollowedGraph {
  readonly fields: GraphFields
  /** True while the answer is the one that the stream's last event id speaks of: what is missing since can be sent alone. */
  isResumable = false
  readonly #followings = new Set<Following>()
  #answer: GraphAnswer | null = null
  #lost: { readonly why: string | null } | null = null

  constructor(fields: GraphFields) {
    this.fields = fields
  }

  get answer(): GraphAnswer | null {
    return this.#answer
  }

  get isFollowed(): boolean {
    return this.#followings.size > 0
  }

  /** Adds a follower; it is told what is known in a moment. The answer takes it away again. */
  add(follower: Follower): () => void {
    const following = { follower }
    this.#followings.add(following)
    queueMicrotask(() => this.#tellKnown(following))
    return () => {
      this.#followings.delete(following)
    }
  }

  /** A new answer. */
  take(answer: GraphAnswer): void {
    this.#answer = answer
    this.#lost = null
    this.#tell(follower => follower.graph(answer))
  }

  /** An answer from beside the stream. It may be the same as the one before, of which nobody is told then. */
  takeIfNew(answer: GraphAnswer): void {
    this.isResumable = false
    const isSame = this.#answer !== null && changeBetween(this.#answer, answer) === null
    if (isSame && this.#lost === null) return
    this.take(isSame ? this.#answer! : answer)
  }

  /** There will be no answer for now. */
  lose(why: string | null): void {
    if (this.#lost !== null && this.#lost.why === why) return
    this.#lost = { why }
    this.#tell(follower => follower.lost(why))
  }

  /** The connection is back and nothing has changed. */
  regain(): void {
    if (this.#lost !== null && this.#answer !== null) this.take(this.#answer)
  }

  /** There will be no answer. Its followers are told, and forgotten. */
  refuse(refused: Refused): void {
    const followings = [...this.#followings]
    this.#followings.clear()
    for (const { follower } of followings) call(() => follower.refused(refused))
  }

  #tellKnown(following: Following): void {
    const answer = this.#answer
    const lost = this.#lost
    if (answer !== null && this.#followings.has(following)) call(() => following.follower.graph(answer))
    if (lost !== null && this.#followings.has(following)) call(() => following.follower.lost(lost.why))
  }

  #tell(told: (follower: Follower) => void): void {
    for (const following of [...this.#followings]) {
      if (this.#followings.has(following)) call(() => told(following.follower))
    }
  }
}

/** Followers are other people's code: one that throws is reported like any error of a page, and the others are told. */
function call(told: () => void): void {
  try {
    told()
  } catch (error) {
    queueMicrotask(() => {
      throw error
    })
  }
}
