/**
 * The least that a hail could be: a bare `node:http` that parses the query of a GET, appends it to a stream with one XADD, and answers
 * once Redis has it. It checks nothing and combines nothing.
 *   node xadd-server.mjs PORT REDIS_URL
 */
import { createServer } from 'node:http'
import { createClient } from '@redis/client'

const [port, url] = process.argv.slice(2)
const client = createClient({ url })
await client.connect()

createServer(async (request, response) => {
  const text = (request.url ?? '').slice((request.url ?? '').indexOf('?') + 1)
  const query = new URLSearchParams(text)
  JSON.parse(query.get('dimensions') ?? 'null')
  JSON.parse(query.get('metrics') ?? 'null')
  await client.sendCommand(['XADD', 'events', '*', 'event', text])
  response.writeHead(202, { 'content-type': 'text/plain', 'content-length': 6 })
  response.end('QUEUED')
}).listen(Number(port), '127.0.0.1')
