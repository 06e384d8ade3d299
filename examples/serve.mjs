/**
 * A site of its own for the pages beside this file, at http://localhost:3000/: `node examples/serve.mjs`. The pages ask the server
 * at http://127.0.0.1:8085; an address given as the first argument is written into them instead. `PORT` is another port.
 */
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { extname } from 'node:path'

const WRITTEN = 'http://127.0.0.1:8085'
const server = (process.argv[2] ?? WRITTEN).replace(/\/$/, '')

/** What the pages load that is not theirs; on a site of your own it is wherever you keep it. */
const LIBRARIES = {
  '/jquery.js': '../node_modules/jquery/dist/jquery.min.js',
  '/jquery.flot.js': '../node_modules/flot/dist/es5/jquery.flot.js',
}

const TYPES = { '.html': 'text/html; charset=utf-8', '.css': 'text/css', '.js': 'text/javascript' }

const site = createServer(async (request, response) => {
  const path = new URL(request.url, 'http://localhost').pathname.replace(/\/$/, '/index.html')
  if (path === '/favicon.ico') return void response.writeHead(204).end()
  const type = TYPES[extname(path)]
  const file = LIBRARIES[path] ?? `.${path}`
  try {
    if (type === undefined || !/^\/[\w.-]+$/.test(path)) throw new Error('not one of the files here')
    const text = await readFile(new URL(file, import.meta.url), 'utf8')
    response.writeHead(200, { 'content-type': type, 'cache-control': 'no-cache' })
    response.end(text.replaceAll(WRITTEN, server))
  } catch {
    response.writeHead(404, { 'content-type': 'text/plain' }).end('There is no such page.\n')
  }
})

site.listen(Number(process.env.PORT ?? 3000), 'localhost', () => {
  console.log(`http://localhost:${site.address().port}/`)
})
