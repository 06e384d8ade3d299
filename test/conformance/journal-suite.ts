/**
 * What every journal must keep: run for each adapter. An adapter is given by a function that makes an unopened journal for a name;
 * a journal made for a name that was used and closed before holds what that one held.
 */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Journal, JournalConsumer, JournalRecord } from '../../src/journal/journal.js'
import { type KnownSequences, OrdinalJournal } from './ordinals.js'

/** The adapter under test. */
export interface JournalSubject {
  readonly name: string
  /**
   * dense: 1, 2, 3 …, as far as the journal remembers. ascending: in any steps, behind all that it has forgotten as well; a position behind its
   * end is then fine.
   */
  readonly sequences: 'dense' | 'ascending'
  /** An unopened journal; the same `place` again (after `close`) is the same journal. */
  create(place: string): Journal
  /** A place that was not used yet. */
  newPlace(): Promise<string>
}

/** A consumer that writes down what it gets. */
export class Recorder implements JournalConsumer {
  readonly sequences: number[] = []
  readonly texts: string[] = []
  readonly decoded: unknown[] = []
  readonly epochs: number[] = []
  readonly caughtUpAt: number[] = []
  revokedCount = 0
  #catchUp: () => void = () => undefined
  /** Resolves at the first `caughtUp`. */
  readonly caught = new Promise<void>(resolve => {
    this.#catchUp = resolve
  })
  readonly #through: number
  readonly #pause: (sequence: number) => Promise<void> | void
  #waits: { sequence: number; resolve: () => void }[] = []

  constructor(through = 0, pause: (sequence: number) => Promise<void> | void = () => undefined) {
    this.#through = through
    this.#pause = pause
  }

  async assigned(_partition: number, epoch: number): Promise<number> {
    this.epochs.push(epoch)
    return this.#through
  }

  record(_partition: number, sequence: number, record: JournalRecord): Promise<void> | void {
    this.sequences.push(sequence)
    this.texts.push(Buffer.from(record.bytes).toString())
    this.decoded.push(record.decoded)
    for (const wait of this.#waits) if (wait.sequence <= sequence) wait.resolve()
    return this.#pause(sequence)
  }

