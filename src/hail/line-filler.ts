/**
 * Fills batches from the lines of an NDJSON body: each line by the fast scanner, or else by the full parser. A line that the full
 * parser refuses, or anything else out of the ordinary, ends it: the whole body is then for the caller to read and to explain.
 */

import { eventFromLine } from '../intake/body.js'
import type { IntakeContext } from '../intake/event.js'
import { EventScanner } from '../intake/fast/event-scanner.js'
import { JsonError } from '../intake/json.js'
import { HailWhaleError } from '../model/errors.js'
import type { BatchBuilder } from '../rollup/batch.js'
import { addEvent } from './add-event.js'
import { eventGuardHash } from './guards.js'

const NEWLINE = 0x0a

/** Reads NDJSON into batches. */
export class LineFiller {
  #scanner: EventScanner | undefined

  /** Adds the events of the body's lines; false where the body must be read by the full parser as a whole. */
  fill(body: Buffer, builder: BatchBuilder, context: IntakeContext): boolean {
    const scanner = this.#scannerOf(builder, context)
    const from = builder.count
    const most = from + context.limits.eventsPerRequest
    for (let at = 0; at < body.length; ) {
      const next = scanner.scanLine(body, at, builder, context)
      at = next >= 0 ? next : this.#parseLine(body, at, builder, context)
      if (at < 0 || builder.count > most) return false
    }
    return builder.count > from
  }

  #scannerOf(builder: BatchBuilder, { limits }: IntakeContext): EventScanner {
    if (this.#scanner?.interner !== builder.interner) {
      this.#scanner = new EventScanner(builder.interner, limits, (key, id) => eventGuardHash([key], id))
    }
    return this.#scanner
  }

  /** Where the next line starts, or −1. */
  #parseLine(body: Buffer, from: number, builder: BatchBuilder, context: IntakeContext): number {
    const newline = body.indexOf(NEWLINE, from)
    const until = newline < 0 ? body.length : newline
    if (body[from] !== 0x7b) return -1
    try {
      addEvent(builder, eventFromLine(body.subarray(from, until), context), -1)
      return newline < 0 ? until : until + 1
    } catch (error) {
      if (error instanceof HailWhaleError || error instanceof JsonError) return -1
      throw error
    }
  }
}
