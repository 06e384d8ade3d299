/**
 * When a page's connections rest: a browser allows six connections to a host over HTTP/1.1 for all its tabs together, so a page
 * that nobody looks at gives up its own.
 */
import { Alarm, type Environment, type PageChange } from './environment.js'

/** What can rest. Both may be called when it already does what they ask. */
export interface Sleeper {
  /** Gives up its connections. */
  sleep(): void
  /** Takes them up again, at once, also one that waits before it is tried again. */
  wake(): void
}

/** How long a page is hidden before its connections rest, milliseconds. */
const REST_AFTER_MS = 10_000

/** Puts something to rest while the page is hidden, and wakes it when it is seen, or online again. */
export function restWhileHidden(environment: Environment, sleeper: Sleeper): void {
  const resting = new Alarm(environment)
  const hide = () => resting.set(REST_AFTER_MS, () => sleeper.sleep())
  const react: Readonly<Record<PageChange, () => void>> = {
    hidden: hide,
    away: () => {
      resting.cancel()
      sleeper.sleep()
    },
    shown: () => {
      resting.cancel()
      sleeper.wake()
    },
    online: () => {
      if (!environment.isHidden()) sleeper.wake()
    },
  }
  environment.watch(change => react[change]())
  if (environment.isHidden()) hide()
}
