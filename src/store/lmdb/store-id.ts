/** What tells the counts in a folder from any others: a random word, made once, in a file beside them. */
import { randomBytes } from 'node:crypto'
import { link, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** The id of a folder that exists; made by whoever asks first. */
export async function folderId(folder: string): Promise<string> {
  const path = join(folder, 'id')
  const draft = `${path}.${process.pid}`
  await writeFile(draft, `${randomBytes(12).toString('hex')}\n`, { flush: true })
  try {
    await link(draft, path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    await rm(draft, { force: true })
  }
  return (await readFile(path, 'utf8')).trim()
}
