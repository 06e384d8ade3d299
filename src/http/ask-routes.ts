/**
 * The routes that answer with counts. Each is a row of a table: which parameters it reads, how they become a
 * question, who answers it, and how the answer is written as JSON, rows or CSV.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest, FastifySchema } from 'fastify'
import type { Grant } from '../access/grant.js'
import { type ParameterSpec, parseKeyParameter, queryOf, readParameters } from '../intake/parameters.js'
import type { Limits } from '../model/limits.js'
import type { Zones } from '../model/timezone.js'
import {
  dimensionsCsv,
  graphCsv,
  keysCsv,
  metricNamesCsv,
  plotpointsCsv,
  rankCsv,
  totalsCsv,
} from '../query/csv.js'
import { formatOf } from '../query/fields.js'
import { graph } from '../query/graph.js'
import { dimensions, keys, metricNames } from '../query/listing.js'
import {
  DIMENSIONS_PARAMETERS,
  GRAPH_PARAMETERS,
  graphQuestion,
  KEYS_PARAMETERS,
  keysQuestion,
  listingQuestion,
  METRIC_NAMES_PARAMETERS,
  PLOTPOINTS_PARAMETERS,
  plotpointsQuestion,
  RANK_PARAMETERS,
  rankQuestion,
  TOTALS_PARAMETERS,
  totalsQuestion,
} from '../query/parameters.js'
import { plotpoints, plotpointsAnswer } from '../query/plotpoints.js'
import type { Asked, Format } from '../query/question.js'
import { rank } from '../query/rank.js'
import type { DatedReader, RollupReader } from '../query/reader.js'
import {
  dimensionsRows,
  graphRows,
  keysRows,
  metricNamesRows,
  plotpointsRows,
  rankRows,
  totalsRows,
} from '../query/rows.js'
import { totals, totalsAnswer } from '../query/totals.js'
import { allowedKeys } from './allowed-keys.js'
import { FEDERATE_PARAMETERS, FEDERATE_TYPE, federate, federateQuestion } from './federate.js'
import type { Recent } from './recent.js'
import { type RecentAnswer, recentAnswer, recentCsv, recentRows } from './recent-answer.js'
import { aroundDocs, askDocs, RECENT_PARAMETERS } from './schemas.js'
import { noStore, sendJson } from './send.js'
import { grantOf, requireKey } from './token-guard.js'

/** What the asking routes are made of. */
export interface AskRouteParts {
  readonly reader: RollupReader
  readonly zones: Zones
  readonly limits: Limits
  readonly recent: Recent
}

/** A route that answers with counts. */
interface AskRoute<Question extends Asked, Answer> {
  readonly url: string
  readonly schema: FastifySchema
  readonly parameters: readonly ParameterSpec[]
  readonly question: (fields: ReadonlyMap<string, string>, limits: Limits) => Question
  readonly answer: (
    reader: RollupReader,
    zones: Zones,
    question: Question,
    limits: Limits,
    grant: Grant,
  ) => Promise<Answer>
  /** The answer itself tells only of keys that the request may use. */
  readonly checksKey?: true
  readonly json: (answer: Answer) => unknown
  readonly rows: (answer: Answer) => unknown
  readonly csv: (answer: Answer) => string
  readonly headers?: (answer: Answer) => Readonly<Record<string, string>>
}

/** Adds the asking routes. */
export function askRoutes(app: FastifyInstance, parts: AskRouteParts): void {
  valueRoutes(app, parts)
  listingRoutes(app, parts)
  recentRoute(app, parts)
  federateRoute(app, parts)
}

function valueRoutes(app: FastifyInstance, parts: AskRouteParts): void {
  addRoute(app, parts, {
    url: '/plotpoints',
    schema: askDocs.plotpoints,
    parameters: PLOTPOINTS_PARAMETERS,
    question: plotpointsQuestion,
    answer: plotpoints,
    json: plotpointsAnswer,
    rows: plotpointsRows,
    csv: plotpointsCsv,
  })
  addRoute(app, parts, {
    url: '/totals',
    schema: askDocs.totals,
    parameters: TOTALS_PARAMETERS,
    question: totalsQuestion,
    answer: totals,
    json: totalsAnswer,
    rows: totalsRows,
    csv: totalsCsv,
  })
  addRoute(app, parts, {
    url: '/graph',
    schema: askDocs.graph,
    parameters: GRAPH_PARAMETERS,
    question: graphQuestion,
    answer: graph,
    json: itself,
    rows: graphRows,
    csv: graphCsv,
  })
  addRoute(app, parts, {
    url: '/rank',
    schema: askDocs.rank,
    parameters: RANK_PARAMETERS,
    question: rankQuestion,
    answer: rank,
    json: ({ entries }) => entries,
    headers: ({ complete }) => (complete ? {} : { 'hailwhale-complete': 'false' }),
    rows: rankRows,
    csv: rankCsv,
  })
}

