import type { Settings } from './settings.js'
export async function serve(settings: Settings): Promise<void> {
  process.stdout.write(JSON.stringify(settings))
}
