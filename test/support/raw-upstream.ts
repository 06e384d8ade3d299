/** A server of bare TCP, for tests of what stands in front: it keeps the requests it read, and does with each what the test says. */
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'

/** A request as it came. */
export interface RawRequest {
  /** As in `GET /count?key=k HTTP/1.1`. */
  readonly line: string
  /** By name in lower case. */
  readonly headers: ReadonlyMap<string, string>
  readonly body: Buffer
}

/** Answers a request, or ends its connection. */
export type Responder = (socket: Socket, request: RawRequest) => void

/** A server on loopback. */
export class RawUpstream {
  readonly requests: RawRequest[] = []
  /** Connections taken so far. */
  connections = 0
  readonly #server: Server
  readonly #open = new Set<Socket>()

  private constructor(respond: Responder) {
    this.#server = createServer(socket => {
      this.connections++
      this.#open.add(socket)
      socket.on('error', () => {}).on('close', () => this.#open.delete(socket))
      void this.#read(socket, respond)
    })
  }

  /** Starts one. */
  static async start(respond: Responder): Promise<RawUpstream> {
    const upstream = new RawUpstream(respond)
    await new Promise<void>(listening => upstream.#server.listen(0, '127.0.0.1', listening))
    return upstream
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  async close(): Promise<void> {
    for (const socket of this.#open) socket.destroy()
    await new Promise(closed => this.#server.close(closed))
  }

  async #read(socket: Socket, respond: Responder): Promise<void> {
    let bytes = Buffer.alloc(0)
    try {
      for await (const chunk of socket as AsyncIterable<Buffer>) {
        bytes = Buffer.concat([bytes, chunk])
        for (let found = requestIn(bytes); found; found = requestIn(bytes)) {
          bytes = bytes.subarray(found.length)
          this.requests.push(found.request)
          respond(socket, found.request)
        }
      }
    } catch {
      socket.destroy()
    }
  }
}

/** Answers with a text and keeps the connection. */
export function answer(text: string, headers: readonly string[] = []): Responder {
  const head = ['HTTP/1.1 200 OK', `Content-Length: ${Buffer.byteLength(text)}`, ...headers]
  return socket => socket.write(`${head.join('\r\n')}\r\n\r\n${text}`)
}

/** Has read the request, and is gone. */
export const hangUp: Responder = socket => socket.destroy()

function requestIn(bytes: Buffer): { readonly request: RawRequest; readonly length: number } | undefined {
  const end = bytes.indexOf('\r\n\r\n')
  if (end < 0) return undefined
  const [line = '', ...lines] = bytes.toString('latin1', 0, end).split('\r\n')
  const headers = new Map(
    lines.map(text => {
      const split = text.indexOf(':')
      return [text.slice(0, split).toLowerCase(), text.slice(split + 1).trim()] as const
    }),
  )
  const start = end + 4
  const length = start + Number(headers.get('content-length') ?? 0)
  if (bytes.length < length) return undefined
  return { request: { line, headers, body: bytes.subarray(start, length) }, length }
}