function listingRoutes(app: FastifyInstance, parts: AskRouteParts): void {
  addRoute(app, parts, {
    url: '/keys',
    schema: askDocs.keys,
    parameters: KEYS_PARAMETERS,
    question: keysQuestion,
    answer: (reader, _zones, question, _limits, grant) => keys(allowedKeys(reader, grant), question),
    checksKey: true,
    json: itself,
    rows: keysRows,
    csv: keysCsv,
  })
  addRoute(app, parts, {
    url: '/dimensions',
    schema: askDocs.dimensions,
    parameters: DIMENSIONS_PARAMETERS,
    question: listingQuestion,
    answer: (reader, _zones, question) => dimensions(reader, question),
    json: itself,
    rows: dimensionsRows,
    csv: dimensionsCsv,
  })
  addRoute(app, parts, {
    url: '/metric_names',
    schema: askDocs.metricNames,
    parameters: METRIC_NAMES_PARAMETERS,
    question: listingQuestion,
    answer: (reader, _zones, question) => metricNames(reader, question),
    json: itself,
    rows: metricNamesRows,
    csv: metricNamesCsv,
  })
}

function addRoute<Question extends Asked, Answer>(
  app: FastifyInstance,
  { reader, zones, limits }: AskRouteParts,
  route: AskRoute<Question, Answer>,
): void {
  app.get(route.url, { schema: route.schema, exposeHeadRoute: true }, async (request, reply) => {
    const startMs = performance.now()
    const fields = fieldsOf(request, route.parameters)
    const question = route.question(fields, limits)
    const grant = grantOf(request)
    if (route.checksKey !== true) requireKey(grant, question.key)
    const dated = reader.dated?.()
    const answer = await route.answer(dated ?? reader, zones, question, limits, grant)
    reply.header('server-timing', `answer;dur=${(performance.now() - startMs).toFixed(3)}`)
    sayAsOf(reply, dated)
    if (route.headers) reply.headers(route.headers(answer))
    if (question.format === 'csv') return sendCsv(reply, route.csv(answer))
    return sendJson(reply, question.format === 'rows' ? route.rows(answer) : route.json(answer))
  })
}

/** Adds `/recent`. */
export function recentRoute(
  app: FastifyInstance,
  { recent, limits }: Pick<AskRouteParts, 'recent' | 'limits'>,
): void {
  app.get('/recent', { schema: askDocs.recent }, async (request, reply) => {
    const fields = fieldsOf(request, RECENT_PARAMETERS)
    const key = parseKeyParameter(fields.get('key') ?? '', limits)
    const grant = grantOf(request)
    requireKey(grant, key)
    const answer = recentAnswer(recent, key)
    // The refused requests are of all keys.
    const shown = grant.prefixes === null ? answer : { ...answer, refused: [] }
    return sendRecent(reply, shown, formatOf(fields))
  })
}

function sendRecent(reply: FastifyReply, answer: RecentAnswer, format: Format): FastifyReply {
  if (format === 'csv') return sendCsv(reply, recentCsv(answer))
  return sendJson(reply, format === 'rows' ? recentRows(answer) : answer)
}

function federateRoute(app: FastifyInstance, { reader, limits }: AskRouteParts): void {
  app.get('/federate', { schema: aroundDocs.federate }, async (request, reply) => {
    const question = federateQuestion(fieldsOf(request, FEDERATE_PARAMETERS), limits)
    requireKey(grantOf(request), question.key)
    const dated = reader.dated?.()
    const answer = await federate(dated ?? reader, question, limits)
    sayAsOf(reply, dated)
    return noStore(reply).type(FEDERATE_TYPE).send(answer)
  })
}

function fieldsOf(request: FastifyRequest, known: readonly ParameterSpec[]): ReadonlyMap<string, string> {
  return readParameters(queryOf(request.raw.url!), known)
}

/** Says where an answer is older than its question, and how old. */
function sayAsOf(reply: FastifyReply, dated: DatedReader | undefined): void {
  const asOf = dated?.asOf() ?? null
  if (asOf === null) return
  reply.header('hailwhale-as-of', asOf === 'unknown' ? asOf : new Date(asOf).toISOString())
}

function itself<T>(answer: T): T {
  return answer
}

function sendCsv(reply: FastifyReply, text: string): FastifyReply {
  return noStore(reply).type('text/csv; charset=utf-8').send(text)
}
