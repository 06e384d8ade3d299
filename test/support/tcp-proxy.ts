/**
 * A TCP proxy on a fixed port in front of a server whose port may change, for tests: it counts connections, cuts them, takes none,
 * or holds what comes back until the server is done, as some proxies do.
 */
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'

/** A proxy on loopback. */
export class TcpProxy {
  /** Takes connections; otherwise they are cut as they come. */
  isUp = true
  /** Holds answers back until their connection ends. */
  isHolding = false
  /** Connections taken so far. */
  taken = 0
  readonly #open = new Set<Socket>()
  readonly #server: Server

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
    else target.pipe(client)
  }
}

/** Passes on what one end says when it has said all. */
function hold(from: Socket, to: Socket): void {
  const chunks: Buffer[] = []
  from.on('data', chunk => chunks.push(chunk))
  from.on('end', () => to.end(Buffer.concat(chunks)))
}
