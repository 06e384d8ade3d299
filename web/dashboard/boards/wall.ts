/** A board on a wall: the screen stays on, the cursor goes away, and the page may fill the screen. */
import type { ReactiveController, ReactiveControllerHost } from 'lit'

/** How long the pointer rests until it and the controls are hidden, milliseconds. */
const REST_MS = 3000

/** On while `isOn`. */
export class Wall implements ReactiveController {
  /** Whether the pointer has not moved for a while. */
  isResting = false
  readonly #host: ReactiveControllerHost & HTMLElement
  #isOn = false
  #lock: WakeLockSentinel | null = null
  #timer = 0

  constructor(host: ReactiveControllerHost & HTMLElement) {
    this.#host = host
    host.addController(this)
  }

  hostConnected(): void {}

  hostDisconnected(): void {
    this.turn(false)
  }

  /** Starts or ends it. */
  turn(isOn: boolean): void {
    if (isOn === this.#isOn) return
    this.#isOn = isOn
    const how = isOn ? 'addEventListener' : 'removeEventListener'
    for (const event of ['pointermove', 'pointerdown', 'keydown', 'focusin'] as const)
      document[how](event, this.#onMove)
    document[how]('visibilitychange', this.#keepAwake)
    document[how]('fullscreenchange', this.#onSize)
    window[how]('resize', this.#onSize)
    if (isOn) {
      this.#onMove()
      void this.#keepAwake()
    } else this.#end()
  }

  /** Whether the browser can fill the screen with a page. */
  get canFill(): boolean {
    return document.fullscreenEnabled
  }

  get isFull(): boolean {
    return document.fullscreenElement !== null
  }

  /** Fills the screen, or no more. Must come from a press. */
  async toggleFull(): Promise<void> {
    if (this.isFull) await document.exitFullscreen()
    else await document.documentElement.requestFullscreen().catch(() => undefined)
  }

  #end(): void {
    clearTimeout(this.#timer)
    this.isResting = false
    void this.#lock?.release()
    this.#lock = null
    if (this.isFull) void document.exitFullscreen()
  }

  /** A browser lets go of the lock when the page is out of sight. There is none over plain HTTP from another machine. */
  readonly #keepAwake = async () => {
    if (!this.#isOn || document.hidden || !('wakeLock' in navigator)) return
    try {
      const lock = await navigator.wakeLock.request('screen')
      if (this.#isOn) this.#lock = lock
      else await lock.release()
    } catch {
      // Low on battery, or not allowed: the screen goes dark as it would anyway.
    }
  }

  readonly #onMove = () => {
    clearTimeout(this.#timer)
    this.#timer = window.setTimeout(() => this.#rest(true), REST_MS)
    this.#rest(false)
  }

  readonly #onSize = () => this.#host.requestUpdate()

  #rest(isResting: boolean): void {
    if (isResting === this.isResting) return
    this.isResting = isResting
    this.#host.requestUpdate()
  }
}
