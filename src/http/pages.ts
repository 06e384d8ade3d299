/** The built pages at `/`: the dashboard, the widget. Served as files, with headers that allow no script from elsewhere. */
import { existsSync } from 'node:fs'
import { basename, sep } from 'node:path'
import staticFiles from '@fastify/static'
import type { FastifyInstance } from 'fastify'

/** No inline script, no inline style, nothing from elsewhere. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
].join('; ')

/** Scripts that pages of other origins load, also those that let nothing in unless it says so: they tell no counts. */
const SCRIPTS_FOR_ALL: ReadonlySet<string> = new Set(['hailwhale.js', 'jquery.hailwhale.js', 'graph.js'])

/** Adds the files of a directory; none where the directory doesn't exist. `basePath`: '' or like `/stats`. */
export async function pageRoutes(
  app: FastifyInstance,
  directory: string | undefined,
  basePath: string,
): Promise<void> {
  if (directory === undefined || !existsSync(directory)) return
  // The page's own links are relative: they need the slash at the end.
  if (basePath !== '') {
    app.get(basePath, { schema: { hide: true }, config: { page: true } }, async (_request, reply) =>
      reply.redirect(`${basePath}/`, 308),
    )
  }
  await app.register(async pages => {
    pages.addHook('onRoute', route => {
      route.config = { ...route.config, page: true }
    })
    await files(pages, directory, basePath)
  })
}

async function files(app: FastifyInstance, directory: string, basePath: string): Promise<void> {
  await app.register(staticFiles, {
    root: directory,
    prefix: `${basePath}/`,
    wildcard: false,
    cacheControl: false,
    schemaHide: true,
    setHeaders: (reply, path) => {
      reply.header('content-security-policy', CONTENT_SECURITY_POLICY)
      reply.header('x-content-type-options', 'nosniff')
      reply.header('referrer-policy', 'no-referrer')
      reply.header('cache-control', cacheControlOf(path))
      if (SCRIPTS_FOR_ALL.has(basename(path))) reply.header('cross-origin-resource-policy', 'cross-origin')
    },
  })
}

/** Files whose names hold a hash of what is in them never change; the others are asked for again each time. */
function cacheControlOf(path: string): string {
  return path.includes(`${sep}assets${sep}`) ? 'public, max-age=31536000, immutable' : 'no-cache'
}
