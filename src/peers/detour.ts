/** A reader whose every question goes the same way around: once somewhere, then elsewhere, or after something else. */
import type { PartReader } from '../query/reader.js'

/** Puts a question to one reader or another. */
export type Way = <T>(ask: (reader: PartReader) => Promise<T>) => Promise<T>

/** A reader that puts each question as `way` says. */
export function detour(way: Way): PartReader {
  return {
    series: (...question) => way(reader => reader.series(...question)),
    children: (...question) => way(reader => reader.children(...question)),
    sumChildren: (...question) => way(reader => reader.sumChildren(...question)),
    listChildren: (...question) => way(reader => reader.listChildren(...question)),
    listKeys: (...question) => way(reader => reader.listKeys(...question)),
    listMetrics: (...question) => way(reader => reader.listMetrics(...question)),
  }
}
