/**
 * A TCP proxy on a fixed port in front of a server whose port may change, for tests: it counts connections, cuts them, takes none,
 * is as slow as a bad line, or holds what comes back until the server is done, as some proxies do.
 */
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'

/** A slow line passes on this much at once. */
const SLICE_BYTES = 512

/** A proxy on loopback. */
export class TcpProxy {
  /** Takes connections; otherwise they are cut as they come. */
  isUp = true
  /** Holds answers back until their connection ends. */
  isHolding = false
  /** What all connections together pass on of what comes back, in bytes a second. */
  bytesPerSecond = Number.POSITIVE_INFINITY
  /** Connections taken so far. */
  taken = 0
  readonly #open = new Set<Socket>()
  readonly #server: Server
  /** When the slow line has passed on what it was given so far, epoch milliseconds. */
  #freeMs = 0

  private constructor(targetPort: () => number) {
    this.#server = createServer(client => this.#take(client, targetPort()))
  }

  /** Starts one. `targetPort` is asked at each connection. */
  static async start(targetPort: () => number): Promise<TcpProxy> {
    const proxy = new TcpProxy(targetPort)
    await new Promise<void>(listening => proxy.#server.listen(0, '127.0.0.1', listening))
    return proxy
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  /** Cuts all connections. */
  cut(): void {
    for (const socket of this.#open) socket.destroy()
  }

  async close(): Promise<void> {
    this.cut()
    await new Promise(closed => this.#server.close(closed))
  }

  #take(client: Socket, port: number): void {
    this.taken++
    client.on('error', () => {})
    if (!this.isUp) {
      client.destroy()
      return
    }
    const target = connect(port, '127.0.0.1')
    target.on('error', () => client.destroy())
    this.#open.add(client)
    client.on('close', () => {
      this.#open.delete(client)
      target.destroy()
    })
    client.pipe(target)
    if (this.isHolding) hold(target, client)
    else void this.#pass(target, client)
  }

  /** Passes on what one end says, as fast as the line is at the time. */
  async #pass(from: Socket, to: Socket): Promise<void> {
    try {
      for await (const chunk of from as AsyncIterable<Buffer>) {
        for (let start = 0; start < chunk.length; ) {
          const slice = chunk.subarray(start, this.#isSlow ? start + SLICE_BYTES : chunk.length)
          start += slice.length
          await this.#turn(slice.length)
          if (!to.write(slice)) await new Promise(resolve => to.once('drain', resolve).once('close', resolve))
        }
      }
      to.end()
    } catch {
      to.destroy()
    }
  }

  get #isSlow(): boolean {
    return this.bytesPerSecond < Number.POSITIVE_INFINITY
  }

  /** Waits until the line has room for so many bytes. */
  async #turn(bytes: number): Promise<void> {
    if (!this.#isSlow) return
    this.#freeMs = Math.max(this.#freeMs, Date.now()) + (bytes * 1000) / this.bytesPerSecond
    await delay(this.#freeMs - Date.now())
  }
}

/** Passes on what one end says when it has said all. */
function hold(from: Socket, to: Socket): void {
  const chunks: Buffer[] = []
  from.on('data', chunk => chunks.push(chunk))
  from.on('end', () => to.end(Buffer.concat(chunks)))
}
