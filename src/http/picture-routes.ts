/**
 * The pictures: `/graph.svg`, `/graph.png`, `/number.svg`. They ask what `/graph` asks and draw the answer. An `<img>` can't show why
 * it has none, so who wants an image is told what is wrong in one.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest, FastifySchema } from 'fastify'
import { type ParameterSpec, queryOf, readParameters } from '../intake/parameters.js'
import { fieldError } from '../model/errors.js'
import type { Limits } from '../model/limits.js'
import type { Zones } from '../model/timezone.js'
import { changeOf } from '../picture/change.js'
import { badgeSvg } from '../picture/svg/badge.js'
import { graphSvg } from '../picture/svg/graph.js'
import type { Theme } from '../picture/svg/sheet.js'
import { partOver, totalUpToNow } from '../picture/up-to-now.js'
import { type Fields, keyOf } from '../query/fields.js'
import { graph } from '../query/graph.js'
import { numberOf } from '../query/number.js'
import type { RollupReader } from '../query/reader.js'
import { scopeOf } from '../query/scope.js'
import { type AskedTime, rangeOf } from '../query/time.js'
import {
  badgeLook,
  graphLook,
  NUMBER_PARAMETERS,
  PICTURE_PARAMETERS,
  PNG_PARAMETERS,
  scaleOf,
} from './picture-fields.js'
import { graphPictureQuestion, numberQuestion } from './picture-questions.js'
import { type Drawn, problemPicture, refusePicture } from './picture-refusal.js'
import { MOST_PIXELS, type PngMaker } from './png.js'
import type { Refusals } from './refusals.js'
import { pictureDocs } from './schemas.js'
import { grantOf, requireKey } from './token-guard.js'

/** What the pictures are made of. */
export interface PictureRouteParts {
  readonly reader: RollupReader
  readonly zones: Zones
  readonly limits: Limits
  readonly refusals: Refusals
  readonly png: PngMaker
}

/** A route that answers with a picture. */
interface PictureRoute {
  readonly url: string
  readonly schema: FastifySchema
  readonly parameters: readonly ParameterSpec[]
  /** The first is the usual one. */
  readonly themes: readonly Theme[]
  readonly draw: (fields: Fields) => Promise<Drawn>
  readonly send: (reply: FastifyReply, drawn: Drawn, fields: Fields) => Promise<FastifyReply>
}

const SVG_THEMES = ['auto', 'light', 'dark'] as const
/** Pixels don't know what the reader's system is set to. */
const PNG_THEMES = ['light', 'dark'] as const
/** As an image an SVG runs nothing anyway; neither does it where it is opened as a page. */
const CONTENT_SECURITY_POLICY = "default-src 'none'; style-src 'unsafe-inline'"

/** Adds the pictures. */
export function pictureRoutes(app: FastifyInstance, parts: PictureRouteParts): void {
  const sendPng = pngSender(parts.png)
  addRoute(app, parts, {
    url: '/graph.svg',
    schema: pictureDocs.graphSvg,
    parameters: PICTURE_PARAMETERS,
    themes: SVG_THEMES,
    draw: fields => drawGraph(parts, fields, SVG_THEMES),
    send: sendSvg,
  })
  addRoute(app, parts, {
    url: '/graph.png',
    schema: pictureDocs.graphPng,
    parameters: PNG_PARAMETERS,
    themes: PNG_THEMES,
    draw: fields => {
      scaleOf(fields)
      return drawGraph(parts, fields, PNG_THEMES)
    },
    send: sendPng,
  })
  addRoute(app, parts, {
    url: '/number.svg',
    schema: pictureDocs.numberSvg,
    parameters: NUMBER_PARAMETERS,
    themes: SVG_THEMES,
    draw: fields => drawNumber(parts, fields),
    send: sendSvg,
  })
}

function addRoute(app: FastifyInstance, { refusals, limits }: PictureRouteParts, route: PictureRoute): void {
  const options = {
    schema: route.schema,
    exposeHeadRoute: true,
    errorHandler: (thrown: unknown, request: FastifyRequest, reply: FastifyReply) => {
      const error = refusals.note(request.raw, thrown, false)
      return refusePicture(error, request, reply, () =>
        route.send(reply, problemPicture(error, request, route.themes), new Map()),
      )
    },
  }
  app.get(route.url, options, async (request, reply) => {
    const startMs = performance.now()
    const fields = readParameters(queryOf(request.raw.url!), route.parameters)
    requireKey(grantOf(request), keyOf(fields, limits))
    const drawn = await route.draw(fields)
    reply.header('server-timing', `answer;dur=${(performance.now() - startMs).toFixed(3)}`)
    return route.send(reply, drawn, fields)
  })
}

async function drawGraph(parts: PictureRouteParts, fields: Fields, themes: readonly Theme[]): Promise<Drawn> {
  const { reader, zones, limits } = parts
  const look = graphLook(fields, themes)
  const { question, ...metrics } = graphPictureQuestion(fields, limits, rangeIn(parts))
  const answer = await graph(reader, zones, question, limits)
  const period = periodOf(question.time)
  return graphSvg({ ...look, ...metrics, graph: answer, period, nowMs: reader.now() })
}

async function drawNumber(parts: PictureRouteParts, fields: Fields): Promise<Drawn> {
  const { reader, zones, limits } = parts
  const { label, format, locale, good, colour, theme } = badgeLook(fields)
  const { question, metric, compared } = numberQuestion(fields, limits, rangeIn(parts))
  const { values, times, from, to } = await numberOf(reader, zones, question, limits)
  const total = values.total[metric]!
  const over = partOver(times.at(-1) ?? from, to, reader.now())
  const change = compared && changeOf(total, totalUpToNow(values, compared.metric, over), locale)
  const value = format.full(total)
  return badgeSvg({ label: label ?? metric, value, change: change ?? null, good, colour, theme })
}

/** The buckets of a question's time, as of now. */
function rangeIn({ reader, zones, limits }: PictureRouteParts) {
  return (question: Parameters<typeof scopeOf>[2] & { readonly time: AskedTime }) =>
    rangeOf(question.time, scopeOf(reader, zones, question, limits))
}

function periodOf(time: AskedTime): string | undefined {
  return time.kind === 'period' ? time.period.text : undefined
}

async function sendSvg(reply: FastifyReply, { svg }: Drawn): Promise<FastifyReply> {
  return imageHeaders(reply).type('image/svg+xml; charset=utf-8').send(svg)
}

function pngSender(png: PngMaker): PictureRoute['send'] {
  return async (reply, { svg, width, height }, fields) => {
    const scale = scaleOf(fields)
    const pixels = width * height * scale * scale
    if (pixels > MOST_PIXELS) {
      const wrong = `${width * scale} × ${height * scale} pixels are more than ${MOST_PIXELS} in all`
      throw fieldError(scale > 1 ? 'scale' : 'height', wrong)
    }
    const bytes = await png.draw(svg, scale)
    return imageHeaders(reply).type('image/png').send(bytes)
  }
}

/** Pages of other sites may show pictures, and read none. */
function imageHeaders(reply: FastifyReply): FastifyReply {
  return reply.headers({
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'content-security-policy': CONTENT_SECURITY_POLICY,
    'cross-origin-resource-policy': 'cross-origin',
  })
}
