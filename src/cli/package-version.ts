/** The version in package.json, which lies two folders above both the source and the build. */
import { readFileSync } from 'node:fs'

/** As in `1.2.3`. */
export function packageVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  return (JSON.parse(text) as { version: string }).version
}
