/** A port of loopback that nobody listens on, for programs that can't be told to take any. */
import { type AddressInfo, createServer } from 'node:net'

/** Asks the system for one, and gives it back. */
export async function freePort(): Promise<number> {
  return (await tried(0))!
}

/** Two in a row: the first of them. */
export async function freePorts(): Promise<number> {
  for (;;) {
    const port = await freePort()
    if ((await tried(port + 1)) !== undefined) return port
  }
}

/** The port that was had (0: any); undefined where it is taken. */
async function tried(port: number): Promise<number | undefined> {
  const server = createServer()
  const isListening = await new Promise<boolean>(resolve => {
    server.once('error', () => resolve(false)).listen(port, '127.0.0.1', () => resolve(true))
  })
  if (!isListening) return undefined
  const had = (server.address() as AddressInfo).port
  await new Promise(closed => server.close(closed))
  return had
}
