/** How the names of settings and limits are written outside the code. */

/** `dataDir` → `data-dir`: the flag without its dashes, and the name in a config file. */
export function writtenName(name: string): string {
  return name.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)
}

/** `dataDir` → `HAILWHALE_DATA_DIR`. */
export function environmentName(name: string): string {
  return `HAILWHALE_${writtenName(name).replaceAll('-', '_').toUpperCase()}`
}
