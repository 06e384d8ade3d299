import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { storeSuite } from '../../../test/conformance/store-suite.js'
import { nameMember, STATE_GROUP } from '../../rollup/address.js'
import type { Store } from '../store.js'
import { LmdbStore } from './lmdb-store.js'

const folders = new WeakMap<Store, string>()

function storeIn(folder: string): Store {
  const store = new LmdbStore(folder)
  folders.set(store, folder)
  return store
}

function smallIn(folder: string): Store {
  const store = new LmdbStore(folder, { mappedBytes: 0 })
  folders.set(store, folder)
  return store
}

storeSuite('LmdbStore', {
  create: async () => storeIn(join(await mkdtemp(join(tmpdir(), 'hailwhale-store-')), 'made', 'by', 'open')),
  reopen: async store => storeIn(folders.get(store)!),
  destroy: async store => rm(join(folders.get(store)!, '..', '..', '..'), { recursive: true }),
})

storeSuite('LmdbStore that unmaps its file after each step', {
  create: async () => smallIn(await mkdtemp(join(tmpdir(), 'hailwhale-store-'))),
  reopen: async store => smallIn(folders.get(store)!),
  destroy: async store => rm(folders.get(store)!, { recursive: true }),
})

describe('LmdbStore on a folder', () => {
  let root: string

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'hailwhale-store-'))
  })

  afterAll(async () => {
    await rm(root, { recursive: true })
  })

  test('refuses one that a newer version wrote, and leaves it as it is', async () => {
    const folder = join(root, 'newer')
    const address = { group: STATE_GROUP, member: nameMember('version') }
    const store = new LmdbStore(folder)
    await store.open()
    await store.write([{ ...address, through: 0, value: nameMember('3') }])
    await store.close()
    const before = await readFile(join(folder, 'store.mdb'))
    const opening = new LmdbStore(folder).open()
    await expect(opening).rejects.toMatchObject({ code: 'unavailable' })
    await expect(opening).rejects.toThrow(
      `${folder} was written by a newer HailWhale (format 3, this one knows 2)`,
    )
    expect(Buffer.compare(await readFile(join(folder, 'store.mdb')), before)).toBe(0)
  })

  test('says what is wrong and where when it cannot open', async () => {
    const file = join(root, 'file')
    await writeFile(file, 'no folder')
    await expect(new LmdbStore(file).open()).rejects.toThrow(`the store in ${file} cannot be opened`)
    const junk = join(root, 'junk')
    await mkdir(junk)
    await writeFile(join(junk, 'store.mdb'), 'not a database '.repeat(1000))
    const taken = join(root, 'taken')
    await mkdir(join(taken, 'store.mdb'), { recursive: true })
    for (const folder of [junk, taken]) {
      const opening = new LmdbStore(folder).open()
      await expect(opening).rejects.toMatchObject({ code: 'unavailable' })
      await expect(opening).rejects.toThrow(`the store in ${folder} cannot be opened`)
    }
  })
})
