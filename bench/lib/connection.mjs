/**
 * One keep-alive connection that sends prepared bytes and reads answers, one at a time. No http.Agent: on two cores the
 * generator's own work would be measured too. Understands what our servers send: a content-length, or a 204.
 */
import { connect } from 'node:net'

const HEAD_END = Buffer.from('\r\n\r\n')

export class Connection {
  #socket
  #received = Buffer.alloc(0)
  #waiting

  constructor(socket) {
    this.#socket = socket
    socket.setNoDelay(true)
    socket.on('data', bytes => this.#onData(bytes))
    socket.on('error', error => this.#fail(error))
    socket.on('close', () => this.#fail(new Error('the server closed the connection')))
  }

  /** @param {number} port */
  static async open(port) {
    const socket = connect(port, '127.0.0.1')
    await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject))
    return new Connection(socket)
  }

  /**
   * Sends the bytes of one request and waits for its answer.
   * @param {Uint8Array} bytes
   * @returns {Promise<{ status: number, body: Buffer, serverMs: number }>} `serverMs`: what the server says it took, or NaN
   */
  request(bytes) {
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject }
      this.#socket.write(bytes)
    })
  }

  close() {
    this.#waiting = undefined
    this.#socket.destroy()
  }

  #onData(bytes) {
    this.#received = this.#received.length === 0 ? bytes : Buffer.concat([this.#received, bytes])
    const headEnd = this.#received.indexOf(HEAD_END)
    if (headEnd < 0) return
    const head = this.#received.latin1Slice(0, headEnd)
    const status = Number(head.slice(9, 12))
    const length = status === 204 ? 0 : Number(/content-length: *(\d+)/i.exec(head)?.[1] ?? Number.NaN)
    if (Number.isNaN(length)) return this.#fail(new Error(`an answer without a content-length: ${head}`))
    const end = headEnd + HEAD_END.length + length
    if (this.#received.length < end) return
    const body = this.#received.subarray(headEnd + HEAD_END.length, end)
    this.#received = this.#received.subarray(end)
    const { resolve } = this.#waiting
    this.#waiting = undefined
    const serverMs = Number(/server-timing: *answer;dur=([\d.]+)/i.exec(head)?.[1] ?? Number.NaN)
    resolve({ status, body, serverMs })
  }

  #fail(error) {
    this.#waiting?.reject(error)
    this.#waiting = undefined
  }
}

/** The bytes of a GET. */
export function getRequest(path) {
  return Buffer.from(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`)
}

/** The bytes of a POST of NDJSON. */
export function postRequest(path, ndjson) {
  const head = `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-ndjson\r\nContent-Length: `
  return Buffer.from(`${head}${Buffer.byteLength(ndjson)}\r\n\r\n${ndjson}`)
}
