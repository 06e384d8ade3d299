/** Exports and imports as the commands do, for tests. */
import { exportCounts } from '../../src/cli/export.js'
import { importCounts } from '../../src/cli/import.js'
import { resolveSettings } from '../../src/cli/resolve.js'
import { SETTING_NAMES, type SettingName } from '../../src/cli/settings.js'
import type { TransferPlace } from '../../src/cli/transfer-command.js'

/** Settings as they are written. */
export type Written = Partial<Record<SettingName, string | readonly string[]>>

/** The counts that settings mean. A data folder that is named is meant. */
export function placeOf(written: Written): TransferPlace {
  const entries = Object.entries(written).map(([name, texts]) => {
    return [name as SettingName, { where: name, texts: typeof texts === 'string' ? [texts] : texts }] as const
  })
  return {
    settings: resolveSettings([new Map(entries)], SETTING_NAMES),
    ofDataDir: written.dataDir !== undefined,
  }
}

/** Exports what one place has into a file, and imports that into another. Answers what the commands told. */
export async function moveCounts(from: Written, file: string, to: Written, nowMs: number): Promise<string[]> {
  const now = () => nowMs
  return [await exportCounts(file, placeOf(from), now), await importCounts(file, placeOf(to), now)]
}
