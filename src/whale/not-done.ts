/** How an owner of partitions refuses, so that whoever asked knows whether to ask again. */
import { HailWhaleError } from '../model/errors.js'

/** Surely nothing was done: the partition is another server's, is not caught up yet, or its owner couldn't even be asked. */
export class NotDoneError extends HailWhaleError {
  constructor(
    code: 'unavailable' | 'recovering',
    detail: string,
    options: { readonly cause?: unknown } = {},
  ) {
    super(code, detail, options)
  }
}

/** The batch is durable, but its partition went elsewhere before it was applied: its next owner applies it. */
export class PartitionMovedError extends HailWhaleError {
  readonly partition: number
  readonly sequence: number

  constructor(partition: number, sequence: number) {
    super(
      'unavailable',
      `What was counted is safe, but partition ${partition} has just gone to another server.`,
    )
    this.partition = partition
    this.sequence = sequence
  }
}
