/** The metrics that an element asks for, one by one. Pure. */
import { splitExpressions } from '../../../src/model/expression/split.js'

/** The texts in a list of metrics, as answers call them; a JSON array is a list too. Pieces that are empty are left out. */
export function metricList(text: string): string[] {
  return texts(text.trim())
    .map(metric => metric.trim())
    .filter(metric => metric !== '')
}

function texts(text: string): string[] {
  if (!text.startsWith('[')) return splitExpressions(text)
  try {
    const list: unknown = JSON.parse(text)
    return Array.isArray(list) ? list.map(String) : [text]
  } catch {
    return splitExpressions(text)
  }
}
