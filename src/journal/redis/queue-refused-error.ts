/** This process and the queue don't fit together, and trying again won't help: says why, and what to do. */
export class QueueRefusedError extends Error {
  override readonly name = 'QueueRefusedError'
}
