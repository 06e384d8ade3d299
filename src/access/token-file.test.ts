import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { someRecord, tokenStoreSuite } from '../../test/conformance/token-store-suite.js'
import { TokenFile } from './token-file.js'

const folders: string[] = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'hailwhale-tokens-'))
  folders.push(folder)
  return folder
}

tokenStoreSuite('a file', async () => {
  const folder = join(newFolder(), 'made', 'when-needed')
  return () => new TokenFile(folder)
})

test('only its owner may read the file, nothing is left beside it, and no secret is in it', async () => {
  const folder = newFolder()
  const record = someRecord()
  await new TokenFile(folder).add(record)
  expect(readdirSync(folder)).toEqual(['tokens.json'])
  expect(statSync(join(folder, 'tokens.json')).mode & 0o777).toBe(0o600)
  expect(readFileSync(join(folder, 'tokens.json'), 'utf8')).toContain(record.hash)
})

test('what has not changed is not read again', async () => {
  const folder = newFolder()
  const store = new TokenFile(folder)
  await store.add(someRecord())
  const first = await store.load()
  expect(await store.load()).toBe(first)
  await new TokenFile(folder).add(someRecord())
  expect((await store.load()).tokens).toHaveLength(2)
})

test.each([
  ['', 'Unexpected end of JSON input'],
  ['{"version":1}', 'no list of tokens'],
  ['{"version":2,"tokens":[]}', 'no list of tokens'],
  ['{"version":1,"tokens":[{"id":"x"}]}', 'this is no token'],
  ['{"version":1,"tokens":[null]}', 'this is no token'],
])('%j is refused as it is', async (text, why) => {
  const folder = newFolder()
  writeFileSync(join(folder, 'tokens.json'), text)
  const store = new TokenFile(folder)
  await expect(store.load()).rejects.toThrow(why)
  await expect(store.add(someRecord())).rejects.toThrow(why)
  expect(readFileSync(join(folder, 'tokens.json'), 'utf8')).toBe(text)
  expect(readdirSync(folder)).toEqual(['tokens.json'])
})

test('where another command never ends its change, it says what to do', async () => {
  const folder = newFolder()
  writeFileSync(join(folder, 'tokens.json.new'), '')
  await expect(new TokenFile(folder).add(someRecord())).rejects.toThrow(
    /tokens\.json\.new is there: another command is changing the tokens\. If none is, remove that file/,
  )
})

test('a folder that is none', async () => {
  const folder = newFolder()
  writeFileSync(join(folder, 'file'), '')
  await expect(new TokenFile(join(folder, 'file')).load()).rejects.toThrow(/tokens\.json can't be read/)
})
