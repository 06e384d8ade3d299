/**
 * A disk in memory for the file journal: what was written is lost in a crash unless it was synced, sector by sector, as the given
 * randomness says. A sync that fails forgets what it was to write, as Linux does: a later one does not write it. Faults are set by tests: room left, failing syncs, short writes. Names are durable after `syncDirectory`.
 */
import { basename } from 'node:path'
import type { JournalFile, JournalFileSystem } from '../../src/journal/file/file-system.js'

const SECTOR_BYTES = 512

interface Content {
  /** What the system shows. */
  written: Buffer
  /** What is on the disk for certain. */
  synced: Buffer
  /** Sectors that the next sync writes. */
  dirty: Set<number>
}

/** The disk. */
export class MemoryDisk implements JournalFileSystem {
  /** Bytes that may still be written to any file before ENOSPC. */
  roomBytes = Number.POSITIVE_INFINITY
  /** The code that the system reports when there is no room. */
  fullCode = 'ENOSPC'
  /** Writes take at most this many bytes at once. */
  writeAtMostBytes = Number.POSITIVE_INFINITY
  /** Syncs that succeed before one fails. */
  syncsLeft = Number.POSITIVE_INFINITY
  syncs = 0
  #files = new Map<string, Content>()
  #durableNames = new Map<string, Content>()

  async open(path: string, mode: 'read' | 'write' | 'create'): Promise<JournalFile> {
    const name = basename(path)
    const found = this.#files.get(name)
    if (mode === 'create' && found !== undefined) throw systemError('EEXIST')
    if (mode !== 'create' && found === undefined) throw systemError('ENOENT')
    const content = found ?? newContent(Buffer.alloc(0))
    this.#files.set(name, content)
    return new MemoryFile(this, content)
  }

  async list(): Promise<string[]> {
    return [...this.#files.keys()]
  }

  async rename(from: string, to: string): Promise<void> {
    this.#files.set(basename(to), this.#files.get(basename(from))!)
    this.#files.delete(basename(from))
  }

  async remove(path: string): Promise<void> {
    if (!this.#files.delete(basename(path))) throw systemError('ENOENT')
  }

  async syncDirectory(): Promise<void> {
    this.#durableNames = new Map(this.#files)
  }

  /** The bytes of a file, to look at and to damage. */
  content(name: string): Buffer {
    return this.#files.get(name)!.written
  }

  /** Puts other bytes in a file's place. */
  replace(name: string, bytes: Buffer): void {
    const content = newContent(bytes)
    this.#files.set(name, content)
    this.#durableNames.set(name, content)
  }

  /** The disk after the power went: for each sector that was not synced, `keep` says whether it was written all the same. */
  crash(keep: () => boolean): MemoryDisk {
    const after = new MemoryDisk()
    for (const [name, { written, synced }] of this.#durableNames) {
      const size = keep() ? written.length : synced.length
      const bytes = Buffer.alloc(size)
      synced.copy(bytes)
      for (let at = 0; at < Math.min(size, written.length); at += SECTOR_BYTES) {
        if (keep()) written.copy(bytes, at, at, Math.min(at + SECTOR_BYTES, size))
      }
      after.replace(name, bytes)
    }
    return after
  }
}

class MemoryFile implements JournalFile {
  readonly #disk: MemoryDisk
  readonly #content: Content

  constructor(disk: MemoryDisk, content: Content) {
    this.#disk = disk
    this.#content = content
  }

  async read(target: Uint8Array, position: number): Promise<number> {
    const part = this.#content.written.subarray(position, position + target.length)
    target.set(part)
    return part.length
  }

  writeNow(bytes: Uint8Array, position: number): number {
    const length = Math.min(bytes.length, this.#disk.writeAtMostBytes, this.#disk.roomBytes)
    if (length === 0 && bytes.length > 0) throw systemError(this.#disk.fullCode)
    this.#disk.roomBytes -= length
    const size = Math.max(this.#content.written.length, position + length)
    const grown = Buffer.alloc(size)
    this.#content.written.copy(grown)
    grown.set(bytes.subarray(0, length), position)
    this.#content.written = grown
    for (const sector of sectorsOf(position, position + length)) this.#content.dirty.add(sector)
    return length
  }

  async write(bytes: Uint8Array, position: number): Promise<number> {
    for (let turn = 0; turn < 3; turn++) await new Promise(setImmediate)
    return this.writeNow(bytes, position)
  }

  async sync(): Promise<void> {
    this.#disk.syncs++
    const { dirty } = this.#content
    const snapshot = Buffer.from(this.#content.written)
    this.#content.dirty = new Set()
    await new Promise(setImmediate)
    if (this.#disk.syncsLeft-- <= 0) throw systemError('EIO')
    const synced = Buffer.alloc(snapshot.length)
    this.#content.synced.copy(synced)
    for (const sector of dirty) {
      if (sector * SECTOR_BYTES >= snapshot.length) continue
      synced.set(snapshot.subarray(sector * SECTOR_BYTES, (sector + 1) * SECTOR_BYTES), sector * SECTOR_BYTES)
    }
    this.#content.synced = synced
  }

  async truncate(sizeBytes: number): Promise<void> {
    this.truncateNow(sizeBytes)
  }

  truncateNow(sizeBytes: number): void {
    const cut = Buffer.alloc(sizeBytes)
    this.#content.written.copy(cut)
    this.#content.written = cut
  }

  async size(): Promise<number> {
    return this.#content.written.length
  }

  async close(): Promise<void> {}
}

function systemError(code: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${code}: said the disk of the test`), { code })
}

function newContent(bytes: Buffer): Content {
  return { written: Buffer.from(bytes), synced: Buffer.from(bytes), dirty: new Set() }
}

function sectorsOf(fromBytes: number, untilBytes: number): number[] {
  const first = Math.floor(fromBytes / SECTOR_BYTES)
  return Array.from({ length: Math.ceil(untilBytes / SECTOR_BYTES) - first }, (_, index) => first + index)
}
