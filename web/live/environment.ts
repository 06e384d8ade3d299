/** What a live connection needs of the page it runs in: passed in, so that tests decide what time it is and what answers. */

/** What happens to a page that matters to its connection. */
export type PageChange = 'shown' | 'hidden' | 'away' | 'online'

/** The page around a `Live`. */
export interface Environment {
  fetch(url: string, init: RequestInit): Promise<Response>
  /** Runs something once after so many milliseconds; the answer cancels it. */
  after(ms: number, run: () => void): () => void
  /** Milliseconds on a clock that only goes forward. */
  now(): number
  /** 0 up to 1. */
  random(): number
  isHidden(): boolean
  /** True where the page is one of the server's own origin. */
  isOwn(server: string): boolean
  /** Tells of changes for as long as the page lives. `away`: it is left, and may come back as it was. */
  watch(tell: (change: PageChange) => void): void
}

/** The page that this script runs in; it asks with `token`, where the server wants one. */
export function browserEnvironment(token?: string | null): Environment {
  // Without one there are no headers, which would cost a page of another origin a preflight.
  const headers = token ? { headers: { authorization: `Bearer ${token}` } } : {}
  return {
    fetch: (url, init) => fetch(url, { ...init, ...headers }),
    after: (ms, run) => {
      const timer = setTimeout(run, ms)
      return () => clearTimeout(timer)
    },
    now: () => performance.now(),
    random: () => Math.random(),
    isHidden: () => document.visibilityState === 'hidden',
    isOwn: server => new URL(server).origin === location.origin,
    watch: tell => {
      const showOrHide = () => tell(document.visibilityState === 'hidden' ? 'hidden' : 'shown')
      document.addEventListener('visibilitychange', showOrHide)
      addEventListener('pageshow', showOrHide)
      addEventListener('pagehide', () => tell('away'))
      addEventListener('online', () => tell('online'))
    },
  }
}

/** A timer that can be set anew and cancelled. */
export class Alarm {
  readonly #environment: Environment
  #cancel: (() => void) | null = null

  constructor(environment: Environment) {
    this.#environment = environment
  }

  get isSet(): boolean {
    return this.#cancel !== null
  }

  /** Runs something after so many milliseconds, in place of what was to run before. */
  set(ms: number, run: () => void): void {
    this.cancel()
    this.#cancel = this.#environment.after(ms, () => {
      this.#cancel = null
      run()
    })
  }

  cancel(): void {
    this.#cancel?.()
    this.#cancel = null
  }
}
