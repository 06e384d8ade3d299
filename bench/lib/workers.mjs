/** The generator and the asking client: processes of their own, so that neither waits for the other or for the bench. */
import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { pinned } from './cores.mjs'

/** A helper process that answers each call by a message. One call at a time, but for `stop`. */
export class Worker {
  #child
  #calls = new Map()
  #nextId = 1

  /**
   * @param {'load' | 'ask'} name its script, `NAME-worker.mjs`
   * @param {number} [core] where it stays
   */
  constructor(name, core) {
    const { command, args } = pinned(core, process.execPath, [])
    const how = { execPath: command, execArgv: args }
    this.#child = fork(fileURLToPath(new URL(`./${name}-worker.mjs`, import.meta.url)), how)
    this.#child.on('message', ({ id, result, error }) => {
      const call = this.#calls.get(id)
      this.#calls.delete(id)
      if (error === undefined) call.resolve(result)
      else call.reject(new Error(error))
    })
    this.#child.on('exit', code => {
      for (const call of this.#calls.values())
        call.reject(new Error(`the ${name} process ended with ${code}`))
    })
  }

  /**
   * @param {string} method
   * @param {object} [params]
   * @returns {Promise<any>}
   */
  call(method, params = {}) {
    const id = this.#nextId++
    return new Promise((resolve, reject) => {
      this.#calls.set(id, { resolve, reject })
      this.#child.send({ id, method, params })
    })
  }

  end() {
    this.#child.removeAllListeners('exit')
    this.#child.disconnect()
  }
}

/**
 * The other end: answers calls by the methods given, and ends when the bench does.
 * @param {Record<string, (params: any) => unknown>} methods
 */
export function answerCalls(methods) {
  process.on('message', async ({ id, method, params }) => {
    try {
      process.send?.({ id, result: await methods[method](params) })
    } catch (error) {
      process.send?.({ id, error: error.stack })
    }
  })
  process.on('disconnect', () => process.exit(0))
}
