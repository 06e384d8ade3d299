/**
 * The few file operations the journal needs, so that tests can put a failing or crashing disk under the real code.
 * Not a general file system: paths are made by the caller, errors are the operating system's own (with `code`).
 */
import * as fs from 'node:fs'
import { dirname } from 'node:path'
import { promisify } from 'node:util'

/** An open file. Positions and sizes in bytes. */
export interface JournalFile {
  /** Reads at `position` into all of `target`, less only at the end of the file; returns the bytes read. */
  read(target: Uint8Array, position: number): Promise<number>
  /** Writes without leaving the event loop turn (a copy to the page cache); may write less than asked, returns how much. */
  writeNow(bytes: Uint8Array, position: number): number
  /** Writes in the background; may write less than asked, returns how much. */
  write(bytes: Uint8Array, position: number): Promise<number>
  /** Makes all that was written durable, with as much metadata as reading it back needs. */
  sync(): Promise<void>
  /** Cuts or extends (with zeros) to this size. */
  truncate(sizeBytes: number): Promise<void>
  /** As `truncate`, within the event loop turn. */
  truncateNow(sizeBytes: number): void
  size(): Promise<number>
  close(): Promise<void>
}

/** Where the journal's files are. */
export interface JournalFileSystem {
  /** `create` fails if the file is there, the others if it is not. */
  open(path: string, mode: 'read' | 'write' | 'create'): Promise<JournalFile>
  /** Names in a folder, in any order; creates the folder (and its parents) if it is missing. */
  list(directory: string): Promise<string[]>
  rename(from: string, to: string): Promise<void>
  remove(path: string): Promise<void>
  /** Makes created, renamed and removed names durable. */
  syncDirectory(directory: string): Promise<void>
}

const openFile = promisify(fs.open)
const closeFile = promisify(fs.close)
const syncFile = promisify(fs.fsync)

/** The journal's view of the real disk. */
export const nodeFileSystem: JournalFileSystem = {
  async open(path, mode) {
    return new NodeFile(await openFile(path, { read: 'r', write: 'r+', create: 'wx+' }[mode], 0o640))
  },
  async list(directory) {
    const created = await fs.promises.mkdir(directory, { recursive: true })
    if (created !== undefined) await syncFolder(dirname(created))
    return fs.promises.readdir(directory)
  },
  rename: (from, to) => fs.promises.rename(from, to),
  remove: path => fs.promises.unlink(path),
  syncDirectory: syncFolder,
}

async function syncFolder(directory: string): Promise<void> {
  const descriptor = await openFile(directory, 'r')
  try {
    await syncFile(descriptor)
  } finally {
    await closeFile(descriptor)
  }
}

const readAt = promisify(fs.read) as unknown as (
  fd: number,
  target: Uint8Array,
  offset: number,
  length: number,
  position: number,
) => Promise<{ bytesRead: number }>
const writeAt = promisify(fs.write) as unknown as (
  fd: number,
  bytes: Uint8Array,
  offset: number,
  length: number,
  position: number,
) => Promise<{ bytesWritten: number }>
const syncData = promisify(fs.fdatasync)
const truncateFile = promisify(fs.ftruncate)
const statFile = promisify(fs.fstat)

class NodeFile implements JournalFile {
  readonly #descriptor: number

  constructor(descriptor: number) {
    this.#descriptor = descriptor
  }

  async read(target: Uint8Array, position: number): Promise<number> {
    let filled = 0
    while (filled < target.length) {
      const { bytesRead } = await readAt(
        this.#descriptor,
        target,
        filled,
        target.length - filled,
        position + filled,
      )
      if (bytesRead === 0) break
      filled += bytesRead
    }
    return filled
  }

  writeNow(bytes: Uint8Array, position: number): number {
    return fs.writeSync(this.#descriptor, bytes, 0, bytes.length, position)
  }

  async write(bytes: Uint8Array, position: number): Promise<number> {
    return (await writeAt(this.#descriptor, bytes, 0, bytes.length, position)).bytesWritten
  }

  sync(): Promise<void> {
    return syncData(this.#descriptor)
  }

  truncate(sizeBytes: number): Promise<void> {
    return truncateFile(this.#descriptor, sizeBytes)
  }

  truncateNow(sizeBytes: number): void {
    fs.ftruncateSync(this.#descriptor, sizeBytes)
  }

  async size(): Promise<number> {
    return (await statFile(this.#descriptor)).size
  }

  close(): Promise<void> {
    return closeFile(this.#descriptor)
  }
}
