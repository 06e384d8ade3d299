/** Questions between peers: a method of `PartReader` with what it is asked, as JSON; and who answers them, on the other side. */
import type { Path } from '../model/path.js'
import type {
  Child,
  ChildColumns,
  ChildrenOptions,
  Page,
  PartReader,
  Sums,
  TimePlan,
  TimeSegment,
} from '../query/reader.js'
import { bytesOf, decodeChildren, decodeSums, encodeChildren, encodeSums, floatsIn } from './answer-codec.js'

/** A plan as JSON: its edges in base64, exactly as they are. */
interface WrittenPlan {
  readonly edges: string
  readonly segments: readonly TimeSegment[]
}

/** A question, by the name of its method. */
type Question =
  | { readonly ask: 'series'; readonly key: Path; readonly path: Path; readonly of: Summed }
  | {
      readonly ask: 'children'
      readonly key: Path
      readonly path: Path
      readonly of: Summed
      readonly options: ChildrenOptions
    }
  | {
      readonly ask: 'sumChildren'
      readonly key: Path
      readonly path: Path
      readonly of: Summed
      readonly except: readonly string[]
    }
  | { readonly ask: 'listChildren'; readonly key: Path; readonly path: Path; readonly page: Page }
  | { readonly ask: 'listKeys'; readonly parent: Path; readonly page: Page }
  | { readonly ask: 'listMetrics'; readonly key: Path; readonly page: Page }

/** What is summed, and over which time. */
interface Summed {
  readonly plan: WrittenPlan
  readonly metrics: readonly string[] | null
}

/** Answers a question with bytes. Throws a `TypeError` or a `RangeError` where it is none. */
export async function answerQuestion(reader: PartReader, text: string): Promise<Buffer> {
  const question = JSON.parse(text) as Question
  switch (question.ask) {
    case 'series': {
      const { plan, metrics } = readSummed(question.of)
      return encodeSums(await reader.series(question.key, question.path, plan, metrics), pointsOf(plan))
    }
    case 'children': {
      const { plan, metrics } = readSummed(question.of)
      const { key, path, options } = question
      return encodeChildren(await reader.children(key, path, plan, metrics, options))
    }
    case 'sumChildren': {
      const { plan, metrics } = readSummed(question.of)
      const { key, path, except } = question
      return encodeSums(await reader.sumChildren(key, path, plan, metrics, new Set(except)), pointsOf(plan))
    }
    case 'listChildren':
      return asJson(await reader.listChildren(question.key, question.path, question.page))
    case 'listKeys':
      return asJson(await reader.listKeys(question.parent, question.page))
    case 'listMetrics':
      return asJson(await reader.listMetrics(question.key, question.page))
    default:
      throw new TypeError(`no question is called ${String((question as { ask?: unknown }).ask)}`)
  }
}

/** Sends a question and answers what came back. */
export type Send = (question: string) => Promise<Buffer>

/** Reads what a peer reads. */
export class PeerReader implements PartReader {
  readonly #send: Send

  constructor(send: Send) {
    this.#send = send
  }

  async series(key: Path, path: Path, plan: TimePlan, metrics: readonly string[] | null): Promise<Sums> {
    return decodeSums(await this.#ask({ ask: 'series', key, path, of: written(plan, metrics) }))
  }

  async children(
    key: Path,
    path: Path,
    plan: TimePlan,
    metrics: readonly string[] | null,
    { most, addedUp }: ChildrenOptions = {},
  ): Promise<ChildColumns> {
    // JSON knows no Infinity, which is what is meant where nothing is said.
    const options = {
      ...(most !== undefined && Number.isFinite(most) && { most }),
      ...(addedUp && { addedUp }),
    }
    return decodeChildren(
      await this.#ask({ ask: 'children', key, path, of: written(plan, metrics), options }),
    )
  }

  async sumChildren(
    key: Path,
    path: Path,
    plan: TimePlan,
    metrics: readonly string[] | null,
    except: ReadonlySet<string>,
  ): Promise<Sums> {
    const of = written(plan, metrics)
    return decodeSums(await this.#ask({ ask: 'sumChildren', key, path, of, except: [...except] }))
  }

  async listChildren(key: Path, path: Path, page: Page): Promise<Child[]> {
    return fromJson(await this.#ask({ ask: 'listChildren', key, path, page })) as Child[]
  }

  async listKeys(parent: Path, page: Page): Promise<Child[]> {
    return fromJson(await this.#ask({ ask: 'listKeys', parent, page })) as Child[]
  }

  async listMetrics(key: Path, page: Page): Promise<string[]> {
    return fromJson(await this.#ask({ ask: 'listMetrics', key, page })) as string[]
  }

  #ask(question: Question): Promise<Buffer> {
    return this.#send(JSON.stringify(question))
  }
}

function written({ edgesMs, segments }: TimePlan, metrics: readonly string[] | null): Summed {
  return { plan: { edges: bytesOf(edgesMs).toString('base64'), segments }, metrics }
}

function readSummed({ plan, metrics }: Summed): {
  readonly plan: TimePlan
  readonly metrics: readonly string[] | null
} {
  const edgesMs = floatsIn(Buffer.from(plan.edges, 'base64'))
  return { plan: { edgesMs, segments: plan.segments }, metrics }
}

function pointsOf({ edgesMs }: TimePlan): number {
  return edgesMs.length - 1
}

function asJson(answer: unknown): Buffer {
  return Buffer.from(JSON.stringify(answer))
}

function fromJson(bytes: Buffer): unknown {
  return JSON.parse(bytes.toString())
}