  caughtUp(): void {
    this.#catchUp()
    this.caughtUpAt.push(this.sequences.at(-1) ?? this.#through)
  }

  async revoked(): Promise<void> {
    this.revokedCount++
  }

  /** Resolves when this sequence has been handed over. */
  reached(sequence: number): Promise<void> {
    if ((this.sequences.at(-1) ?? this.#through) >= sequence) return Promise.resolve()
    return new Promise(resolve => this.#waits.push({ sequence, resolve }))
  }
}

/** A record of this text. */
export function textRecord(text: string): JournalRecord {
  return { bytes: Buffer.from(text), decoded: { text } }
}

/** The numbers from `first` to `last`. */
export function sequencesOf(first: number, last: number): number[] {
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index)
}

async function opened(subject: JournalSubject, place: string): Promise<Journal> {
  const journal = subject.create(place)
  await journal.open()
  return journal
}

async function appendTexts(journal: Journal, texts: readonly string[]): Promise<number[]> {
  return Promise.all(texts.map(text => journal.append(0, textRecord(text))))
}

/** Runs the suite. */
export function journalSuite(given: JournalSubject): void {
  const subject = given.sequences === 'dense' ? given : withOrdinals(given)

  describe(`journal: ${subject.name}`, () => {
    test('sequences start at 1 and have no gaps, in the order of overlapping appends', async () => {
      const journal = await opened(subject, await subject.newPlace())
      const texts = sequencesOf(1, 300).map(String)
      expect(await appendTexts(journal, texts)).toEqual(sequencesOf(1, 300))
      expect(await journal.append(0, textRecord('one more'))).toBe(301)
      await journal.close()
    })

    test('an empty record is a record', async () => {
      const place = await subject.newPlace()
      const journal = await opened(subject, place)
      expect(await appendTexts(journal, ['', 'x', ''])).toEqual([1, 2, 3])
      await journal.close()
      const again = await opened(subject, place)
      const recorder = new Recorder()
      const consuming = again.consume(recorder)
      await recorder.reached(3)
      expect(recorder.texts).toEqual(['', 'x', ''])
      await again.close()
      await consuming
    })

    test('what was appended is there after a reopen, and the numbering goes on', async () => {
      const place = await subject.newPlace()
      for (let round = 0; round < 3; round++) {
        const journal = await opened(subject, place)
        const recorder = new Recorder()
        const consuming = journal.consume(recorder)
        await recorder.reached(round * 2)
        expect(recorder.sequences).toEqual(sequencesOf(1, round * 2))
        expect(await appendTexts(journal, [`a${round}`, `b${round}`])).toEqual([round * 2 + 1, round * 2 + 2])
        await recorder.reached(round * 2 + 2)
        await journal.close()
        await consuming
        expect(recorder.texts.slice(-2)).toEqual([`a${round}`, `b${round}`])
      }
    })

    test('consumes from the middle, says when it has caught up, and hands over the appended objects', async () => {
      const journal = await opened(subject, await subject.newPlace())
      await appendTexts(journal, ['a', 'b', 'c', 'd'])
      const recorder = new Recorder(2)
      const consuming = journal.consume(recorder)
      await recorder.caught
      const live = textRecord('e')
      await journal.append(0, live)
      await recorder.reached(5)
      await journal.close()
      await consuming
      expect(recorder.texts).toEqual(['c', 'd', 'e'])
      expect(recorder.caughtUpAt).toEqual([4])
      expect(recorder.decoded.at(-1)).toBe(live.decoded)
      expect(recorder.epochs).toHaveLength(1)
      expect(recorder.revokedCount).toBe(1)
    })

    test('an empty journal has caught up at once', async () => {
      const journal = await opened(subject, await subject.newPlace())
      const recorder = new Recorder()
      const consuming = journal.consume(recorder)
      await recorder.caught
      await journal.append(0, textRecord('a'))
      await recorder.reached(1)
      expect(recorder.caughtUpAt).toEqual([0])
      await journal.close()
      await consuming
    })

    test('a slow consumer gets the next record when the one before is done, and holds up no append', async () => {
      const journal = await opened(subject, await subject.newPlace())
      let release: () => void = () => undefined
      const held = new Promise<void>(resolve => {
        release = resolve
      })
      const recorder = new Recorder(0, sequence => (sequence === 1 ? held : undefined))
      const consuming = journal.consume(recorder)
      expect(await appendTexts(journal, ['a', 'b'])).toEqual([1, 2])
      expect(await appendTexts(journal, ['c'])).toEqual([3])
      await recorder.reached(1)
      expect(recorder.sequences).toEqual([1])
      release()
      await recorder.reached(3)
      expect(recorder.texts).toEqual(['a', 'b', 'c'])
      await journal.close()
      await consuming
    })

    test('a consumer that throws ends consuming with its error, and appends go on', async () => {
      const journal = await opened(subject, await subject.newPlace())
      const consuming = journal.consume(
        new Recorder(0, async sequence => {
          if (sequence === 2) throw new Error('the consumer broke')
        }),
      )
      const rejected = expect(consuming).rejects.toThrow('the consumer broke')
      await appendTexts(journal, ['a', 'b', 'c'])
      await rejected
      expect(await appendTexts(journal, ['d'])).toEqual([4])
      await journal.close()
    })

    test.runIf(subject.sequences === 'dense')('a position beyond the end is refused', async () => {
      const journal = await opened(subject, await subject.newPlace())
      await appendTexts(journal, ['a'])
      await expect(journal.consume(new Recorder(2))).rejects.toMatchObject({ code: 'unavailable' })
      await journal.close()
    })

    test('closing twice is fine; what was appended before is acknowledged, what comes after is refused', async () => {
      const journal = await opened(subject, await subject.newPlace())
      const before = appendTexts(journal, ['a', 'b'])
      await Promise.all([journal.close(), journal.close()])
      await journal.close()
      expect(await before).toEqual([1, 2])
      await expect(journal.append(0, textRecord('c'))).rejects.toMatchObject({ code: 'unavailable' })
      await expect(journal.consume(new Recorder())).rejects.toMatchObject({ code: 'unavailable' })
    })

    test('trimming loses nothing behind the sequence', async () => {
      const place = await subject.newPlace()
      const journal = await opened(subject, place)
      for (let batch = 0; batch < 10; batch++) {
        await appendTexts(journal, sequencesOf(batch * 10 + 1, batch * 10 + 10).map(String))
      }
      const before = await journal.stats()
      expect(before.bytes).toBeGreaterThan(100)
      expect(before.segments).toBeGreaterThanOrEqual(1)
      await Promise.all([journal.trim(0, 30), journal.trim(0, 75), journal.trim(0, 10)])
      const after = await journal.stats()
      expect(after.bytes).toBeLessThanOrEqual(before.bytes)
      expect(after.segments).toBeLessThanOrEqual(before.segments)
      expect(after.segments).toBeGreaterThanOrEqual(1)
      await journal.close()
      const again = await opened(subject, place)
      const recorder = new Recorder(75)
      const consuming = again.consume(recorder)
      await recorder.reached(100)
      expect(recorder.texts).toEqual(sequencesOf(76, 100).map(String))
      await again.trim(0, 100)
      expect(await appendTexts(again, ['101'])).toEqual([101])
      await again.close()
      await consuming
    })

    test('replay and live together lose and repeat nothing, however they interleave', async () => {
      const step = fc.oneof(
        fc.record({ kind: fc.constant('append' as const), sizes: fc.array(fc.nat(400), { maxLength: 6 }) }),
        fc.record({ kind: fc.constant('pause' as const), turns: fc.nat(3) }),
        fc.record({ kind: fc.constant('consume' as const) }),
      )
      await fc.assert(
        fc.asyncProperty(
          fc.array(step, { maxLength: 25 }),
          fc.nat(4),
          fc.nat(40),
          async (steps, slow, from) => {
            const journal = await opened(subject, await subject.newPlace())
            const texts: string[] = []
            const appends: Promise<number>[] = []
            let consuming: Promise<void> | undefined
            let recorder: Recorder | undefined
            const consume = async () => {
              if (recorder !== undefined) return
              await Promise.all(appends)
              const through = Math.min(from, texts.length)
              recorder = new Recorder(through, sequence =>
                slow > 0 && sequence % slow === 0 ? turn() : undefined,
              )
              consuming = journal.consume(recorder)
            }
            for (const action of steps) {
              if (action.kind === 'pause') for (let turns = 0; turns < action.turns; turns++) await turn()
              if (action.kind === 'consume') await consume()
              for (const size of action.kind === 'append' ? action.sizes : []) {
                texts.push(`${texts.length + 1}`.padEnd(size, '.'))
                appends.push(journal.append(0, textRecord(texts.at(-1)!)))
              }
            }
            await consume()
            expect(await Promise.all(appends)).toEqual(sequencesOf(1, texts.length))
            await recorder!.reached(texts.length)
            await recorder!.caught
            await journal.close()
            await consuming
            const first = texts.length - recorder!.texts.length + 1
            expect(recorder!.sequences).toEqual(sequencesOf(first, texts.length))
            expect(recorder!.texts).toEqual(texts.slice(first - 1))
            expect(recorder!.caughtUpAt.length).toBe(1)
          },
        ),
        { numRuns: 60 },
      )
    })
  })
}

function withOrdinals(subject: JournalSubject): JournalSubject {
  const places = new Map<string, KnownSequences>()
  return {
    ...subject,
    create(place) {
      const known = places.get(place) ?? []
      places.set(place, known)
      return new OrdinalJournal(subject.create(place), known)
    },
  }
}

function turn(): Promise<void> {
  return new Promise(resolve => setImmediate(resolve))
}
