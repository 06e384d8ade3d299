/** Whether and with what a graph is compared, question by question. */
import { compareLength, withBefore } from './compare.js'

type Fields = Readonly<Record<string, string>>

/** What the attributes say of it. */
export interface Compared {
  /** The attribute or property: null or false for no comparison. */
  readonly compare: string | boolean | null | undefined
  readonly period: string | null | undefined
}

/** Remembers what was found out about the newest question. */
export class Comparison {
  #about = ''
  #length: string | null = null

  /**
   * The question with what was before beside each metric. The length stays as long as the question does: how long it is until
   * now would change all the time.
   */
  asked(fields: Fields, { compare, period }: Compared, nowMs: number): Fields {
    const text = compare === true ? '' : (compare ?? false)
    const about = JSON.stringify([text, period, fields])
    if (about !== this.#about) {
      this.#about = about
      this.#length = text === false ? null : compareLength(text, period ?? null, fields, nowMs)
    }
    return this.#length === null ? fields : withBefore(fields, this.#length)
  }

  /** The newest question was refused: maybe for what was before, so it is asked without. Answers whether it was asked with. */
  leaveOut(refused: Error): boolean {
    // What is refused here, not by the server, has no code.
    const was = this.#length !== null && 'code' in refused
    if (was) this.#length = null
    return was
  }
}
