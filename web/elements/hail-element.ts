/**
 * What all elements have in common: their attributes, the question these ask, following its answer while the element is in a
 * page, the state that comes of it, formats and theme. It draws nothing.
 */
import { type CSSResultGroup, LitElement, type PropertyDeclarations, type PropertyValues } from 'lit'
import { type NumberFormat, numberFormats } from '../../src/picture/numbers.js'
import type { GraphAnswer } from '../../src/query/graph.js'
import { type Follower, type GraphFields, type Live, liveAt } from '../live/live.js'
import type { Answered, ElementState, Trouble } from './base/options.js'
import { type PathText, parsePath, pathText } from './base/paths.js'
import { serverAddress } from './base/server-address.js'
import { cardStyles, themeStyles } from './theme.js'

/** The base of the elements. */
export abstract class HailElement extends LitElement {
  static override properties: PropertyDeclarations = {
    server: {},
    token: {},
    key: {},
    pk: {},
    by: {},
    metrics: {},
    period: {},
    from: {},
    to: {},
    interval: {},
    tz: {},
    format: {},
    locale: {},
    theme: { reflect: true },
    caption: {},
    poll: {},
    extra: { attribute: false },
    state: { reflect: true },
    answered: { attribute: false },
    trouble: { attribute: false },
  }

  static override styles: CSSResultGroup = [themeStyles, cardStyles]

  declare server: string | null
  declare token: string | null
  declare key: PathText | null
  declare pk: PathText | null
  declare by: PathText | null
  declare metrics: string | readonly string[] | null
  declare period: string | null
  declare from: string | number | null
  declare to: string | number | null
  declare interval: string | null
  declare tz: string | null
  declare format: string | readonly string[] | null
  declare locale: string | null
  declare theme: 'auto' | 'light' | 'dark' | null
  declare caption: string | null
  declare poll: number | string | null
  declare extra: GraphFields | null
  /** How it is doing. Read it, don't set it. */
  declare state: ElementState
  /** The newest answer, and its question: until the answer to a new question comes, the one before. */
  declare protected answered: Answered | null
  /** Why it is stale or refused. */
  declare protected trouble: Trouble | null

  #followed = ''
  #stop: () => void = () => {}
  #told = ''

  constructor() {
    super()
    this.state = 'loading'
    this.answered = null
    this.trouble = null
  }

  /** The newest answer; null before the first. A new object after each change. */
  get graph(): GraphAnswer | null {
    return this.answered?.answer ?? null
  }

  /** The words that go with the state: why it is stale or refused. */
  get detail(): string | null {
    return this.trouble?.detail ?? null
  }

  /** The server that is asked: its base address with `/` at its end. */
  get serverBase(): string {
    try {
      return serverAddress(this.server)
    } catch {
      // It is said already that it is none.
      return serverAddress(null)
    }
  }

  /** The way to the server. */
  protected get live(): Live {
    return liveAt(this.serverBase, this.token)
  }

  /** The key as a path. */
  protected get keyPath(): readonly string[] {
    const path = parsePath(this.key ?? this.pk)
    return path.length === 0 ? ['_'] : path
  }

  /** The path whose children are shown. */
  protected get byPath(): readonly string[] {
    return parsePath(this.by)
  }

  /** The reader's language, unless another one is set. */
  protected get language(): string | undefined {
    return this.locale || undefined
  }

  /** How the numbers of each of `metrics` are written. Throws a RangeError for a format or locale that is none. */
  protected formats(metrics: number): NumberFormat[] {
    const { format } = this
    const text = typeof format === 'string' ? format : (format ?? []).join()
    return numberFormats(text, metrics, this.language)
  }

  /** The question as parameters; null: nothing is asked. Elements add theirs. */
  protected fields(): GraphFields | null {
    const fields: Record<string, string> = { key: pathText(this.keyPath), metrics: this.metricsText }
    const by = this.byPath
    if (by.length > 0) fields.by = pathText(by)
    for (const name of ['from', 'to', 'interval'] as const) {
      const value = this[name]
      if (value !== null && value !== undefined && `${value}`.trim() !== '') fields[name] = `${value}`.trim()
    }
    if (fields.from === undefined) {
      delete fields.to
      delete fields.interval
      fields.period = this.period?.trim() || '1h:1d'
    }
    const tz = this.tz || Intl.DateTimeFormat().resolvedOptions().timeZone
    if (tz) fields.tz = tz
    return { ...fields, ...this.extra }
  }

