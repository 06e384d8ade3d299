/**
 * How much of the mapped file is resident: pages that were read count as the process's own until they are unmapped. Linux says
 * how much (`RssFile` of /proc/self/status, where code counts too, but stays the same); elsewhere the cells touched are an estimate.
 */
import { readFileSync } from 'node:fs'

const STATUS = '/proc/self/status'
const FILE_KIB = /^RssFile:\s+(\d+)/m
/** A cell may bring in this much: the kernel maps the pages around one that is read, when it has them. */
const MOST_BYTES_PER_CELL = 64 * 1024
/** What a cell brings in on average, where nobody says. */
const BYTES_PER_CELL = 4096
/** Cells between two looks: a look takes some 50 µs. */
const LOOK_CELLS = 512

/** Watches one mapping at a time. */
export class MappedMemory {
  readonly #mostBytes: number
  readonly #lookCells: number
  #baseBytes: number | undefined
  #cells = 0
  #cellsSinceLook = 0

  /** `mostBytes`: more than this is too much. */
  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes
    this.#lookCells = Math.min(LOOK_CELLS, mostBytes / MOST_BYTES_PER_CELL)
  }

  /** The file has just been mapped. */
  start(): void {
    this.#baseBytes = residentFileBytes()
    this.#cells = 0
    this.#cellsSinceLook = 0
  }

  /** Told that cells were read or written; says whether too much is resident now. */
  isTooMuchAfter(cells: number): boolean {
    this.#cells += cells
    this.#cellsSinceLook += cells
    if (this.#cellsSinceLook < this.#lookCells) return false
    this.#cellsSinceLook = 0
    const now = this.#baseBytes === undefined ? undefined : residentFileBytes()
    const mapped = now === undefined ? this.#cells * BYTES_PER_CELL : Math.max(0, now - this.#baseBytes!)
    return mapped >= this.#mostBytes
  }
}

function residentFileBytes(): number | undefined {
  try {
    const kib = FILE_KIB.exec(readFileSync(STATUS, 'latin1'))?.[1]
    return kib === undefined ? undefined : Number(kib) * 1024
  } catch {
    return undefined
  }
}
