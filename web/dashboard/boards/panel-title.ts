/** How a panel is called where it has no caption of its own. Pure. */
import type { Panel, PanelElement } from '../../../src/boards/panel.js'
import { keyName, parsePath, pathName } from '../place/path.js'

/** What the elements are, for people. */
export const ELEMENT_NAMES: Readonly<Record<PanelElement, string>> = {
  graph: 'Graph',
  number: 'One number',
  table: 'Table of children',
  rank: 'What stands out',
}

/** The caption, or what is shown in a few words. */
export function panelTitle({ attributes }: Pick<Panel, 'attributes'>): string {
  const { caption, key = '_', by = '', metrics = 'hits' } = attributes
  if (caption !== undefined && caption !== '') return caption
  const path = parsePath(by)
  return `${metrics} · ${keyName(key)}${path.length === 0 ? '' : ` › ${pathName(path)}`}`
}
