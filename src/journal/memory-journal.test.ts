import { expect, test } from 'vitest'
import { journalSuite, Recorder, textRecord } from '../../test/conformance/journal-suite.js'
import { MemoryJournal } from './memory-journal.js'

const journals = new Map<string, MemoryJournal>()

journalSuite({
  name: 'memory',
  sequences: 'dense',
  create(place) {
    const journal = journals.get(place) ?? new MemoryJournal()
    journals.set(place, journal)
    return journal
  },
  newPlace: async () => String(journals.size),
})

test('records that were trimmed cannot be consumed', async () => {
  const journal = new MemoryJournal()
  await journal.open()
  await journal.append(0, textRecord('a'))
  await journal.append(0, textRecord('b'))
  await journal.trim(0, 1)
  expect(await journal.stats()).toEqual({ bytes: 1, segments: 1 })
  await expect(journal.consume(new Recorder(0))).rejects.toMatchObject({ code: 'unavailable' })
  await journal.close()
})