  /** The metrics asked for, as one text. */
  protected get metricsText(): string {
    const { metrics } = this
    if (metrics === null || metrics === undefined) return 'hits'
    return typeof metrics === 'string' ? metrics.trim() || 'hits' : JSON.stringify(metrics)
  }

  /** Follows the answer to a question. */
  protected follow(live: Live, fields: GraphFields): () => void {
    const follower: Follower = {
      ...(this.pollMs !== null && { pollMs: this.pollMs }),
      graph: answer => this.onAnswer(answer, fields),
      refused: refused => this.onRefused(refused),
      lost: why => this.onLost(why),
    }
    return live.follow(fields, follower)
  }

  /** `poll` in milliseconds, 0 is once; null: it is not asked for. */
  protected get pollMs(): number | null {
    const { poll } = this
    if (poll === null || poll === undefined || poll === '') return null
    const everyMs = Number(poll)
    return everyMs >= 0 ? everyMs : null
  }

  /** An answer came. */
  protected onAnswer(answer: GraphAnswer, fields: GraphFields): void {
    this.answered = { answer, fields }
    this.trouble = null
    this.state = this.isEmpty(answer) ? 'empty' : 'live'
    this.#send('hail-answer', { graph: answer })
  }

  /** The question was refused. Elements may ask differently instead. */
  protected onRefused(refused: Error): void {
    const { code = null, errors = [] } = refused as Partial<Refusal>
    this.trouble = { detail: refused.message, code, field: errors[0]?.field ?? null, sinceMs: Date.now() }
    this.state = 'refused'
  }

  /** The connection is gone; it is tried again by itself. */
  protected onLost(why: string | null): void {
    const sinceMs = this.state === 'stale' && this.trouble !== null ? this.trouble.sinceMs : Date.now()
    this.trouble = { detail: why, code: null, field: null, sinceMs }
    this.state = 'stale'
  }

  /** Whether an answer has nothing in it. */
  protected abstract isEmpty(answer: GraphAnswer): boolean

  /** Tells the page something that it may forbid. Answers whether it did not. */
  protected offer(name: string, detail: unknown): boolean {
    return this.dispatchEvent(
      new CustomEvent(name, { detail, bubbles: true, composed: true, cancelable: true }),
    )
  }

  override connectedCallback(): void {
    super.connectedCallback()
    this.requestUpdate()
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    this.#stop()
    this.#followed = ''
  }

  protected override willUpdate(_changed: PropertyValues): void {
    if (this.isConnected) this.#follow()
  }

  protected override updated(_changed: PropertyValues): void {
    const { state, detail } = this
    const told = JSON.stringify([state, detail])
    if (told === this.#told) return
    this.#told = told
    this.#send('hail-state', { state, detail })
  }

  #follow(): void {
    const wrong = this.#wrong()
    const fields = wrong === null ? this.fields() : null
    const followed = JSON.stringify([wrong, this.server, this.token, this.poll, fields])
    if (followed === this.#followed) return
    this.#followed = followed
    this.#stop()
    this.#stop = () => {}
    this.trouble = null
    this.state = 'loading'
    if (wrong !== null) {
      this.onRefused(new RangeError(wrong))
    } else if (fields !== null) {
      this.#stop = this.follow(this.live, fields)
    }
  }

  /** A format, a language or an address that is none is refused here: the server knows none of them. */
  #wrong(): string | null {
    try {
      this.formats(1)
      serverAddress(this.server)
      return null
    } catch (error) {
      return (error as Error).message
    }
  }

  #send(name: string, detail: unknown): void {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }))
  }
}

/** What is known of a refusal beside its message; local ones have none of it. */
interface Refusal {
  readonly code: string
  readonly errors: readonly { readonly field: string }[]
}

/** Registers an element under its tag; the first one to do so stays, when the script is on the page twice. */
export function register(tag: string, element: CustomElementConstructor): void {
  if (customElements.get(tag) === undefined) customElements.define(tag, element)
}
